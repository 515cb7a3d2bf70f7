package io.waypost.stomp;

/** Refuses a frame, for a reason that only STOMP knows. */
final class StompException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String title;

  /**
   * Refuses a frame.
   *
   * @param title what kind of mistake it is, in a few words
   * @param detail one sentence for the client
   */
  StompException(String title, String detail) {
    super(detail, null, false, false);
    this.title = title;
  }

  String title() {
    return title;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}

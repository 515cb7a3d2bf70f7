package io.waypost.stomp.selector;

/** A selector that cannot be read. */
public final class SelectorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SelectorException(String detail) {
    super(detail, null, false, false);
  }

  /** One sentence for the client. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}

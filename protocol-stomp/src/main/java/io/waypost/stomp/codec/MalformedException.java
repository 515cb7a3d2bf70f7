package io.waypost.stomp.codec;

/** Bytes that are no frame of STOMP, or a header that cannot be read. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Tells of malformed bytes.
   *
   * @param detail one sentence for the client
   */
  public MalformedException(String detail) {
    super(detail, null, false, false);
  }

  /** One sentence for the client. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}

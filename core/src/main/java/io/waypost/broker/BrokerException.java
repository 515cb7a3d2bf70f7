package io.waypost.broker;

/** Refuses what a client asked for. Carries no stack trace: it tells of the client's mistake, not of ours. */
public final class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * Refuses a request.
   *
   * @param code what is wrong
   * @param detail one sentence that the client may see; it names the thing concerned and nothing secret
   */
  public BrokerException(ErrorCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  /** What is wrong. */
  public ErrorCode code() {
    return code;
  }

  /** One sentence for the client. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}

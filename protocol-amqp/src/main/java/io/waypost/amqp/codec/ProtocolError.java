package io.waypost.amqp.codec;

/**
 * What a peer did wrong: the content of a {@code close} method.
 *
 * @param code the reply code, which also says whether the channel or the connection ends
 * @param detail one sentence for the peer
 * @param classId class of the method that failed, or 0
 * @param methodId the method that failed, or 0
 */
public record ProtocolError(ReplyCode code, String detail, int classId, int methodId) {
  /** An error that no method is to blame for. */
  public static ProtocolError of(ReplyCode code, String detail) {
    return new ProtocolError(code, detail, 0, 0);
  }

  /** The reply text: the code's name, then the detail. */
  public String text() {
    return code + " - " + detail;
  }
}

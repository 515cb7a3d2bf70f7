package io.waypost.amqp.codec;

/** The frame format (section 2.3.5): type octet, channel short, payload size long, payload, end octet. */
public final class Frames {
  /** Size that every implementation must accept before anything is negotiated. */
  public static final int MIN_MAX = 4096;

  /** Limit while nothing is negotiated: larger than required, for clients that say much about themselves. */
  public static final int INITIAL_MAX = 8192;

  /** Bytes of a frame that are not payload. */
  public static final int OVERHEAD = 8;

  /** Bytes of a content header's frame that are neither that nor properties. */
  public static final int HEADER_FIELDS = 12;

  /** The protocol header of 0-9-1, {@code AMQP 0 0 9 1}. */
  public static final long PROTOCOL_HEADER = 0x414D5150_00000901L;

  /** The protocol header of 0-9, which means the same. */
  public static final long PROTOCOL_HEADER_0_9 = 0x414D5150_01010009L;

  static final int METHOD = 1;
  static final int HEADER = 2;
  static final int BODY = 3;
  static final int HEARTBEAT = 8;
  static final int END = 0xCE;
  static final int BEFORE_PAYLOAD = 7;

  private Frames() {}

  static boolean isType(int number) {
    return number == METHOD || number == HEADER || number == BODY || number == HEARTBEAT;
  }
}

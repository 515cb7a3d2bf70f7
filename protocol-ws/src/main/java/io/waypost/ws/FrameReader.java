package io.waypost.ws;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a client (RFC 6455, section 5) and passes their payloads on as they arrive.
 *
 * <p>A payload is part of a stream of bytes here, so no frame is ever put together: what a frame announces costs
 * nothing, its portions are unmasked in the buffer that they came in. That is why this is not one of the libraries'
 * decoders, which keep a frame, or a message, until it is whole.
 *
 * <p>Many small frames that arrive together are handed on together: as it is unmasked, each payload moves down to where
 * the one before ends, over the header between them.
 */
final class FrameReader {
  /** Takes what was read. */
  interface Sink {
    /**
     * A portion of a message's payload.
     *
     * @param payload to be released by the sink
     */
    void data(ByteBuf payload, boolean text);

    /** A ping, to be answered with its payload. */
    void ping(byte[] payload);

    /** The client closes, or answers our close. */
    void close(int code);
  }

  private static final int LONGEST_HEADER = 14;
  private static final int LONGEST_CONTROL = 125;
  private static final int FIN = 0x80;
  private static final int RSV1 = 0x40;
  private static final int RSV = 0x70;
  private static final int MASKED = 0x80;

  private final Sink sink;
  private final long maxMessage;
  private final boolean textAllowed;
  private final @Nullable Inflation inflation;
  private final byte[] header = new byte[LONGEST_HEADER];
  private int headerLength;
  private boolean inPayload;

  private int opcode;
  private boolean last;
  private long left;
  private int mask;

  // The message that frames belong to, from its first frame to its last.
  private boolean inMessage;
  private boolean text;
  private boolean compressed;
  private long messageLength;
  private @Nullable Utf8 utf8;

  private byte[] control = {};
  private int controlLength;

  // The payloads of the present buffer that were not handed on yet, side by side in it.
  private int gatheredFrom;
  private int gatheredTo;
  private boolean gatheredText;

  /**
   * A reader before the first frame.
   *
   * @param maxMessage the most bytes of a message, inflated
   * @param inflation takes compressed messages; null where compression was not agreed
   */
  FrameReader(Sink sink, long maxMessage, boolean textAllowed, @Nullable Inflation inflation) {
    this.sink = sink;
    this.maxMessage = maxMessage;
    this.textAllowed = textAllowed;
    this.inflation = inflation;
  }

  /**
   * Reads all that there is.
   *
   * @param in not needed by anybody else: payloads are unmasked in it
   * @throws Violation if it is not what a client sends
   */
  void read(ByteBuf in) {
    gatheredFrom = in.readerIndex();
    gatheredTo = gatheredFrom;
    try {
      while (in.isReadable()) {
        if (!inPayload) {
          header(in);
        } else if (Opcode.isControl(opcode)) {
          control(in);
        } else {
          data(in);
        }
      }
    } finally {
      // What was right before something wrong counts.
      handOn(in);
    }
  }

  private void handOn(ByteBuf in) {
    int count = gatheredTo - gatheredFrom;
    if (count > 0) {
      ByteBuf gathered = in.retainedSlice(gatheredFrom, count);
      gatheredFrom = gatheredTo;
      sink.data(gathered, gatheredText);
    }
  }

  private void header(ByteBuf in) {
    header[headerLength++] = in.readByte();
    if (headerLength < 2) {
      return;
    }
    int length = header[1] & 0x7F;
    int extended = length == 126 ? Short.BYTES : length == 127 ? Long.BYTES : 0;
    int size = 2 + extended + Integer.BYTES;
    if (headerLength == 2) {
      check(header[0] & 0xFF, header[1] & 0xFF);
    }
    if (headerLength < size) {
      int count = Math.min(size - headerLength, in.readableBytes());
      in.readBytes(header, headerLength, count);
      headerLength += count;
      if (headerLength < size) {
        return;
      }
    }
    left = extended == 0 ? length : number(2, extended);
    if (left < 0
        || (extended == Short.BYTES && left < 126)
        || (extended == Long.BYTES && left < 65536)) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "a length is not written as it should be");
    }
    mask = (int) number(2 + extended, Integer.BYTES);
    headerLength = 0;
    inPayload = true;
    begin(in);
  }

  private void check(int first, int second) {
    opcode = first & 0x0F;
    last = (first & FIN) != 0;
    boolean control = Opcode.isControl(opcode);
    boolean squeezed = (first & RSV1) != 0;
    if (!Opcode.isKnown(opcode)) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "there is no frame of type " + opcode);
    }
    boolean mayBeSqueezed = inflation != null && (opcode == Opcode.TEXT || opcode == Opcode.BINARY);
    if ((first & RSV & ~RSV1) != 0 || (squeezed && !mayBeSqueezed)) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "a reserved bit is set");
    }
    if ((second & MASKED) == 0) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "a client's frames are masked");
    }
    if (control && (!last || (second & 0x7F) > LONGEST_CONTROL)) {
      throw new Violation(
          CloseCode.PROTOCOL_ERROR, "a control frame is whole and has at most 125 bytes");
    }
    if (!control && (opcode == Opcode.CONTINUATION) != inMessage) {
      throw new Violation(
          CloseCode.PROTOCOL_ERROR,
          inMessage ? "a message begins inside another one" : "there is no message to continue");
    }
    if (!control && !inMessage) {
      text = opcode == Opcode.TEXT;
      compressed = squeezed;
      if (text && !textAllowed) {
        throw new Violation(
            CloseCode.UNSUPPORTED_DATA, "this protocol is carried in binary messages");
      }
    }
  }

  private long number(int from, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (header[from + i] & 0xFF);
    }
    return value;
  }

  private void begin(ByteBuf in) {
    if (Opcode.isControl(opcode)) {
      control = new byte[(int) left];
      controlLength = 0;
      if (left == 0) {
        controlEnd(in);
      }
      return;
    }
    if (!inMessage) {
      inMessage = true;
      messageLength = 0;
      utf8 = text ? new Utf8() : null;
    }
    if (!compressed) {
      grow(left);
    }
    if (left == 0) {
      frameEnd();
    }
  }

  private void grow(long more) {
    messageLength += more;
    if (messageLength > maxMessage || messageLength < 0) {
      throw new Violation(CloseCode.TOO_LARGE, "a message is larger than " + maxMessage + " bytes");
    }
  }

  private void data(ByteBuf in) {
    int count = (int) Math.min(left, in.readableBytes());
    int from = in.readerIndex();
    in.skipBytes(count);
    left -= count;
    if (compressed && inflation != null) {
      handOn(in);
      unmask(in, from, from, count);
      ByteBuf portion = in.retainedSlice(from, count);
      try {
        inflation.inflate(portion, this::inflated);
      } finally {
        portion.release();
      }
    } else {
      gather(in, from, count);
    }
    if (left == 0) {
      frameEnd();
    }
  }

  private void gather(ByteBuf in, int from, int count) {
    if (gatheredFrom == gatheredTo || gatheredText != text) {
      handOn(in);
      gatheredFrom = from;
      gatheredTo = from;
      gatheredText = text;
    }
    unmask(in, from, gatheredTo, count);
    if (utf8 != null && !utf8.accept(in.slice(gatheredTo, count))) {
      throw notText();
    }
    gatheredTo += count;
  }

  private void inflated(ByteBuf portion) {
    try {
      grow(portion.readableBytes());
    } catch (Violation tooLarge) {
      portion.release();
      throw tooLarge;
    }
    if (utf8 != null && !utf8.accept(portion)) {
      portion.release();
      throw notText();
    }
    sink.data(portion, text);
  }

  private static Violation notText() {
    return new Violation(CloseCode.INVALID_TEXT, "a text message is not UTF-8");
  }

  private void frameEnd() {
    inPayload = false;
    if (!last) {
      return;
    }
    if (compressed && inflation != null) {
      inflation.end(this::inflated);
    }
    inMessage = false;
    if (utf8 != null && !utf8.complete()) {
      throw notText();
    }
  }

  private void control(ByteBuf in) {
    int count = (int) Math.min(left, in.readableBytes());
    unmask(in, in.readerIndex(), in.readerIndex(), count);
    in.readBytes(control, controlLength, count);
    controlLength += count;
    left -= count;
    if (left == 0) {
      controlEnd(in);
    }
  }

  private void controlEnd(ByteBuf in) {
    inPayload = false;
    handOn(in);
    switch (opcode) {
      case Opcode.PING -> sink.ping(control);
      case Opcode.CLOSE -> sink.close(closeCode());
      default -> {
        // A pong: that it came is all that it says.
      }
    }
  }

  private int closeCode() {
    if (control.length == 0) {
      return CloseCode.NONE;
    }
    int code = control.length < 2 ? 0 : ((control[0] & 0xFF) << 8) | (control[1] & 0xFF);
    if (!CloseCode.isValid(code)) {
      throw new Violation(CloseCode.PROTOCOL_ERROR, "there is no such close code");
    }
    ByteBuf reason = io.netty.buffer.Unpooled.wrappedBuffer(control, 2, control.length - 2);
    Utf8 check = new Utf8();
    if (!check.accept(reason) || !check.complete()) {
      throw notText();
    }
    return code;
  }

  /** Unmasks some of a frame's payload to where it may be itself, and turns the mask so that it fits what follows. */
  private void unmask(ByteBuf in, int from, int to, int count) {
    long wide = ((mask & 0xFFFFFFFFL) << 32) | (mask & 0xFFFFFFFFL);
    int done = 0;
    for (; count - done >= Long.BYTES; done += Long.BYTES) {
      in.setLong(to + done, in.getLong(from + done) ^ wide);
    }
    for (; done < count; done++) {
      in.setByte(to + done, in.getByte(from + done) ^ (mask >>> 24));
      mask = Integer.rotateLeft(mask, 8);
    }
  }
}

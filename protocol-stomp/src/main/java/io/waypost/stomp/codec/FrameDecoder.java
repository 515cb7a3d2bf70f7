package io.waypost.stomp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.stomp.StompCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames and tells a {@link FrameListener}.
 *
 * <p>Why not the library's {@code StompSubframeDecoder}, whose names of commands are used here: it loses what is sent.
 * It drops headers with a second colon and carriage returns inside values, breaks characters of four UTF-8 bytes, knows
 * one set of escapes for all versions, has no limit on the number of headers, takes {@code content-length:abc} for 0, and
 * its aggregator turns frames that it could not read into frames without a body. Each of these has its test.
 *
 * <p>The lines of a head are copied, as they arrive, into one array that all frames of the connection share; a
 * {@link Frame} is a window on it. A body is copied once, to where it stays: into an array of its size when it has
 * arrived whole, else into one that grows with what has arrived and never with what was only announced.
 *
 * <p>Used on the channel's event loop. The listener may stop the decoder or have it pause from within a call.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
  private enum State {
    HEAD,
    COUNTED_BODY,
    OPEN_BODY,
    END
  }

  private static final int LONGEST_COMMAND = 16;
  private static final int SMALL_HEAD = 512;
  private static final int SMALL_BODY = 4096;
  private static final byte[] NOTHING = {};

  private static final StompCommand[] COMMANDS = {
    StompCommand.SEND,
    StompCommand.ACK,
    StompCommand.NACK,
    StompCommand.SUBSCRIBE,
    StompCommand.UNSUBSCRIBE,
    StompCommand.BEGIN,
    StompCommand.COMMIT,
    StompCommand.ABORT,
    StompCommand.CONNECT,
    StompCommand.STOMP,
    StompCommand.DISCONNECT
  };
  private static final byte[][] COMMAND_NAMES = names();

  private final FrameListener listener;
  private final Frame frame = new Frame();
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);
  private FrameLimits limits;
  private @Nullable StompVersion version;
  private State state = State.HEAD;
  private boolean stopped;
  private boolean paused;
  private boolean reading;
  private long bytesRead;

  private byte[] head = NOTHING;
  private int headLength;
  private int lineStart;
  /** Whether the frame's headers have been read. */
  private boolean headKnown;

  private boolean inFrame;

  private byte[] body = NOTHING;
  private int bodyLength;
  private int bodySize;

  /** A decoder that expects a client's first frame. */
  public FrameDecoder(FrameListener listener, FrameLimits limits) {
    this.listener = listener;
    this.limits = limits;
  }

  /** What was agreed: from the next frame on, these rules and limits hold. */
  public void agreed(StompVersion agreedVersion, FrameLimits agreedLimits) {
    version = agreedVersion;
    limits = agreedLimits;
  }

  /** Ignores everything that comes from now on. */
  public void stop() {
    stopped = true;
    if (!reading) {
      dropWaiting();
    }
  }

  /** Reads no further frame until {@link #resume()}; what arrives meanwhile is kept. */
  public void pause() {
    paused = true;
  }

  /** Reads on. */
  public void resume() {
    paused = false;
    if (!reading) {
      readWaiting();
    }
  }

  /** Whether something has arrived that waits to be read. */
  public boolean isBehind() {
    return !waiting.isEmpty();
  }

  /** Bytes that have arrived so far. */
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    bytesRead += in.readableBytes();
    if (stopped) {
      in.release();
      return;
    }
    waiting.add(in);
    if (!paused && !reading) {
      readWaiting();
    }
  }

  /** The socket is gone. What arrived before is still read, when a pause ends. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (!paused) {
      stop();
    }
  }

  private void readWaiting() {
    reading = true;
    try {
      for (ByteBuf in = waiting.peek(); in != null && !paused && !stopped; in = waiting.peek()) {
        read(in);
        if (!in.isReadable()) {
          waiting.remove().release();
        }
      }
    } finally {
      reading = false;
      if (stopped) {
        dropWaiting();
      }
    }
  }

  private void dropWaiting() {
    for (ByteBuf in = waiting.poll(); in != null; in = waiting.poll()) {
      in.release();
    }
  }

  private void read(ByteBuf in) {
    try {
      while (in.isReadable() && !stopped && !paused) {
        switch (state) {
          case HEAD -> line(in);
          case COUNTED_BODY -> countedBody(in);
          case OPEN_BODY -> openBody(in);
          case END -> end(in);
        }
      }
    } catch (MalformedException e) {
      malformed("Malformed frame", e.detail());
    }
  }

  // --- the head

  private void line(ByteBuf in) {
    int from = in.readerIndex();
    int feed = in.indexOf(from, in.writerIndex(), (byte) '\n');
    int length = (feed < 0 ? in.writerIndex() : feed) - from;
    int limit = inFrame ? limits.header() + 1 : LONGEST_COMMAND;
    if (headLength - lineStart + length > limit) {
      if (inFrame) {
        tooLarge("a header is longer than " + limits.header() + " bytes");
      } else {
        malformed("Bad command", "no command of STOMP is that long");
      }
      return;
    }
    checkFrame(length);
    if (stopped) {
      return;
    }
    reserve(length);
    in.readBytes(head, headLength, length);
    headLength += length;
    if (feed >= 0) {
      in.skipBytes(1);
      line();
    } else {
      checkNoNul(headLength - length);
    }
  }

  private void line() {
    int end = headLength;
    boolean stripped = !inFrame || version == null || version.carriageReturns();
    if (stripped && end > lineStart && head[end - 1] == '\r') {
      end--;
    }
    if (end == lineStart) {
      if (inFrame) {
        headComplete();
      } else {
        headLength = 0;
      }
    } else if (inFrame) {
      header(end);
    } else {
      command(end);
    }
    lineStart = headLength;
  }

  private void command(int end) {
    for (int i = 0; i < COMMANDS.length; i++) {
      byte[] name = COMMAND_NAMES[i];
      if (Arrays.equals(head, lineStart, end, name, 0, name.length)) {
        StompCommand command = COMMANDS[i];
        boolean connecting = command == StompCommand.CONNECT || command == StompCommand.STOMP;
        // These two are never escaped, so that every version reads them alike.
        frame.begin(command, version == null || connecting ? StompVersion.V1_0 : version);
        inFrame = true;
        return;
      }
    }
    malformed(
        "Bad command",
        "'" + printable(lineStart, end) + "' is no command that a client sends in STOMP");
  }

  private void header(int end) {
    int colon = -1;
    for (int i = lineStart; i < end; i++) {
      byte octet = head[i];
      if (octet == ':') {
        if (colon < 0) {
          colon = i;
        }
      } else if (octet == 0) {
        throw new MalformedException("there is a NUL in the headers");
      } else if (octet == '\r' && version == StompVersion.V1_2) {
        throw new MalformedException("there is a carriage return inside a header");
      }
    }
    // A name of blanks would be none in version 1.0, which trims them.
    if (colon < 0 || isBlank(lineStart, colon)) {
      throw new MalformedException(
          colon < 0 ? "a header has no colon" : "a header has no name before its colon");
    }
    if (frame.size() == limits.headers()) {
      tooLarge("there are more than " + limits.headers() + " headers");
      return;
    }
    frame.header(lineStart, colon, end);
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (head[i] != ' ') {
        return false;
      }
    }
    return true;
  }

  private void headComplete() {
    frame.complete(head);
    if (version != null && version.trims()) {
      frame.trim();
    }
    headKnown = true;
    bodyLength = 0;
    int header = frame.find(HeaderName.CONTENT_LENGTH);
    if (header < 0) {
      body = NOTHING;
      state = State.OPEN_BODY;
      return;
    }
    bodySize = contentLength(frame.valueFrom(header), frame.valueTo(header));
    checkBody(bodySize);
    checkFrame(bodySize);
    body = NOTHING;
    state = bodySize == 0 ? State.END : State.COUNTED_BODY;
  }

  private int contentLength(int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = head[i] - '0';
      if (digit < 0 || digit > 9) {
        throw notANumber(from, to);
      }
      value = Math.min(Integer.MAX_VALUE, value * 10 + digit);
    }
    if (from == to) {
      throw notANumber(from, to);
    }
    return (int) value;
  }

  private MalformedException notANumber(int from, int to) {
    return new MalformedException(
        "content-length '" + printable(from, to) + "' is not a number of bytes");
  }

  // --- the body

  private void countedBody(ByteBuf in) {
    int count = Math.min(bodySize - bodyLength, in.readableBytes());
    makeRoom(count, bodySize);
    in.readBytes(body, bodyLength, count);
    bodyLength += count;
    if (bodyLength == bodySize) {
      state = State.END;
    }
  }

  private void openBody(ByteBuf in) {
    int from = in.readerIndex();
    int nul = in.indexOf(from, in.writerIndex(), (byte) 0);
    int count = (nul < 0 ? in.writerIndex() : nul) - from;
    checkBody(bodyLength + count);
    checkFrame(bodyLength + count);
    if (stopped) {
      return;
    }
    makeRoom(count, nul < 0 ? Integer.MAX_VALUE : bodyLength + count);
    in.readBytes(body, bodyLength, count);
    bodyLength += count;
    if (nul >= 0) {
      state = State.END;
    }
  }

  /** Room for so many bytes more, of a body that will have at most that size. */
  private void makeRoom(int count, int size) {
    int needed = bodyLength + count;
    if (needed > body.length) {
      boolean whole = needed == size;
      long grown = Math.max(2L * body.length, Math.max(SMALL_BODY, needed));
      body = Arrays.copyOf(body, whole ? needed : (int) Math.min(grown, size));
    }
  }

  private void end(ByteBuf in) {
    if (in.readByte() != 0) {
      throw new MalformedException("the body does not end where content-length says");
    }
    if (bodyLength > 0
        && frame.command() != StompCommand.SEND
        && version != null
        && version.isLaterThan10()) {
      throw new MalformedException(frame.command() + " must not have a body");
    }
    byte[] complete = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
    body = NOTHING;
    state = State.HEAD;
    headKnown = false;
    inFrame = false;
    headLength = 0;
    lineStart = 0;
    listener.frame(frame, complete);
    if (head.length > SMALL_HEAD) {
      head = NOTHING;
    }
  }

  // --- limits

  private void checkFrame(int more) {
    if ((long) headLength + more > limits.frame()) {
      tooLarge("a frame is larger than " + limits.frame() + " bytes");
    }
  }

  private void checkBody(int size) {
    if (size > limits.body()) {
      tooLarge("a body is larger than " + limits.body() + " bytes");
    }
  }

  private void checkNoNul(int from) {
    for (int i = from; i < headLength; i++) {
      if (head[i] == 0) {
        throw new MalformedException("there is a NUL in the headers");
      }
    }
  }

  private void reserve(int length) {
    if (headLength + length > head.length) {
      int grown = Math.max(2 * head.length, Math.max(SMALL_HEAD, headLength + length));
      head = Arrays.copyOf(head, grown);
    }
  }

  private void tooLarge(String detail) {
    malformed("Frame too large", detail);
  }

  private void malformed(String message, String detail) {
    if (!stopped) {
      stop();
      listener.malformed(message, detail, headKnown ? frame.raw(HeaderName.RECEIPT) : null);
    }
  }

  private String printable(int from, int to) {
    String text = new String(head, from, to - from, StandardCharsets.ISO_8859_1);
    return text.replaceAll("[^ -~]", "?");
  }

  private static byte[][] names() {
    return Arrays.stream(COMMANDS)
        .map(command -> command.name().getBytes(StandardCharsets.US_ASCII))
        .toArray(byte[][]::new);
  }
}

package io.waypost.amqp.codec;

import org.jspecify.annotations.Nullable;

/** Methods of class channel (section 1.5). */
public sealed interface ChannelMethod extends Method {
  /** The class id. */
  int CLASS = 20;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable ChannelMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Open.NUMBER -> Open.read(in);
      case OpenOk.NUMBER -> OpenOk.read(in);
      case Flow.NUMBER -> Flow.read(in);
      case FlowOk.NUMBER -> FlowOk.read(in);
      case Close.NUMBER -> Close.read(in);
      case CloseOk.NUMBER -> new CloseOk();
      default -> null;
    };
  }

  @Override
  default int classId() {
    return CLASS;
  }

  /** Client: opens the channel. */
  record Open() implements ChannelMethod {
    static final int NUMBER = 10;

    static Open read(WireReader in) {
      in.shortString();
      return new Open();
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "channel.open";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString("");
    }
  }

  /** Server: the channel is open. */
  record OpenOk() implements ChannelMethod {
    static final int NUMBER = 11;

    static OpenOk read(WireReader in) {
      in.longString();
      return new OpenOk();
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "channel.open-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.longString(new byte[0]);
    }
  }

  /**
   * Either side: asks the other to stop or go on sending content.
   *
   * @param active whether content may flow
   */
  record Flow(boolean active) implements ChannelMethod {
    static final int NUMBER = 20;

    static Flow read(WireReader in) {
      int bits = in.octet();
      return new Flow((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "channel.flow";
    }

    @Override
    public void write(WireWriter out) {
      out.bits(active);
    }
  }

  /**
   * Answers {@link Flow}.
   *
   * @param active whether content may flow
   */
  record FlowOk(boolean active) implements ChannelMethod {
    static final int NUMBER = 21;

    static FlowOk read(WireReader in) {
      int bits = in.octet();
      return new FlowOk((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "channel.flow-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.bits(active);
    }
  }

  /**
   * Either side: ends the channel.
   *
   * @param replyCode a reply code
   * @param replyText the reply in words, at most 255 bytes
   * @param failedClass class of the method that failed, or 0
   * @param failedMethod method that failed, or 0
   */
  record Close(int replyCode, String replyText, int failedClass, int failedMethod)
      implements ChannelMethod {
    static final int NUMBER = 40;

    static Close read(WireReader in) {
      int replyCode = in.shortInt();
      String replyText = in.shortString();
      int failedClass = in.shortInt();
      int failedMethod = in.shortInt();
      return new Close(replyCode, replyText, failedClass, failedMethod);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "channel.close";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortInt(failedClass);
      out.shortInt(failedMethod);
    }
  }

  /** The other side has closed too. */
  record CloseOk() implements ChannelMethod {
    static final int NUMBER = 41;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "channel.close-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }
}

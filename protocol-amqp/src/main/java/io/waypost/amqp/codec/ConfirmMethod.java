package io.waypost.amqp.codec;

import org.jspecify.annotations.Nullable;

/** Methods of class confirm: publisher confirms. */
public sealed interface ConfirmMethod extends Method {
  /** The class id. */
  int CLASS = 85;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable ConfirmMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Select.NUMBER -> Select.read(in);
      case SelectOk.NUMBER -> new SelectOk();
      default -> null;
    };
  }

  @Override
  default int classId() {
    return CLASS;
  }

  /**
   * Client: wants each publish confirmed.
   *
   * @param noWait whether no reply is wanted
   */
  record Select(boolean noWait) implements ConfirmMethod {
    static final int NUMBER = 10;

    static Select read(WireReader in) {
      int bits = in.octet();
      return new Select((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "confirm.select";
    }

    @Override
    public void write(WireWriter out) {
      out.bits(noWait);
    }
  }

  /** Server: publishes from here on are confirmed. */
  record SelectOk() implements ConfirmMethod {
    static final int NUMBER = 11;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "confirm.select-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }
}

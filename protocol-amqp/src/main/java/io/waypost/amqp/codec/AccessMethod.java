package io.waypost.amqp.codec;

import org.jspecify.annotations.Nullable;

/** Methods of class access: left over from AMQP 0-8, still sent by some clients. */
public sealed interface AccessMethod extends Method {
  /** The class id. */
  int CLASS = 30;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable AccessMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Request.NUMBER -> Request.read(in);
      case RequestOk.NUMBER -> RequestOk.read(in);
      default -> null;
    };
  }

  @Override
  default int classId() {
    return CLASS;
  }

  /**
   * Client: asks for a ticket.
   *
   * @param realm the realm
   * @param exclusive unused
   * @param passive unused
   * @param active unused
   * @param write unused
   * @param read unused
   */
  record Request(
      String realm, boolean exclusive, boolean passive, boolean active, boolean write, boolean read)
      implements AccessMethod {
    static final int NUMBER = 10;

    static Request read(WireReader in) {
      String realm = in.shortString();
      int bits = in.octet();
      return new Request(
          realm,
          (bits & 1) != 0,
          (bits & 2) != 0,
          (bits & 4) != 0,
          (bits & 8) != 0,
          (bits & 16) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "access.request";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(realm);
      out.bits(exclusive, passive, active, write, read);
    }
  }

  /**
   * Server: a ticket.
   *
   * @param ticket the ticket
   */
  record RequestOk(int ticket) implements AccessMethod {
    static final int NUMBER = 11;

    static RequestOk read(WireReader in) {
      int ticket = in.shortInt();
      return new RequestOk(ticket);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "access.request-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(ticket);
    }
  }
}

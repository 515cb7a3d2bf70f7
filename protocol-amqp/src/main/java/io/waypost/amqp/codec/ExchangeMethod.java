package io.waypost.amqp.codec;

import io.waypost.message.Headers;
import org.jspecify.annotations.Nullable;

/** Methods of class exchange (section 1.6), with bindings between exchanges. */
public sealed interface ExchangeMethod extends Method {
  /** The class id. */
  int CLASS = 40;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable ExchangeMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Declare.NUMBER -> Declare.read(in);
      case DeclareOk.NUMBER -> new DeclareOk();
      case Delete.NUMBER -> Delete.read(in);
      case DeleteOk.NUMBER -> new DeleteOk();
      case Bind.NUMBER -> Bind.read(in);
      case BindOk.NUMBER -> new BindOk();
      case Unbind.NUMBER -> Unbind.read(in);
      case UnbindOk.NUMBER -> new UnbindOk();
      default -> null;
    };
  }

  @Override
  default int classId() {
    return CLASS;
  }

  /**
   * Client: declares an exchange.
   *
   * @param exchange the exchange
   * @param type its type
   * @param passive whether only to check that it exists
   * @param durable whether it survives a restart
   * @param autoDelete whether it goes when nothing uses it any more
   * @param internal whether clients may not publish to it
   * @param noWait whether no reply is wanted
   * @param arguments further arguments
   */
  record Declare(
      String exchange,
      String type,
      boolean passive,
      boolean durable,
      boolean autoDelete,
      boolean internal,
      boolean noWait,
      Headers arguments)
      implements ExchangeMethod {
    static final int NUMBER = 10;

    static Declare read(WireReader in) {
      in.shortInt();
      String exchange = in.shortString();
      String type = in.shortString();
      int bits = in.octet();
      Headers arguments = in.table();
      return new Declare(
          exchange,
          type,
          (bits & 1) != 0,
          (bits & 2) != 0,
          (bits & 4) != 0,
          (bits & 8) != 0,
          (bits & 16) != 0,
          arguments);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.declare";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.shortString(type);
      out.bits(passive, durable, autoDelete, internal, noWait);
      out.table(arguments);
    }
  }

  /** Server: the exchange exists. */
  record DeclareOk() implements ExchangeMethod {
    static final int NUMBER = 11;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.declare-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Client: deletes an exchange.
   *
   * @param exchange the exchange
   * @param ifUnused whether only when nothing uses it
   * @param noWait whether no reply is wanted
   */
  record Delete(String exchange, boolean ifUnused, boolean noWait) implements ExchangeMethod {
    static final int NUMBER = 20;

    static Delete read(WireReader in) {
      in.shortInt();
      String exchange = in.shortString();
      int bits = in.octet();
      return new Delete(exchange, (bits & 1) != 0, (bits & 2) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.delete";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.bits(ifUnused, noWait);
    }
  }

  /** Server: the exchange is gone. */
  record DeleteOk() implements ExchangeMethod {
    static final int NUMBER = 21;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.delete-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Client: binds an exchange to another.
   *
   * @param destination the exchange that messages go to
   * @param source the exchange that messages come from
   * @param routingKey the routing key
   * @param noWait whether no reply is wanted
   * @param arguments further arguments
   */
  record Bind(
      String destination, String source, String routingKey, boolean noWait, Headers arguments)
      implements ExchangeMethod {
    static final int NUMBER = 30;

    static Bind read(WireReader in) {
      in.shortInt();
      String destination = in.shortString();
      String source = in.shortString();
      String routingKey = in.shortString();
      int bits = in.octet();
      Headers arguments = in.table();
      return new Bind(destination, source, routingKey, (bits & 1) != 0, arguments);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.bind";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(destination);
      out.shortString(source);
      out.shortString(routingKey);
      out.bits(noWait);
      out.table(arguments);
    }
  }

  /** Server: the binding exists. */
  record BindOk() implements ExchangeMethod {
    static final int NUMBER = 31;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.bind-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Client: removes a binding between exchanges.
   *
   * @param destination the exchange that messages go to
   * @param source the exchange that messages come from
   * @param routingKey the routing key
   * @param noWait whether no reply is wanted
   * @param arguments further arguments
   */
  record Unbind(
      String destination, String source, String routingKey, boolean noWait, Headers arguments)
      implements ExchangeMethod {
    static final int NUMBER = 40;

    static Unbind read(WireReader in) {
      in.shortInt();
      String destination = in.shortString();
      String source = in.shortString();
      String routingKey = in.shortString();
      int bits = in.octet();
      Headers arguments = in.table();
      return new Unbind(destination, source, routingKey, (bits & 1) != 0, arguments);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.unbind";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(destination);
      out.shortString(source);
      out.shortString(routingKey);
      out.bits(noWait);
      out.table(arguments);
    }
  }

  /** Server: the binding is gone. */
  record UnbindOk() implements ExchangeMethod {
    static final int NUMBER = 51;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "exchange.unbind-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }
}

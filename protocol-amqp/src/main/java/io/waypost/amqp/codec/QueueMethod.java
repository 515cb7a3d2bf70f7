package io.waypost.amqp.codec;

import io.waypost.message.Headers;
import org.jspecify.annotations.Nullable;

/** Methods of class queue (section 1.7). */
public sealed interface QueueMethod extends Method {
  /** The class id. */
  int CLASS = 50;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable QueueMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Declare.NUMBER -> Declare.read(in);
      case DeclareOk.NUMBER -> DeclareOk.read(in);
      case Bind.NUMBER -> Bind.read(in);
      case BindOk.NUMBER -> new BindOk();
      case Purge.NUMBER -> Purge.read(in);
      case PurgeOk.NUMBER -> PurgeOk.read(in);
      case Delete.NUMBER -> Delete.read(in);
      case DeleteOk.NUMBER -> DeleteOk.read(in);
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
   * Client: declares a queue.
   *
   * @param queue the queue; empty to have a name chosen
   * @param passive whether only to check that it exists
   * @param durable whether it survives a restart
   * @param exclusive whether only this connection may use it
   * @param autoDelete whether it goes when nothing uses it any more
   * @param noWait whether no reply is wanted
   * @param arguments further arguments
   */
  record Declare(
      String queue,
      boolean passive,
      boolean durable,
      boolean exclusive,
      boolean autoDelete,
      boolean noWait,
      Headers arguments)
      implements QueueMethod {
    static final int NUMBER = 10;

    static Declare read(WireReader in) {
      in.shortInt();
      String queue = in.shortString();
      int bits = in.octet();
      Headers arguments = in.table();
      return new Declare(
          queue,
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
      return "queue.declare";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(passive, durable, exclusive, autoDelete, noWait);
      out.table(arguments);
    }
  }

  /**
   * Server: the queue exists.
   *
   * @param queue the queue
   * @param messageCount messages that are ready
   * @param consumerCount consumers attached
   */
  record DeclareOk(String queue, long messageCount, long consumerCount) implements QueueMethod {
    static final int NUMBER = 11;

    static DeclareOk read(WireReader in) {
      String queue = in.shortString();
      long messageCount = in.longInt();
      long consumerCount = in.longInt();
      return new DeclareOk(queue, messageCount, consumerCount);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.declare-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(queue);
      out.longInt(messageCount);
      out.longInt(consumerCount);
    }
  }

  /**
   * Client: binds a queue to an exchange.
   *
   * @param queue the queue
   * @param exchange the exchange
   * @param routingKey the routing key
   * @param noWait whether no reply is wanted
   * @param arguments further arguments
   */
  record Bind(String queue, String exchange, String routingKey, boolean noWait, Headers arguments)
      implements QueueMethod {
    static final int NUMBER = 20;

    static Bind read(WireReader in) {
      in.shortInt();
      String queue = in.shortString();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      int bits = in.octet();
      Headers arguments = in.table();
      return new Bind(queue, exchange, routingKey, (bits & 1) != 0, arguments);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.bind";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.bits(noWait);
      out.table(arguments);
    }
  }

  /** Server: the binding exists. */
  record BindOk() implements QueueMethod {
    static final int NUMBER = 21;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.bind-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Client: removes all ready messages.
   *
   * @param queue the queue
   * @param noWait whether no reply is wanted
   */
  record Purge(String queue, boolean noWait) implements QueueMethod {
    static final int NUMBER = 30;

    static Purge read(WireReader in) {
      in.shortInt();
      String queue = in.shortString();
      int bits = in.octet();
      return new Purge(queue, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.purge";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(noWait);
    }
  }

  /**
   * Server: the messages are gone.
   *
   * @param messageCount how many were removed
   */
  record PurgeOk(long messageCount) implements QueueMethod {
    static final int NUMBER = 31;

    static PurgeOk read(WireReader in) {
      long messageCount = in.longInt();
      return new PurgeOk(messageCount);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.purge-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.longInt(messageCount);
    }
  }

  /**
   * Client: deletes a queue.
   *
   * @param queue the queue
   * @param ifUnused whether only when nothing uses it
   * @param ifEmpty whether only when it holds no message
   * @param noWait whether no reply is wanted
   */
  record Delete(String queue, boolean ifUnused, boolean ifEmpty, boolean noWait)
      implements QueueMethod {
    static final int NUMBER = 40;

    static Delete read(WireReader in) {
      in.shortInt();
      String queue = in.shortString();
      int bits = in.octet();
      return new Delete(queue, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.delete";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(ifUnused, ifEmpty, noWait);
    }
  }

  /**
   * Server: the queue is gone.
   *
   * @param messageCount how many went with it
   */
  record DeleteOk(long messageCount) implements QueueMethod {
    static final int NUMBER = 41;

    static DeleteOk read(WireReader in) {
      long messageCount = in.longInt();
      return new DeleteOk(messageCount);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.delete-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.longInt(messageCount);
    }
  }

  /**
   * Client: removes a binding.
   *
   * @param queue the queue
   * @param exchange the exchange
   * @param routingKey the routing key
   * @param arguments further arguments
   */
  record Unbind(String queue, String exchange, String routingKey, Headers arguments)
      implements QueueMethod {
    static final int NUMBER = 50;

    static Unbind read(WireReader in) {
      in.shortInt();
      String queue = in.shortString();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      Headers arguments = in.table();
      return new Unbind(queue, exchange, routingKey, arguments);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.unbind";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.table(arguments);
    }
  }

  /** Server: the binding is gone. */
  record UnbindOk() implements QueueMethod {
    static final int NUMBER = 51;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "queue.unbind-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }
}

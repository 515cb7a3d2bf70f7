package io.waypost.amqp.codec;

import io.waypost.message.Headers;
import org.jspecify.annotations.Nullable;

/** Methods of class basic (section 1.8), with negative acknowledgements both ways. */
public sealed interface BasicMethod extends Method {
  /** The class id. */
  int CLASS = 60;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable BasicMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Qos.NUMBER -> Qos.read(in);
      case QosOk.NUMBER -> new QosOk();
      case Consume.NUMBER -> Consume.read(in);
      case ConsumeOk.NUMBER -> ConsumeOk.read(in);
      case Cancel.NUMBER -> Cancel.read(in);
      case CancelOk.NUMBER -> CancelOk.read(in);
      case Publish.NUMBER -> Publish.read(in);
      case Return.NUMBER -> Return.read(in);
      case Deliver.NUMBER -> Deliver.read(in);
      case Get.NUMBER -> Get.read(in);
      case GetOk.NUMBER -> GetOk.read(in);
      case GetEmpty.NUMBER -> GetEmpty.read(in);
      case Ack.NUMBER -> Ack.read(in);
      case Reject.NUMBER -> Reject.read(in);
      case RecoverAsync.NUMBER -> RecoverAsync.read(in);
      case Recover.NUMBER -> Recover.read(in);
      case RecoverOk.NUMBER -> new RecoverOk();
      case Nack.NUMBER -> Nack.read(in);
      default -> null;
    };
  }

  @Override
  default int classId() {
    return CLASS;
  }

  /**
   * Client: limits unsettled deliveries.
   *
   * @param prefetchSize bytes; only 0 is supported
   * @param prefetchCount deliveries; 0 is no limit
   * @param global whether over the whole channel rather than for each new consumer
   */
  record Qos(long prefetchSize, int prefetchCount, boolean global) implements BasicMethod {
    static final int NUMBER = 10;

    static Qos read(WireReader in) {
      long prefetchSize = in.longInt();
      int prefetchCount = in.shortInt();
      int bits = in.octet();
      return new Qos(prefetchSize, prefetchCount, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.qos";
    }

    @Override
    public void write(WireWriter out) {
      out.longInt(prefetchSize);
      out.shortInt(prefetchCount);
      out.bits(global);
    }
  }

  /** Server: the limit holds. */
  record QosOk() implements BasicMethod {
    static final int NUMBER = 11;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.qos-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Client: attaches a consumer.
   *
   * @param queue the queue
   * @param consumerTag its name; empty to have one chosen
   * @param noLocal not supported
   * @param noAck whether deliveries are settled by being sent
   * @param exclusive whether it wants to be the only one
   * @param noWait whether no reply is wanted
   * @param arguments further arguments
   */
  record Consume(
      String queue,
      String consumerTag,
      boolean noLocal,
      boolean noAck,
      boolean exclusive,
      boolean noWait,
      Headers arguments)
      implements BasicMethod {
    static final int NUMBER = 20;

    static Consume read(WireReader in) {
      in.shortInt();
      String queue = in.shortString();
      String consumerTag = in.shortString();
      int bits = in.octet();
      Headers arguments = in.table();
      return new Consume(
          queue,
          consumerTag,
          (bits & 1) != 0,
          (bits & 2) != 0,
          (bits & 4) != 0,
          (bits & 8) != 0,
          arguments);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.consume";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.shortString(consumerTag);
      out.bits(noLocal, noAck, exclusive, noWait);
      out.table(arguments);
    }
  }

  /**
   * Server: the consumer is attached.
   *
   * @param consumerTag the consumer, named per channel
   */
  record ConsumeOk(String consumerTag) implements BasicMethod {
    static final int NUMBER = 21;

    static ConsumeOk read(WireReader in) {
      String consumerTag = in.shortString();
      return new ConsumeOk(consumerTag);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.consume-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
    }
  }

  /**
   * Either side: detaches a consumer.
   *
   * @param consumerTag the consumer, named per channel
   * @param noWait whether no reply is wanted
   */
  record Cancel(String consumerTag, boolean noWait) implements BasicMethod {
    static final int NUMBER = 30;

    static Cancel read(WireReader in) {
      String consumerTag = in.shortString();
      int bits = in.octet();
      return new Cancel(consumerTag, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.cancel";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
      out.bits(noWait);
    }
  }

  /**
   * The consumer is detached.
   *
   * @param consumerTag the consumer, named per channel
   */
  record CancelOk(String consumerTag) implements BasicMethod {
    static final int NUMBER = 31;

    static CancelOk read(WireReader in) {
      String consumerTag = in.shortString();
      return new CancelOk(consumerTag);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.cancel-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
    }
  }

  /**
   * Client: a message; content follows.
   *
   * @param exchange the exchange
   * @param routingKey the routing key
   * @param mandatory whether it comes back when no queue wants it
   * @param immediate not supported
   */
  record Publish(String exchange, String routingKey, boolean mandatory, boolean immediate)
      implements BasicMethod {
    static final int NUMBER = 40;

    static Publish read(WireReader in) {
      in.shortInt();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      int bits = in.octet();
      return new Publish(exchange, routingKey, (bits & 1) != 0, (bits & 2) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.publish";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.bits(mandatory, immediate);
    }
  }

  /**
   * Server: a message that no queue wanted; content follows.
   *
   * @param replyCode a reply code
   * @param replyText the reply in words, at most 255 bytes
   * @param exchange the exchange
   * @param routingKey the routing key
   */
  record Return(int replyCode, String replyText, String exchange, String routingKey)
      implements BasicMethod {
    static final int NUMBER = 50;

    static Return read(WireReader in) {
      int replyCode = in.shortInt();
      String replyText = in.shortString();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      return new Return(replyCode, replyText, exchange, routingKey);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.return";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortString(exchange);
      out.shortString(routingKey);
    }
  }

  /**
   * Server: a message for a consumer; content follows.
   *
   * @param consumerTag the consumer, named per channel
   * @param deliveryTag the delivery, counted per channel
   * @param redelivered whether it was delivered before
   * @param exchange the exchange
   * @param routingKey the routing key
   */
  record Deliver(
      String consumerTag, long deliveryTag, boolean redelivered, String exchange, String routingKey)
      implements BasicMethod {
    static final int NUMBER = 60;

    static Deliver read(WireReader in) {
      String consumerTag = in.shortString();
      long deliveryTag = in.longLong();
      int bits = in.octet();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      return new Deliver(consumerTag, deliveryTag, (bits & 1) != 0, exchange, routingKey);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.deliver";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(consumerTag);
      out.longLong(deliveryTag);
      out.bits(redelivered);
      out.shortString(exchange);
      out.shortString(routingKey);
    }
  }

  /**
   * Client: asks for one message.
   *
   * @param queue the queue
   * @param noAck whether it is settled by being sent
   */
  record Get(String queue, boolean noAck) implements BasicMethod {
    static final int NUMBER = 70;

    static Get read(WireReader in) {
      in.shortInt();
      String queue = in.shortString();
      int bits = in.octet();
      return new Get(queue, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.get";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(0);
      out.shortString(queue);
      out.bits(noAck);
    }
  }

  /**
   * Server: the message; content follows.
   *
   * @param deliveryTag the delivery, counted per channel
   * @param redelivered whether it was delivered before
   * @param exchange the exchange
   * @param routingKey the routing key
   * @param messageCount messages that are ready
   */
  record GetOk(
      long deliveryTag, boolean redelivered, String exchange, String routingKey, long messageCount)
      implements BasicMethod {
    static final int NUMBER = 71;

    static GetOk read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      String exchange = in.shortString();
      String routingKey = in.shortString();
      long messageCount = in.longInt();
      return new GetOk(deliveryTag, (bits & 1) != 0, exchange, routingKey, messageCount);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.get-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(redelivered);
      out.shortString(exchange);
      out.shortString(routingKey);
      out.longInt(messageCount);
    }
  }

  /** Server: there is none. */
  record GetEmpty() implements BasicMethod {
    static final int NUMBER = 72;

    static GetEmpty read(WireReader in) {
      in.shortString();
      return new GetEmpty();
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.get-empty";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString("");
    }
  }

  /**
   * Either side: settled, or confirmed.
   *
   * @param deliveryTag the delivery, counted per channel
   * @param multiple whether all deliveries up to this one are meant
   */
  record Ack(long deliveryTag, boolean multiple) implements BasicMethod {
    static final int NUMBER = 80;

    static Ack read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      return new Ack(deliveryTag, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.ack";
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(multiple);
    }
  }

  /**
   * Client: does not want one delivery.
   *
   * @param deliveryTag the delivery, counted per channel
   * @param requeue whether the messages go back to the queue
   */
  record Reject(long deliveryTag, boolean requeue) implements BasicMethod {
    static final int NUMBER = 90;

    static Reject read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      return new Reject(deliveryTag, (bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.reject";
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(requeue);
    }
  }

  /**
   * Client: as {@link Recover}, without a reply.
   *
   * @param requeue whether the messages go back to the queue
   */
  record RecoverAsync(boolean requeue) implements BasicMethod {
    static final int NUMBER = 100;

    static RecoverAsync read(WireReader in) {
      int bits = in.octet();
      return new RecoverAsync((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.recover-async";
    }

    @Override
    public void write(WireWriter out) {
      out.bits(requeue);
    }
  }

  /**
   * Client: gives back all that is unsettled.
   *
   * @param requeue whether the messages go back to the queue
   */
  record Recover(boolean requeue) implements BasicMethod {
    static final int NUMBER = 110;

    static Recover read(WireReader in) {
      int bits = in.octet();
      return new Recover((bits & 1) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.recover";
    }

    @Override
    public void write(WireWriter out) {
      out.bits(requeue);
    }
  }

  /** Server: all is given back. */
  record RecoverOk() implements BasicMethod {
    static final int NUMBER = 111;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.recover-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Either side: does not want deliveries, or did not take publishes.
   *
   * @param deliveryTag the delivery, counted per channel
   * @param multiple whether all deliveries up to this one are meant
   * @param requeue whether the messages go back to the queue
   */
  record Nack(long deliveryTag, boolean multiple, boolean requeue) implements BasicMethod {
    static final int NUMBER = 120;

    static Nack read(WireReader in) {
      long deliveryTag = in.longLong();
      int bits = in.octet();
      return new Nack(deliveryTag, (bits & 1) != 0, (bits & 2) != 0);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "basic.nack";
    }

    @Override
    public void write(WireWriter out) {
      out.longLong(deliveryTag);
      out.bits(multiple, requeue);
    }
  }
}

package io.waypost.amqp;

import io.netty.buffer.ByteBuf;
import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ChannelMethod;
import io.waypost.amqp.codec.ConnectionMethod;
import io.waypost.amqp.codec.ContentHeader;
import io.waypost.amqp.codec.FrameListener;
import io.waypost.amqp.codec.Frames;
import io.waypost.amqp.codec.Method;
import io.waypost.amqp.codec.ProtocolError;
import io.waypost.amqp.codec.ReplyCode;
import org.jspecify.annotations.Nullable;

/**
 * Brings each frame of a connection to where it belongs: the connection itself or one of its channels; and knows which
 * frames belong nowhere.
 */
final class IncomingFrames implements FrameListener {
  /** Blamed for content that cannot be published. */
  private static final Method PUBLISH = new BasicMethod.Publish("", "", false, false);

  private final AmqpConnection connection;
  private final AmqpChannels channels;

  IncomingFrames(AmqpConnection connection, AmqpChannels channels) {
    this.connection = connection;
    this.channels = channels;
  }

  @Override
  public boolean protocolHeader(long header) {
    if (header == Frames.PROTOCOL_HEADER || header == Frames.PROTOCOL_HEADER_0_9) {
      connection.greet();
      return true;
    }
    connection.refuseProtocol();
    return false;
  }

  @Override
  public void method(int number, Method method) {
    try {
      if (number == 0) {
        connection.perform(method);
      } else if (connection.listensToChannels()) {
        channelMethod(number, method);
      }
    } catch (RuntimeException e) {
      connection.fail(number, e, method);
    }
  }

  private void channelMethod(int number, Method method) {
    AmqpChannel channel = channels.get(number);
    if (connection.isShakingHands()) {
      throw notOpen();
    } else if (method instanceof ConnectionMethod) {
      throw new AmqpException(ReplyCode.COMMAND_INVALID, "unimplemented method");
    } else if (channel == null) {
      open(number, method);
    } else if (channel.isClosed()) {
      afterClose(channel, method);
    } else if (channel.content().inContent()) {
      throw new AmqpException(
          ReplyCode.UNEXPECTED_FRAME,
          "expected content for class " + ContentHeader.CLASS + ", got " + method.name());
    } else {
      channel.perform(method);
    }
  }

  private void open(int number, Method method) {
    if (method instanceof ChannelMethod.Open) {
      channels.open(number, connection.tuning().channelMax()).send(new ChannelMethod.OpenOk());
      connection.log().channelOpened(number);
    } else if (!(method instanceof ChannelMethod.CloseOk)) {
      throw notOpen();
    }
  }

  /** A channel that was closed from here: only the end of the farewell is of interest. */
  private void afterClose(AmqpChannel channel, Method method) {
    if (method instanceof ChannelMethod.Close) {
      channel.send(new ChannelMethod.CloseOk());
    } else if (method instanceof ChannelMethod.CloseOk) {
      channels.remove(channel.number());
    }
  }

  @Override
  public void publish(
      int number, String exchange, String routingKey, boolean mandatory, boolean immediate) {
    AmqpChannel channel = openChannel(number);
    if (channel == null) {
      return;
    }
    if (channel.content().inContent()) {
      method(number, PUBLISH);
    } else if (immediate) {
      channel.fail(new AmqpException(ReplyCode.NOT_IMPLEMENTED, "immediate=true"), PUBLISH);
    } else {
      channel.content().begin(exchange, routingKey, mandatory);
    }
  }

  @Override
  public void ack(int number, long deliveryTag, boolean multiple) {
    AmqpChannel channel = openChannel(number);
    if (channel == null) {
      return;
    }
    if (channel.content().inContent()) {
      method(number, new BasicMethod.Ack(deliveryTag, multiple));
    } else {
      channel.ack(deliveryTag, multiple);
    }
  }

  @Override
  public void header(int number, long bodySize, ContentHeader header) {
    AmqpChannel channel = openChannel(number);
    if (channel != null) {
      try {
        channel.content().header(bodySize, header, connection.maxMessageBytes());
      } catch (AmqpException e) {
        channel.fail(e, PUBLISH);
      }
    }
  }

  @Override
  public void malformedHeader(int number, ProtocolError error) {
    AmqpChannel channel = openChannel(number);
    if (channel != null) {
      try {
        channel.content().checkHeaderExpected();
        channel.fail(error);
      } catch (AmqpException e) {
        channel.fail(e, PUBLISH);
      }
    }
  }

  @Override
  public void body(int number, ByteBuf source, int index, int length, boolean frameComplete) {
    AmqpChannel channel = openChannel(number);
    if (channel != null) {
      try {
        channel.content().body(source, index, length, frameComplete);
      } catch (AmqpException e) {
        channel.fail(e, PUBLISH);
      }
    }
  }

  /** The channel of a frame that only an open one understands; null when the frame is to be ignored. */
  private @Nullable AmqpChannel openChannel(int number) {
    AmqpChannel channel = channels.get(number);
    if (channel == null) {
      if (connection.listensToChannels()) {
        connection.fail(number, notOpen(), null);
      }
      return null;
    }
    return channel.isClosed() || !connection.listensToChannels() ? null : channel;
  }

  private AmqpException notOpen() {
    return connection.isShakingHands()
        ? new AmqpException(ReplyCode.CHANNEL_ERROR, "the connection is not open yet")
        : new AmqpException(ReplyCode.CHANNEL_ERROR, "expected 'channel.open'");
  }

  @Override
  public void heartbeat() {
    // That bytes arrived is all that it says.
  }

  @Override
  public void malformed(ProtocolError error, boolean inFrame) {
    connection.fail(error);
    if (!inFrame) {
      connection.deafened();
    }
  }
}

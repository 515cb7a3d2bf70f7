package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does that breaks the protocol, and what the broker says to it. */
class ProtocolErrorsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static final AMQP.Basic.Publish PUBLISH =
      new AMQP.Basic.Publish.Builder().exchange("").routingKey("nowhere").build();

  private final FrameClient client;

  ProtocolErrorsTest() throws IOException {
    client = FrameClient.openChannel(broker);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
  }

  @ParameterizedTest
  @CsvSource({
    "0100010000000400630001ce, 503, COMMAND_INVALID - unknown method",
    "0100010000000400140063ce, 503, COMMAND_INVALID - unknown method",
    "01000100000005000a001f00ce, 501, FRAME_ERROR - cannot decode method arguments",
    "0100010000000700320000000000ce, 503, COMMAND_INVALID",
    "01000100000004003c0028ce, 501, FRAME_ERROR - cannot decode method arguments",
    "0500010000000000, 501, FRAME_ERROR - unknown frame type 5",
    "080000000000000000, 501, FRAME_ERROR - invalid frame end marker",
    "01000100ffffff00, 501, FRAME_ERROR - a frame of 16777215 bytes is larger than frame_max",
    "08000100000000ce, 505, UNEXPECTED_FRAME - heartbeat on channel 1",
    "0200010000000e000a000000000000000000000000ce, 505, UNEXPECTED_FRAME - expected content header for class 60",
    "0200010000000e003c000000000000000000000000ce, 505, UNEXPECTED_FRAME - expected method frame, got content header",
    "0200010000000f003c00000000000000000000ffff00ce, 505, UNEXPECTED_FRAME - expected method frame, got content header",
    "0300010000000100ce, 505, UNEXPECTED_FRAME - expected method frame, got content body",
    "0300020000000100ce, 504, CHANNEL_ERROR - expected 'channel.open'",
  })
  @DisplayName("[2.3.5] frames that are none, or come where they do not belong, end the connection")
  void frames(String hex, int code, String text) throws IOException {
    client.raw(ByteBufUtil.decodeHexDump(hex));
    client.expectConnectionClose(code, text);
  }

  @Test
  @DisplayName("[2.3.5.2] properties that cannot be decoded end the connection")
  void undecodableProperties() throws IOException {
    client.send(1, new AMQP.Basic.Publish.Builder().exchange("").routingKey("q").build());
    client.raw(ByteBufUtil.decodeHexDump("0200010000000f003c00000000000000000000ffff00ce"));

    client.expectConnectionClose(501, "FRAME_ERROR - cannot decode content header");
  }

  @Test
  @DisplayName("a method on a channel that is not open is a channel error of the connection")
  void channelNotOpen() throws IOException {
    client.send(3, new AMQP.Basic.Ack.Builder().deliveryTag(1).build());

    client.expectConnectionClose(504, "CHANNEL_ERROR - expected 'channel.open'");
  }

  @Test
  @DisplayName("a second channel.open ends the connection")
  void openTwice() throws IOException {
    client.send(1, new AMQP.Channel.Open.Builder().build());

    client.expectConnectionClose(504, "CHANNEL_ERROR - second 'channel.open' seen");
  }

  @Test
  @DisplayName("[1.4.2.6] more channels than were negotiated end the connection")
  void tooManyChannels() throws IOException {
    for (int number = 2; number <= 10; number++) {
      client.send(number, new AMQP.Channel.Open.Builder().build());
      client.expect(AMQP.Channel.OpenOk.class);
    }
    client.send(11, new AMQP.Channel.Open.Builder().build());

    client.expectConnectionClose(
        530,
        "NOT_ALLOWED - number of channels opened (10) has reached the negotiated channel_max (10)");
  }

  @Test
  @DisplayName("channel methods on channel 0 and connection methods elsewhere end the connection")
  void wrongChannel() throws IOException {
    client.send(0, new AMQP.Channel.Open.Builder().build());
    client.expectConnectionClose(
        504, "CHANNEL_ERROR - unexpected method 'channel.open' in connection state running");
    try (FrameClient other = FrameClient.openChannel(broker)) {
      other.send(1, new AMQP.Connection.Close.Builder().replyCode(200).build());
      other.expectConnectionClose(503, "COMMAND_INVALID - unimplemented method");
    }
  }

  @Test
  @DisplayName("methods that only servers send end the connection")
  void serverMethods() throws IOException {
    client.send(1, new AMQP.Basic.GetEmpty.Builder().build());

    client.expectConnectionClose(503, "COMMAND_INVALID - unexpected method 'basic.get-empty'");
  }

  @Test
  @DisplayName("[4.2.6] a method where content belongs ends the connection")
  void methodInContent() throws IOException {
    client.send(1, PUBLISH);
    client.send(1, new AMQP.Basic.Qos.Builder().build());

    client.expectConnectionClose(
        505, "UNEXPECTED_FRAME - expected content for class 60, got basic.qos");
  }

  @Test
  @DisplayName("[4.2.6] a publish or ack where content belongs ends the connection")
  void publishInContent() throws IOException {
    client.send(1, PUBLISH);
    client.send(1, PUBLISH);
    client.expectConnectionClose(
        505, "UNEXPECTED_FRAME - expected content for class 60, got basic.publish");
    try (FrameClient other = FrameClient.openChannel(broker)) {
      other.send(1, PUBLISH);
      other.send(1, new AMQP.Basic.Ack.Builder().deliveryTag(1).build());
      other.expectConnectionClose(
          505, "UNEXPECTED_FRAME - expected content for class 60, got basic.ack");
    }
  }

  @Test
  @DisplayName(
      "[4.2.6] a body where the header belongs, and a header where the body belongs, end the connection")
  void contentOutOfOrder() throws IOException {
    client.send(1, PUBLISH);
    client.body(1, new byte[1]);
    client.expectConnectionClose(
        505, "UNEXPECTED_FRAME - expected content header for class 60, got content body");
    try (FrameClient other = FrameClient.openChannel(broker)) {
      other.send(1, PUBLISH);
      other.contentHeader(1, 5, new BasicProperties());
      other.contentHeader(1, 5, new BasicProperties());
      other.expectConnectionClose(
          505, "UNEXPECTED_FRAME - expected content body, got content header");
    }
  }

  @Test
  @DisplayName("a body longer than declared ends the connection")
  void bodyTooLong() throws IOException {
    client.send(1, PUBLISH);
    client.contentHeader(1, 2, new BasicProperties());
    client.body(1, new byte[3]);

    client.expectConnectionClose(
        501, "FRAME_ERROR - content body frame exceeds remaining content size");
  }

  @ParameterizedTest
  @ValueSource(longs = {16 * 1024 * 1024 + 1, Long.MAX_VALUE, -1})
  @DisplayName("a body larger than configured closes the channel before it is sent")
  void messageTooLarge(long size) throws IOException {
    client.send(1, PUBLISH);
    client.contentHeader(1, size, new BasicProperties());

    client.expectChannelClose(
        406,
        "PRECONDITION_FAILED - message size " + Long.toUnsignedString(size)
            + " is larger than configured max size 16777216");
  }

  @Test
  @DisplayName("what is not offered ends the connection with 540")
  void notImplemented() throws IOException {
    client.send(1, new AMQP.Channel.Flow.Builder().active(false).build());
    client.expectConnectionClose(540, "NOT_IMPLEMENTED - active=false");
    try (FrameClient other = FrameClient.openChannel(broker)) {
      other.send(1, new AMQP.Basic.Qos.Builder().prefetchSize(10).build());
      other.expectConnectionClose(540, "NOT_IMPLEMENTED - prefetch_size!=0 (10)");
    }
    try (FrameClient other = FrameClient.openChannel(broker)) {
      other.send(1, new AMQP.Basic.Recover.Builder().requeue(false).build());
      other.expectConnectionClose(540, "NOT_IMPLEMENTED - requeue=false");
    }
    try (FrameClient other = FrameClient.openChannel(broker)) {
      other.send(
          1,
          new AMQP.Basic.Publish.Builder()
              .exchange("")
              .routingKey("k")
              .immediate()
              .build());
      other.expectConnectionClose(540, "NOT_IMPLEMENTED - immediate=true");
    }
  }

  @Test
  @DisplayName("an error names the method that failed")
  void failedMethod() throws IOException {
    client.send(1, new AMQP.Queue.Declare.Builder().queue("missing").passive().build());

    AMQP.Channel.Close close = client.expect(AMQP.Channel.Close.class);
    assertThat(close.getReplyCode()).isEqualTo(404);
    assertThat(close.getReplyText()).isEqualTo("NOT_FOUND - no queue 'missing' in vhost '/'");
    assertThat(close.getClassId()).isEqualTo(50);
    assertThat(close.getMethodId()).isEqualTo(10);
  }

  @Test
  @DisplayName(
      "after channel.close everything but the farewell is ignored, then the number is free")
  void afterChannelClose() throws IOException {
    client.send(1, new AMQP.Basic.Ack.Builder().deliveryTag(42).build());
    client.send(1, new AMQP.Queue.Declare.Builder().queue("never").build());
    client.publish(1, "never", new byte[3]);
    client.send(1, new AMQP.Basic.Ack.Builder().deliveryTag(43).build());
    client.expectChannelClose(406, "PRECONDITION_FAILED - unknown delivery tag 42");

    client.send(1, new AMQP.Channel.Open.Builder().build());
    client.expect(AMQP.Channel.OpenOk.class);
    client.send(1, new AMQP.Queue.Declare.Builder().queue("never").passive().build());
    client.expectChannelClose(404, "NOT_FOUND - no queue 'never' in vhost '/'");
  }

  @Test
  @DisplayName("when both sides close a channel at once, both get their answer")
  void bothCloseTheChannel() throws IOException {
    client.send(1, new AMQP.Basic.Ack.Builder().deliveryTag(42).build());
    client.send(1, new AMQP.Channel.Close.Builder().replyCode(200).build());
    client.expectChannelClose(406, "PRECONDITION_FAILED");
    client.expect(AMQP.Channel.CloseOk.class);

    client.send(1, new AMQP.Channel.Open.Builder().build());
    client.expect(AMQP.Channel.OpenOk.class);
  }

  @Test
  @DisplayName("one channel's error leaves the others alone")
  void otherChannelsGoOn() throws IOException {
    client.send(2, new AMQP.Channel.Open.Builder().build());
    client.expect(AMQP.Channel.OpenOk.class);
    client.send(1, new AMQP.Basic.Ack.Builder().deliveryTag(42).build());
    client.expectChannelClose(406, "PRECONDITION_FAILED");

    client.send(2, new AMQP.Basic.Qos.Builder().prefetchCount(1).build());

    client.expect(AMQP.Basic.QosOk.class);
  }

  @Test
  @DisplayName("a client that answers a close with its own is let go")
  void bothCloseTheConnection() throws IOException {
    client.send(3, new AMQP.Basic.Qos.Builder().build());
    client.expect(AMQP.Connection.Close.class);
    client.send(0, new AMQP.Connection.Close.Builder().replyCode(200).build());

    client.expect(AMQP.Connection.CloseOk.class);
    client.expectEnd();
  }

  @Test
  @DisplayName("access.request is answered with a ticket")
  void accessRequest() throws IOException {
    client.send(1, new AMQP.Access.Request.Builder().realm("/data").build());

    assertThat(client.expect(AMQP.Access.RequestOk.class).getTicket()).isEqualTo(1);
  }

  @Test
  @DisplayName("channel.flow with active=true changes nothing and is answered")
  void flow() throws IOException {
    client.send(1, new AMQP.Channel.Flow.Builder().active(true).build());

    assertThat(client.expect(AMQP.Channel.FlowOk.class).getActive()).isTrue();
  }
}

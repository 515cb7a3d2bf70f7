package io.waypost.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.loop.Loop;
import io.waypost.mqtt.codec.PublishContent;
import io.waypost.mqtt.codec.PublishWriter;
import io.waypost.mqtt.codec.ShortPackets;
import io.waypost.transport.OutputEnd;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection's one way out. Packets gather in one buffer; what a turn wrote is flushed once, at its end, behind the
 * other tasks there, which write too. A connection with nothing to say holds no buffer.
 */
final class Output implements Runnable {
  /** Beyond this a buffer goes to the socket's queue, where it counts as unread output. */
  private static final int FULL = 64 * 1024;

  private static final int SMALLEST = 256;

  /** Payloads from this size on are not copied. */
  private static final int LARGE_PAYLOAD = 16 * 1024;

  private static final int SHORT_PACKET = 8;

  private static final Map<MqttVersion, PublishWriter> WRITERS = Map.of(
      MqttVersion.MQTT_3_1, new PublishWriter(MqttVersion.MQTT_3_1),
      MqttVersion.MQTT_3_1_1, new PublishWriter(MqttVersion.MQTT_3_1_1),
      MqttVersion.MQTT_5, new PublishWriter(MqttVersion.MQTT_5));

  private final Channel channel;
  private final Loop loop;
  private final MqttCounters counters;
  private MqttVersion version = MqttVersion.MQTT_3_1_1;
  private PublishWriter publishes = writer(version);
  private @Nullable ByteBuf gathered;
  private boolean scheduled;
  private boolean last;
  private boolean closed;

  Output(Channel channel, Loop loop, MqttCounters counters) {
    this.channel = channel;
    this.loop = loop;
    this.counters = counters;
  }

  private static PublishWriter writer(MqttVersion version) {
    return Objects.requireNonNull(WRITERS.get(version));
  }

  /** Writes in this version from now on. */
  void version(MqttVersion told) {
    version = told;
    publishes = writer(told);
  }

  PublishWriter publishes() {
    return publishes;
  }

  /** Writes a PUBLISH. */
  void publish(
      PublishContent content,
      int payloadSize,
      int firstByte,
      int packetId,
      byte[] own,
      int alias,
      boolean withTopic,
      byte[] payload) {
    counters.publishesSent.add(1);
    if (payloadSize < LARGE_PAYLOAD) {
      publishes.write(buffer(payloadSize), content, firstByte, packetId, own, alias, withTopic);
      sent();
    } else {
      publishes.writeHead(buffer(0), content, firstByte, packetId, own, alias, withTopic);
      sent();
      push();
      write(Unpooled.wrappedBuffer(payload));
    }
  }

  /** Writes PUBACK, PUBREC, PUBREL or PUBCOMP without properties. */
  void acknowledge(MqttMessageType type, int packetId, Reason reason) {
    ShortPackets.acknowledge(buffer(SHORT_PACKET), version, type, packetId, reason.value() & 0xFF);
    sent();
  }

  void pingResponse() {
    ShortPackets.pingResponse(buffer(SHORT_PACKET));
    sent();
  }

  /** Writes any other packet. */
  void packet(MqttMessage message) {
    push();
    schedule();
    if (!closed) {
      counters.messagesSent.add(1);
      channel.write(message, channel.voidPromise());
    }
  }

  private ByteBuf buffer(int more) {
    ByteBuf buffer = gathered;
    if (buffer == null) {
      buffer = channel.alloc().buffer(Math.max(SMALLEST, more + SHORT_PACKET));
      gathered = buffer;
      schedule();
    }
    return buffer;
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      loop.atTurnEnd(this);
    }
    last = false;
  }

  private void sent() {
    counters.messagesSent.add(1);
    ByteBuf buffer = gathered;
    if (buffer != null && buffer.readableBytes() >= FULL) {
      push();
    }
  }

  /** Hands what gathered to the socket's queue. */
  private void push() {
    ByteBuf full = gathered;
    if (full != null) {
      gathered = null;
      write(full);
    }
  }

  private void write(ByteBuf bytes) {
    if (closed) {
      bytes.release();
      return;
    }
    counters.bytesSent.add(bytes.readableBytes());
    channel.write(bytes, channel.voidPromise());
  }

  @Override
  public void run() {
    if (last) {
      scheduled = false;
      push();
      channel.flush();
    } else {
      last = true;
      loop.atTurnEnd(this);
    }
  }

  /**
   * Ends our side of the conversation when everything written so far is out. The socket stays open for the client to
   * read the rest: closing it while the client still writes would reset it.
   */
  void endAfterLast() {
    push();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
      if (channel instanceof DuplexChannel) {
        OutputEnd.of(channel);
      } else {
        channel.close();
      }
    });
  }

  /** Closes the socket when everything written so far is out. */
  void closeAfterLast() {
    push();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Drops what is written from now on: the socket is gone. */
  void closed() {
    closed = true;
    push();
  }
}

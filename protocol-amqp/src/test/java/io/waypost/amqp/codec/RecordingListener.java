package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a decoder told, each body frame put together, in a form that can be compared. */
final class RecordingListener implements FrameListener {
  /** A content header, without its properties. */
  record Header(int channel, long bodySize, int propertyBytes) {}

  /** A whole body frame. */
  record Body(int channel, List<Byte> bytes) {}

  /** A method with the channel that it came on. */
  record OnChannel(int channel, Method method) {}

  final List<Object> events = new ArrayList<>();

  /** Exchanges, routing keys and headers of messages, as the objects that were told. */
  final List<Object> parts = new ArrayList<>();

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  @Override
  public boolean protocolHeader(long header) {
    events.add(Long.toHexString(header));
    return header == Frames.PROTOCOL_HEADER;
  }

  @Override
  public void method(int channel, Method method) {
    events.add(new OnChannel(channel, method));
  }

  @Override
  public void publish(
      int channel, String exchange, String routingKey, boolean mandatory, boolean immediate) {
    parts.add(exchange);
    parts.add(routingKey);
    method(channel, new BasicMethod.Publish(exchange, routingKey, mandatory, immediate));
  }

  @Override
  public void ack(int channel, long deliveryTag, boolean multiple) {
    method(channel, new BasicMethod.Ack(deliveryTag, multiple));
  }

  @Override
  public void header(int channel, long bodySize, ContentHeader header) {
    parts.add(header);
    events.add(new Header(channel, bodySize, header.size()));
  }

  @Override
  public void body(int channel, ByteBuf source, int index, int length, boolean frameComplete) {
    byte[] part = new byte[length];
    source.getBytes(index, part);
    body.writeBytes(part);
    if (frameComplete) {
      List<Byte> bytes = new ArrayList<>();
      for (byte b : body.toByteArray()) {
        bytes.add(b);
      }
      events.add(new Body(channel, bytes));
      body.reset();
    }
  }

  @Override
  public void heartbeat() {
    events.add("heartbeat");
  }

  @Override
  public void malformed(ProtocolError error, boolean inFrame) {
    events.add(error);
    events.add(inFrame);
  }
}

package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.nio.charset.StandardCharsets;

/**
 * Encodes properties of MQTT 5 (section 2.2.2), in the order in which they are added, for {@link PublishContent} and
 * {@link PublishWriter}. Text that MQTT cannot carry (U+0000, more than 65,535 bytes) is left out, and said to be.
 * Reusable; used on one thread.
 */
public final class PropertyWriter {
  private final ByteBuf out = Unpooled.buffer();

  /** Adds an integer, with as many bytes as its identifier demands; four bytes are unsigned in the {@code int}. */
  public PropertyWriter integer(int id, int value) {
    Property.Kind kind = kind(id);
    out.writeByte(id);
    switch (kind) {
      case ZERO_OR_ONE -> out.writeByte(value);
      case TWO_BYTES, TWO_BYTES_NOT_ZERO, ALIAS -> out.writeShort(value);
      case FOUR_BYTES, FOUR_BYTES_NOT_ZERO -> out.writeInt(value);
      case VARIABLE_NOT_ZERO -> Sizes.writeVariable(out, value);
      case TEXT, TOPIC, BINARY, PAIR -> throw new IllegalArgumentException("no integer: " + id);
    }
    return this;
  }

  /** Adds a string, if MQTT can carry it. */
  public boolean text(int id, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!isFit(text, bytes)) {
      return false;
    }
    out.writeByte(id);
    write(bytes);
    return true;
  }

  /** Adds binary data, if it has no more than 65,535 bytes. */
  public boolean binary(int id, byte[] bytes) {
    if (bytes.length > Sizes.MAX_STRING) {
      return false;
    }
    out.writeByte(id);
    write(bytes);
    return true;
  }

  /** Adds a user property, if MQTT can carry both parts. */
  public boolean user(String key, String value) {
    byte[] first = key.getBytes(StandardCharsets.UTF_8);
    byte[] second = value.getBytes(StandardCharsets.UTF_8);
    if (!isFit(key, first) || !isFit(value, second)) {
      return false;
    }
    out.writeByte(MqttProperties.USER_PROPERTY);
    write(first);
    write(second);
    return true;
  }

  /** What was added, without its length; the writer is empty again. */
  public byte[] take() {
    byte[] bytes = ByteBufUtil.getBytes(out);
    out.clear();
    return bytes;
  }

  private void write(byte[] bytes) {
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  private static boolean isFit(String text, byte[] bytes) {
    return bytes.length <= Sizes.MAX_STRING && text.indexOf(0) < 0;
  }

  private static Property.Kind kind(int id) {
    Property property = Property.of(id);
    if (property == null) {
      throw new IllegalArgumentException("no property: " + id);
    }
    return property.kind();
  }
}

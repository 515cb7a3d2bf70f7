package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * The short strings that clients send again and again (exchanges, routing keys, queues, names of headers): a repeated
 * one is found by its bytes and costs no allocation. A direct-mapped table: a newcomer takes the place of whoever is
 * there. One for each thread, so that idle connections hold none, and those that say the same share it.
 */
final class ShortStringCache {
  private static final int PLACE_BITS = 10;
  private static final int LONGEST = 128;

  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  private record Entry(byte[] bytes, String text) {}

  private static final FastThreadLocal<ShortStringCache> OF_THREAD = new FastThreadLocal<>() {
    @Override
    protected ShortStringCache initialValue() {
      return new ShortStringCache();
    }
  };

  private final @Nullable Entry[] entries = new @Nullable Entry[1 << PLACE_BITS];

  private ShortStringCache() {}

  /** The calling thread's own; nobody else may use it. */
  static ShortStringCache ofThisThread() {
    return OF_THREAD.get();
  }

  /** The text of these bytes, or null when they are not UTF-8. */
  @Nullable
  String get(ByteBuf buffer, int index, int length) {
    if (length == 0) {
      return "";
    }
    if (length > LONGEST) {
      return Text.strict(Text.bytes(buffer, index, length));
    }
    int place = place(buffer, index, length);
    Entry there = entries[place];
    if (there != null && isAt(there.bytes, buffer, index, length)) {
      return there.text;
    }
    byte[] bytes = Text.bytes(buffer, index, length);
    String text = Text.strict(bytes);
    if (text != null) {
      entries[place] = new Entry(bytes, text);
    }
    return text;
  }

  private static int place(ByteBuf buffer, int index, int length) {
    long hash = length;
    int at = index;
    int end = index + length;
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      hash = (hash ^ buffer.getLong(at)) * 0x9E3779B97F4A7C15L;
    }
    for (; at < end; at++) {
      hash = (hash ^ buffer.getByte(at)) * 0x9E3779B97F4A7C15L;
    }
    return (int) (hash >>> (Long.SIZE - PLACE_BITS));
  }

  private static boolean isAt(byte[] bytes, ByteBuf buffer, int index, int length) {
    if (bytes.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer.getByte(index + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}

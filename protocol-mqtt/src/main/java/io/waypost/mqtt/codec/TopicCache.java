package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The topics that one connection publishes to again and again: a repeated one is found by its bytes, is known to be
 * sound, and costs no allocation. A small direct-mapped table, made with the first topic: a newcomer takes the place of
 * whoever is there. Used on one thread.
 */
final class TopicCache {
  private static final int PLACES = 64;
  private static final int LONGEST = 128;

  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  private record Entry(byte[] bytes, String topic) {}

  private @Nullable Entry @Nullable [] entries;

  /** The topic name with these bytes. */
  String get(ByteBuf buffer, int index, int length) {
    if (length > LONGEST) {
      return Text.topicName(Text.bytes(buffer, index, length));
    }
    @Nullable Entry[] known = entries;
    if (known == null) {
      known = new @Nullable Entry[PLACES];
      entries = known;
    }
    int place = place(buffer, index, length);
    Entry there = known[place];
    if (there != null && isAt(there.bytes, buffer, index, length)) {
      return there.topic;
    }
    byte[] bytes = Text.bytes(buffer, index, length);
    String topic = Text.topicName(bytes);
    known[place] = new Entry(bytes, topic);
    return topic;
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
    return (int) (hash >>> 58);
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

package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypost.message.Headers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elementary fields (section 4.2) from a part of a buffer, checking every length against what is there
 * before anything is allocated. Reused for one part after the other; the buffer's own indices stay as they are.
 */
public final class WireReader {
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private int at;
  private int end;

  /** Taken where the first name is read: that thread reads all others. */
  private @Nullable ShortStringCache strings;

  /** Points the reader at these bytes. */
  WireReader over(ByteBuf source, int from, int length) {
    buffer = source;
    at = from;
    end = from + length;
    return this;
  }

  /** Lets go of the buffer. */
  void clear() {
    over(Unpooled.EMPTY_BUFFER, 0, 0);
  }

  /** Bytes that are left. */
  int remaining() {
    return end - at;
  }

  /** Where the next byte is read. */
  int index() {
    return at;
  }

  int octet() {
    return buffer.getUnsignedByte(advance(1));
  }

  int shortInt() {
    return buffer.getUnsignedShort(advance(2));
  }

  /** Four bytes, unsigned. */
  long longInt() {
    return buffer.getUnsignedInt(advance(4));
  }

  long longLong() {
    return buffer.getLong(advance(8));
  }

  /** A name: at most 255 bytes of UTF-8. */
  String shortString() {
    int length = octet();
    String text = strings().get(buffer, advance(length), length);
    if (text == null) {
      throw new MalformedException("a name is not valid UTF-8");
    }
    return text;
  }

  /** Text of a property, in which bytes that are not UTF-8 are replaced: nothing is looked up by it. */
  String shortText() {
    int length = octet();
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  /** Like {@link #shortText}, for what many messages and connections have in common. */
  String repeatedText() {
    int length = octet();
    int from = advance(length);
    String text = strings().get(buffer, from, length);
    return text == null
        ? new String(Text.bytes(buffer, from, length), StandardCharsets.UTF_8)
        : text;
  }

  private ShortStringCache strings() {
    ShortStringCache known = strings;
    if (known == null) {
      known = ShortStringCache.ofThisThread();
      strings = known;
    }
    return known;
  }

  byte[] longString() {
    return bytes(length());
  }

  String longText() {
    return new String(longString(), StandardCharsets.UTF_8);
  }

  Headers table() {
    return FieldTable.read(this);
  }

  /** The length of a long string, table or array, checked against what is there. */
  int length() {
    long length = longInt();
    if (length > remaining()) {
      throw new MalformedException("a field of " + length + " bytes in " + remaining());
    }
    return (int) length;
  }

  /** Whether the short string that comes next has these bytes; the reader stays where it is. */
  boolean nextIs(byte[] text) {
    if (remaining() <= text.length || buffer.getUnsignedByte(at) != text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (buffer.getByte(at + 1 + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  void skip(int count) {
    advance(count);
  }

  byte[] bytes(int count) {
    return Text.bytes(buffer, advance(count), count);
  }

  private int advance(int count) {
    int from = at;
    if (count > end - from) {
      throw new MalformedException("it ends too early");
    }
    at = from + count;
    return from;
  }
}

package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.RawString;
import io.waypost.message.Unsigned;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Field tables (section 4.2.5.5) with the type letters that RabbitMQ and its clients use, which are not quite those of
 * the specification: {@code t} boolean, {@code b B} 8 bits, {@code s u} 16, {@code I i} 32, {@code l L} 64, the second
 * of the first three pairs unsigned; {@code f d} floating, {@code D} decimal, {@code S} text, {@code x} bytes, {@code A}
 * array, {@code F} table, {@code T} seconds since 1970, {@code V} void.
 *
 * <p>A decoded table encodes to the same bytes, with four exceptions that no client is known to send: {@code L} comes
 * back as {@code l}, a boolean other than 0 or 1 as 1, a time beyond the calendar as its end, and a name that is not
 * UTF-8 with those bytes replaced. Tables may be nested {@value #MAX_DEPTH} deep.
 */
public final class FieldTable {
  /** How deep tables and arrays may be nested. */
  public static final int MAX_DEPTH = 64;

  private static final byte[] NOTHING = {};

  private FieldTable() {}

  /**
   * Decodes the entries of a table that comes without its length, as SASL AMQPLAIN sends it.
   *
   * @return empty when the bytes are no such entries
   */
  public static Optional<Headers> decodeEntries(byte[] entries) {
    WireReader in = new WireReader().over(Unpooled.wrappedBuffer(entries), 0, entries.length);
    try {
      return Optional.of(readEntries(in, entries.length, 1));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }

  static Headers read(WireReader in) {
    return readTable(in, 1);
  }

  static void write(Headers table, WireWriter out) {
    write(table, NOTHING, NOTHING, out);
  }

  /** Writes a table that ends with entries which are encoded already. */
  static void write(Headers table, byte[] more, byte[] last, WireWriter out) {
    ByteBuf buffer = out.buffer();
    int start = beginSized(buffer);
    writeEntries(table, out);
    buffer.writeBytes(more).writeBytes(last);
    endSized(buffer, start);
  }

  /** Encodes entries, for tables in which they are repeated. */
  public static byte[] encodeEntries(Headers entries) {
    ByteBuf buffer = Unpooled.buffer(128);
    writeEntries(entries, new WireWriter().over(buffer));
    return Text.bytes(buffer, 0, buffer.readableBytes());
  }

  private static void writeEntries(Headers table, WireWriter out) {
    for (Header entry : table) {
      out.shortString(entry.name());
      writeValue(entry.value(), out);
    }
  }

  /** Checks that a table can be read, without making anything of it. */
  static void check(WireReader in) {
    checkEntries(in, in.length(), 1, true);
  }

  /** Which entries a table that was checked has, itself, not in nested tables: a bit for each name, the first one lowest. */
  static int present(WireReader in, byte[]... names) {
    int present = 0;
    int length = in.length();
    int left = in.remaining() - length;
    while (in.remaining() > left) {
      for (int i = 0; i < names.length; i++) {
        if (in.nextIs(names[i])) {
          present |= 1 << i;
        }
      }
      in.skip(in.octet());
      checkValue(in, 1);
    }
    return present;
  }

  private static Headers readTable(WireReader in, int depth) {
    return readEntries(in, in.length(), depth);
  }

  private static Headers readEntries(WireReader in, int length, int depth) {
    checkDepth(depth);
    int left = in.remaining() - length;
    List<Header> entries = new ArrayList<>();
    while (in.remaining() > left) {
      entries.add(new Header(in.repeatedText(), readValue(in, depth)));
    }
    checkEnd(in, left);
    return Headers.of(entries);
  }

  private static List<@Nullable Object> readArray(WireReader in, int depth) {
    checkDepth(depth);
    int length = in.length();
    int left = in.remaining() - length;
    List<@Nullable Object> values = new ArrayList<>();
    while (in.remaining() > left) {
      values.add(readValue(in, depth));
    }
    checkEnd(in, left);
    return Collections.unmodifiableList(values);
  }

  private static @Nullable Object readValue(WireReader in, int depth) {
    int type = in.octet();
    return switch (type) {
      case 't' -> in.octet() != 0;
      case 'b' -> (byte) in.octet();
      case 'B' -> new Unsigned(in.octet(), 1);
      case 's' -> (short) in.shortInt();
      case 'u' -> new Unsigned(in.shortInt(), 2);
      case 'I' -> (int) in.longInt();
      case 'i' -> new Unsigned(in.longInt(), 4);
      case 'l', 'L' -> in.longLong();
      case 'f' -> Float.intBitsToFloat((int) in.longInt());
      case 'd' -> Double.longBitsToDouble(in.longLong());
      case 'D' -> readDecimal(in);
      case 'S' -> readText(in);
      case 'x' -> in.longString();
      case 'A' -> readArray(in, depth + 1);
      case 'F' -> readTable(in, depth + 1);
      case 'T' -> time(in.longLong());
      case 'V' -> null;
      default -> throw unknown(type);
    };
  }

  private static BigDecimal readDecimal(WireReader in) {
    int scale = in.octet();
    int unscaled = (int) in.longInt();
    return BigDecimal.valueOf(unscaled, scale);
  }

  private static Object readText(WireReader in) {
    byte[] bytes = in.longString();
    String text = Text.strict(bytes);
    return text == null ? new RawString(bytes) : text;
  }

  private static Instant time(long seconds) {
    if (seconds > Instant.MAX.getEpochSecond()) {
      return Instant.MAX;
    }
    return seconds < Instant.MIN.getEpochSecond() ? Instant.MIN : Instant.ofEpochSecond(seconds);
  }

  private static void checkEntries(WireReader in, int length, int depth, boolean named) {
    checkDepth(depth);
    int left = in.remaining() - length;
    while (in.remaining() > left) {
      if (named) {
        in.skip(in.octet());
      }
      checkValue(in, depth);
    }
    checkEnd(in, left);
  }

  private static void checkValue(WireReader in, int depth) {
    int type = in.octet();
    switch (type) {
      case 'V' -> {}
      case 't', 'b', 'B' -> in.skip(1);
      case 's', 'u' -> in.skip(2);
      case 'I', 'i', 'f' -> in.skip(4);
      case 'D' -> in.skip(5);
      case 'l', 'L', 'd', 'T' -> in.skip(8);
      case 'S', 'x' -> in.skip(in.length());
      case 'A' -> checkEntries(in, in.length(), depth + 1, false);
      case 'F' -> checkEntries(in, in.length(), depth + 1, true);
      default -> throw unknown(type);
    }
  }

  private static void checkDepth(int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedException("a table nested more than " + MAX_DEPTH + " deep");
    }
  }

  private static void checkEnd(WireReader in, int left) {
    if (in.remaining() != left) {
      throw new MalformedException("an entry goes beyond its table");
    }
  }

  private static MalformedException unknown(int type) {
    return new MalformedException("unknown field type " + type);
  }

  private static void writeValue(@Nullable Object value, WireWriter out) {
    ByteBuf buffer = out.buffer();
    if (value == null) {
      buffer.writeByte('V');
    } else if (value instanceof String text) {
      buffer.writeByte('S');
      out.longText(text);
    } else if (value instanceof Boolean bool) {
      buffer.writeByte('t').writeBoolean(bool);
    } else if (value instanceof Number number) {
      writeNumber(number, buffer);
    } else if (value instanceof Unsigned unsigned) {
      writeUnsigned(unsigned, buffer);
    } else if (value instanceof RawString raw) {
      buffer.writeByte('S');
      out.longString(raw.bytes());
    } else if (value instanceof byte[] bytes) {
      buffer.writeByte('x');
      out.longString(bytes);
    } else if (value instanceof Instant time) {
      buffer.writeByte('T').writeLong(time.getEpochSecond());
    } else if (value instanceof Headers table) {
      buffer.writeByte('F');
      write(table, out);
    } else if (value instanceof List<?> list) {
      buffer.writeByte('A');
      int start = beginSized(buffer);
      for (Object element : list) {
        writeValue(element, out);
      }
      endSized(buffer, start);
    } else {
      throw new IllegalStateException("a header of " + value.getClass());
    }
  }

  private static void writeNumber(Number number, ByteBuf buffer) {
    if (number instanceof Integer) {
      buffer.writeByte('I').writeInt(number.intValue());
    } else if (number instanceof Long) {
      buffer.writeByte('l').writeLong(number.longValue());
    } else if (number instanceof Short) {
      buffer.writeByte('s').writeShort(number.shortValue());
    } else if (number instanceof Byte) {
      buffer.writeByte('b').writeByte(number.byteValue());
    } else if (number instanceof Float) {
      buffer.writeByte('f').writeFloat(number.floatValue());
    } else if (number instanceof BigDecimal decimal && fits(decimal)) {
      buffer
          .writeByte('D')
          .writeByte(decimal.scale())
          .writeInt(decimal.unscaledValue().intValue());
    } else {
      buffer.writeByte('d').writeDouble(number.doubleValue());
    }
  }

  private static boolean fits(BigDecimal decimal) {
    BigInteger unscaled = decimal.unscaledValue();
    return decimal.scale() >= 0 && decimal.scale() <= 255 && unscaled.bitLength() < Integer.SIZE;
  }

  private static void writeUnsigned(Unsigned unsigned, ByteBuf buffer) {
    switch (unsigned.width()) {
      case 1 -> buffer.writeByte('B').writeByte((int) unsigned.value());
      case 2 -> buffer.writeByte('u').writeShort((int) unsigned.value());
      default -> buffer.writeByte('i').writeInt((int) unsigned.value());
    }
  }

  private static int beginSized(ByteBuf buffer) {
    int start = buffer.writerIndex();
    buffer.writeInt(0);
    return start;
  }

  private static void endSized(ByteBuf buffer, int start) {
    buffer.setInt(start, buffer.writerIndex() - start - 4);
  }
}

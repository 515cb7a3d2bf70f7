package io.waypost.store.codec;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import io.waypost.message.RawString;
import io.waypost.message.Unsigned;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Headers with every kind of value of {@link Header}, and {@link Properties}. */
public final class ValueCodec {
  private static final int VOID = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;
  private static final int BYTE = 3;
  private static final int SHORT = 4;
  private static final int INT = 5;
  private static final int LONG = 6;
  private static final int UNSIGNED = 7;
  private static final int FLOAT = 8;
  private static final int DOUBLE = 9;
  private static final int DECIMAL = 10;
  private static final int TEXT = 11;
  private static final int RAW_TEXT = 12;
  private static final int BINARY = 13;
  private static final int INSTANT = 14;
  private static final int LIST = 15;
  private static final int TABLE = 16;

  /** How deep values stand in values: more than any adapter lets in. */
  private static final int MAX_DEPTH = 256;

  private ValueCodec() {}

  /** Writes headers in their order. */
  public static void write(ByteWriter out, Headers headers) {
    out.size(headers.size());
    for (Header header : headers) {
      out.text(header.name());
      writeValue(out, header.value());
    }
  }

  private static void writeValue(ByteWriter out, @Nullable Object value) {
    if (value == null) {
      out.u8(VOID);
    } else if (value instanceof Boolean flag) {
      out.u8(flag ? TRUE : FALSE);
    } else if (value instanceof Byte number) {
      out.u8(BYTE).u8(number);
    } else if (value instanceof Short number) {
      out.u8(SHORT).u16(number);
    } else if (value instanceof Integer number) {
      out.u8(INT).u32(number);
    } else if (value instanceof Long number) {
      out.u8(LONG).i64(number);
    } else if (value instanceof Unsigned number) {
      out.u8(UNSIGNED).u8(number.width()).i64(number.value());
    } else if (value instanceof Float number) {
      out.u8(FLOAT).u32(Float.floatToRawIntBits(number));
    } else if (value instanceof Double number) {
      out.u8(DOUBLE).i64(Double.doubleToRawLongBits(number));
    } else if (value instanceof BigDecimal number) {
      out.u8(DECIMAL).u32(number.scale()).bytes(number.unscaledValue().toByteArray());
    } else if (value instanceof String text) {
      out.u8(TEXT).text(text);
    } else if (value instanceof RawString text) {
      out.u8(RAW_TEXT).bytes(text.bytes());
    } else if (value instanceof byte[] bytes) {
      out.u8(BINARY).bytes(bytes);
    } else if (value instanceof Instant time) {
      out.u8(INSTANT).i64(time.getEpochSecond()).u32(time.getNano());
    } else if (value instanceof List<?> list) {
      out.u8(LIST).size(list.size());
      for (Object element : list) {
        writeValue(out, element);
      }
    } else if (value instanceof Headers table) {
      out.u8(TABLE);
      write(out, table);
    } else {
      throw new IllegalStateException("no kind of value: " + value.getClass());
    }
  }

  /** Reads headers. */
  public static Headers headers(ByteReader in) {
    return headers(in, 0);
  }

  private static Headers headers(ByteReader in, int depth) {
    int size = in.size();
    List<Header> headers = new ArrayList<>(Math.min(size, in.remaining()));
    for (int i = 0; i < size; i++) {
      headers.add(new Header(in.text(), value(in, depth)));
    }
    return Headers.of(headers);
  }

  private static @Nullable Object value(ByteReader in, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("a value within too many others");
    }
    int kind = in.u8();
    return switch (kind) {
      case VOID -> null;
      case FALSE -> false;
      case TRUE -> true;
      case BYTE -> (byte) in.u8();
      case SHORT -> (short) in.u16();
      case INT -> in.u32();
      case LONG -> in.i64();
      case UNSIGNED -> unsigned(in);
      case FLOAT -> Float.intBitsToFloat(in.u32());
      case DOUBLE -> Double.longBitsToDouble(in.i64());
      case DECIMAL -> decimal(in);
      case TEXT -> in.text();
      case RAW_TEXT -> new RawString(in.bytes());
      case BINARY -> in.bytes();
      case INSTANT -> instant(in);
      case LIST -> list(in, depth + 1);
      case TABLE -> headers(in, depth + 1);
      default -> throw new IllegalArgumentException("unknown kind of value " + kind);
    };
  }

  private static Unsigned unsigned(ByteReader in) {
    int width = in.u8();
    return new Unsigned(in.i64(), width);
  }

  private static BigDecimal decimal(ByteReader in) {
    int scale = in.u32();
    return new BigDecimal(new BigInteger(in.bytes()), scale);
  }

  private static Instant instant(ByteReader in) {
    long seconds = in.i64();
    int nanos = in.u32();
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("a time that is none", e);
    }
  }

  private static List<@Nullable Object> list(ByteReader in, int depth) {
    int size = in.size();
    List<@Nullable Object> list = new ArrayList<>(Math.min(size, in.remaining()));
    for (int i = 0; i < size; i++) {
      list.add(value(in, depth));
    }
    return java.util.Collections.unmodifiableList(list);
  }

  /** Writes properties. */
  public static void write(ByteWriter out, Properties properties) {
    Integer priority = properties.priority();
    Long timestamp = properties.timestamp();
    out.u8((properties.persistent() ? 1 : 0)
        | (priority != null ? 2 : 0)
        | (timestamp != null ? 4 : 0));
    if (priority != null) {
      out.u8(priority);
    }
    if (timestamp != null) {
      out.i64(timestamp);
    }
    optional(out, properties.contentType());
    optional(out, properties.contentEncoding());
    optional(out, properties.correlationId());
    optional(out, properties.replyTo());
    optional(out, properties.expiration());
    optional(out, properties.messageId());
    optional(out, properties.type());
    optional(out, properties.userId());
    optional(out, properties.appId());
    optional(out, properties.clusterId());
    write(out, properties.headers());
  }

  private static void optional(ByteWriter out, @Nullable String text) {
    out.u8(text == null ? 0 : 1);
    if (text != null) {
      out.text(text);
    }
  }

  /** Reads properties. */
  public static Properties properties(ByteReader in) {
    int flags = in.u8();
    Integer priority = (flags & 2) != 0 ? (Integer) in.u8() : null;
    Long timestamp = (flags & 4) != 0 ? (Long) in.i64() : null;
    String contentType = optional(in);
    String contentEncoding = optional(in);
    String correlationId = optional(in);
    String replyTo = optional(in);
    String expiration = optional(in);
    String messageId = optional(in);
    String type = optional(in);
    String userId = optional(in);
    String appId = optional(in);
    String clusterId = optional(in);
    return new Properties(
        contentType,
        contentEncoding,
        headers(in),
        (flags & 1) != 0,
        priority,
        correlationId,
        replyTo,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  private static @Nullable String optional(ByteReader in) {
    return in.u8() == 0 ? null : in.text();
  }
}

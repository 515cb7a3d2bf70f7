package io.waypost.amqp;

import io.waypost.amqp.codec.ContentHeader;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.message.RetainHeader;
import io.waypost.transport.OriginHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the wire to the neutral message and back. Pure. */
final class AmqpTranslator {
  private static final String COPIES = "CC";
  private static final String BLIND_COPIES = "BCC";

  /** The headers that mean something to the broker, and their bits. */
  private static final byte[][] KNOWN = {
    COPIES.getBytes(StandardCharsets.US_ASCII),
    BLIND_COPIES.getBytes(StandardCharsets.US_ASCII),
    RetainHeader.NAME.getBytes(StandardCharsets.US_ASCII)
  };

  private static final int HAS_COPIES = 1;
  private static final int HAS_BLIND_COPIES = 2;
  private static final int HAS_RETAIN = 4;

  /** The header with a routing key that is too long for a short string. */
  private static final String LONG_KEY = "x-routing-key";

  private static final int SHORT_STRING = 255;
  /** Longer ones would be for ever, and overflow what they are added to. */
  private static final long LONGEST_EXPIRATION = Long.MAX_VALUE / 1_000_000 / 4;

  private AmqpTranslator() {}

  /**
   * The message that a publisher means.
   *
   * @param header its properties
   * @param replyTo replaces the address for replies; null to leave it as it is
   * @throws AmqpException if the expiration, CC or BCC is not what it should be
   */
  static Message message(
      String exchange,
      String routingKey,
      ContentHeader header,
      byte[] body,
      @Nullable String replyTo,
      Origin origin) {
    int known = header.present(KNOWN);
    boolean copies = (known & HAS_COPIES) != 0;
    boolean blindCopies = (known & HAS_BLIND_COPIES) != 0;
    Properties properties = known != 0 || replyTo != null ? header.decode() : null;
    ContentHeader kept = header;
    if (properties != null && (replyTo != null || blindCopies)) {
      Properties changed = replyTo == null ? properties : properties.withReplyTo(replyTo);
      kept = ContentHeader.of(changed.withHeaders(changed.headers().without(BLIND_COPIES)));
    }
    Message message = Message.encoded(
        exchange,
        routingKey,
        body,
        kept,
        origin,
        header.persistent(),
        header.priority(),
        timeToLive(header.expiration()));
    if (properties == null) {
      return message;
    }
    Headers headers = properties.headers();
    if (copies || blindCopies) {
      message = message.withMoreKeys(keys(headers, COPIES), keys(headers, BLIND_COPIES));
    }
    boolean retain = (known & HAS_RETAIN) != 0 && RetainHeader.isIn(headers);
    return retain ? message.toRetain() : message;
  }

  /**
   * The content header of a message that leaves.
   *
   * @param roomForOrigin the largest header, in bytes, in which a message of another protocol says where it came from; what
   *     has no room in it is left out
   */
  static ContentHeader header(Message message, int roomForOrigin) {
    if (message.encoded() instanceof ContentHeader header) {
      return header;
    }
    Properties properties = foreign(message);
    return roomForOrigin > 0 && OriginHeaders.isForeign(message, AmqpProtocol.NAME)
        ? ForeignHeaders.ofThisThread().header(message, properties, roomForOrigin)
        : ContentHeader.of(properties);
  }

  /** The routing key of a message that leaves; empty when it is too long, and then {@link #LONG_KEY} has it. */
  static String routingKey(Message message) {
    return isShort(message.routingKey()) ? message.routingKey() : "";
  }

  /** The properties of another protocol's message: a name once, with all its values, and a key of any length. */
  private static Properties foreign(Message message) {
    Properties properties = message.properties();
    Headers headers = once(properties.headers());
    if (!isShort(message.routingKey())) {
      return properties.withHeaders(headers.with(LONG_KEY, message.routingKey()));
    }
    return headers.size() == properties.headers().size()
        ? properties
        : properties.withHeaders(headers);
  }

  private static boolean isShort(String key) {
    return key.length() <= SHORT_STRING / 3
        || key.getBytes(StandardCharsets.UTF_8).length <= SHORT_STRING;
  }

  private static Headers once(Headers headers) {
    if (headers.size() < 2) {
      return headers;
    }
    Map<String, List<@Nullable Object>> values = new LinkedHashMap<>();
    for (Header header : headers) {
      values.computeIfAbsent(header.name(), name -> new ArrayList<>(1)).add(header.value());
    }
    if (values.size() == headers.size()) {
      return headers;
    }
    List<Header> merged = new ArrayList<>(values.size());
    values.forEach((name, all) ->
        merged.add(new Header(name, all.size() == 1 ? all.get(0) : new ArrayList<>(all))));
    return Headers.of(merged);
  }

  private static long timeToLive(@Nullable String expiration) {
    if (expiration == null) {
      return Message.NO_EXPIRY;
    }
    try {
      long millis = Long.parseLong(expiration);
      if (millis < 0) {
        throw invalidExpiration(expiration, "negative");
      }
      return Math.min(millis, LONGEST_EXPIRATION);
    } catch (NumberFormatException e) {
      throw invalidExpiration(expiration, "no_integer");
    }
  }

  private static AmqpException invalidExpiration(String expiration, String why) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED, "invalid expiration '" + expiration + "': " + why);
  }

  private static List<String> keys(Headers headers, String name) {
    List<String> keys = new ArrayList<>();
    if (headers.contains(name)) {
      if (!(headers.get(name) instanceof List<?> values)) {
        throw invalidCopies(name);
      }
      for (Object value : values) {
        if (!(value instanceof String key)) {
          throw invalidCopies(name);
        }
        keys.add(key);
      }
    }
    return keys;
  }

  private static AmqpException invalidCopies(String name) {
    return new AmqpException(
        ReplyCode.PRECONDITION_FAILED,
        "invalid header '" + name + "': it must be an array of long strings");
  }
}

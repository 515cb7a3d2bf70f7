package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.waypost.message.Header;
import io.waypost.message.HeaderText;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.message.RetainHeader;
import io.waypost.mqtt.codec.PropertyWriter;
import io.waypost.mqtt.codec.PublishContent;
import io.waypost.topic.TopicNames;
import io.waypost.transport.OriginHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From the wire to the neutral message and back. Pure. What has no field of its own in the neutral properties is a
 * header: {@code x-mqtt-qos} (2 only), {@code x-retain}, {@code x-correlation-id} for correlation data that is no
 * text, {@code x-reply-to-topic} for the routing key of the response topic.
 */
final class MqttTranslator {
  static final String QOS = "x-mqtt-qos";
  static final String CORRELATION = "x-correlation-id";
  static final String REPLY_TO_TOPIC = "x-reply-to-topic";
  static final String CONTENT_TYPE = "x-content-type";
  private static final String TOPIC = "x-mqtt-topic";
  private static final String REPLAYED = "x-mqtt-retained";
  private static final String COPIES = "CC";

  private static final String TOPIC_ADDRESS = "/topic/";
  private static final String UTF_8 = "utf-8";
  private static final int SHORT_STRING = 255;
  private static final long UNSIGNED = 0xFFFF_FFFFL;

  /** The properties that go with a message from its publisher to all who get it. */
  private static final int[] FORWARDED = {
    MqttProperties.PAYLOAD_FORMAT_INDICATOR,
    MqttProperties.CONTENT_TYPE,
    MqttProperties.RESPONSE_TOPIC,
    MqttProperties.CORRELATION_DATA,
    MqttProperties.USER_PROPERTY,
    MqttProperties.PUBLICATION_EXPIRY_INTERVAL
  };

  private MqttTranslator() {}

  // --- from a publisher

  /** The part of a packet's properties that goes with the message, or null when there is none. */
  static @Nullable MqttProperties forwarded(MqttProperties given) {
    if (given.isEmpty()) {
      return null;
    }
    for (int id : FORWARDED) {
      if (given.getProperty(id) != null) {
        return given;
      }
    }
    return null;
  }

  /** The message that a publisher means. */
  static Message message(
      String exchange, String key, byte[] body, Publication publication, Origin origin) {
    return Message.encoded(
        exchange,
        key,
        body,
        publication,
        origin,
        publication.qos() > 0,
        0,
        timeToLive(publication.properties()));
  }

  private static long timeToLive(@Nullable MqttProperties properties) {
    Long seconds =
        properties == null ? null : integer(properties, MqttProperties.PUBLICATION_EXPIRY_INTERVAL);
    return seconds == null ? Message.NO_EXPIRY : TimeUnit.SECONDS.toMillis(seconds);
  }

  /** An integer property as an unsigned number, or null when it is absent. */
  static @Nullable Long integer(MqttProperties properties, int id) {
    MqttProperty<?> property = properties.getProperty(id);
    return property instanceof MqttProperties.IntegerProperty number
        ? number.value() & UNSIGNED
        : null;
  }

  /** A text property, or null when it is absent. */
  static @Nullable String text(MqttProperties properties, int id) {
    MqttProperty<?> property = properties.getProperty(id);
    return property instanceof MqttProperties.StringProperty text ? text.value() : null;
  }

  /** A binary property, or null when it is absent. */
  static byte @Nullable [] binary(MqttProperties properties, int id) {
    MqttProperty<?> property = properties.getProperty(id);
    return property instanceof MqttProperties.BinaryProperty bytes ? bytes.value() : null;
  }

  // --- to other protocols

  /** The neutral form of a publication's properties. */
  static Properties properties(Publication publication) {
    List<Header> headers = new ArrayList<>();
    if (publication.moved()) {
      headers.add(new Header(TOPIC, publication.topic()));
      headers.add(new Header(REPLAYED, publication.replayed()));
    }
    if (publication.retain()) {
      headers.add(new Header(RetainHeader.NAME, true));
    }
    if (publication.qos() == 2) {
      headers.add(new Header(QOS, (byte) 2));
    }
    MqttProperties given = publication.properties();
    if (given == null) {
      return properties(publication, headers, null, null, null, null, null);
    }
    String contentType = text(given, MqttProperties.CONTENT_TYPE);
    if (contentType != null && !isShort(contentType)) {
      headers.add(new Header(CONTENT_TYPE, contentType));
      contentType = null;
    }
    byte[] correlation = binary(given, MqttProperties.CORRELATION_DATA);
    String correlationId = correlation == null ? null : Correlation.id(correlation);
    if (correlation != null && (correlationId == null || Correlation.isEncoded(correlationId))) {
      headers.add(new Header(CORRELATION, correlation));
    }
    String replyTo = replyTo(text(given, MqttProperties.RESPONSE_TOPIC), headers);
    for (MqttProperty<?> property : given.getProperties(MqttProperties.USER_PROPERTY)) {
      if (property instanceof MqttProperties.UserProperty pair) {
        headers.add(new Header(pair.value().key, pair.value().value));
      }
    }
    Long format = integer(given, MqttProperties.PAYLOAD_FORMAT_INDICATOR);
    long life = timeToLive(given);
    return properties(
        publication,
        headers,
        contentType,
        format != null && format == 1 ? UTF_8 : null,
        correlationId,
        replyTo,
        life == Message.NO_EXPIRY ? null : Long.toString(life));
  }

  private static Properties properties(
      Publication publication,
      List<Header> headers,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      @Nullable String correlationId,
      @Nullable String replyTo,
      @Nullable String expiration) {
    return new Properties(
        contentType,
        contentEncoding,
        Headers.of(headers),
        publication.qos() > 0,
        null,
        correlationId,
        replyTo,
        expiration,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static @Nullable String replyTo(@Nullable String responseTopic, List<Header> headers) {
    if (responseTopic == null) {
      return null;
    }
    String queue = TopicNames.queue(responseTopic);
    if (queue != null) {
      return queue;
    }
    String key = TopicNames.key(responseTopic);
    headers.add(new Header(REPLY_TO_TOPIC, key));
    String address = TOPIC_ADDRESS + key;
    return isShort(address) ? address : null;
  }

  private static boolean isShort(String text) {
    return text.length() <= SHORT_STRING
        && text.getBytes(StandardCharsets.UTF_8).length <= SHORT_STRING;
  }

  // --- to subscribers

  /**
   * What a PUBLISH says of the message: as it came, or made of what another protocol's publisher said.
   *
   * @param withOrigin whether a message of another protocol says where it came from, in user properties
   */
  static Publication publication(Message message, boolean withOrigin) {
    if (message.encoded() instanceof Publication publication) {
      return publication;
    }
    Properties said = message.properties();
    if (!withOrigin || !OriginHeaders.isForeign(message, MqttProtocol.NAME)) {
      return publication(message, said);
    }
    List<Header> headers =
        new ArrayList<>(OriginHeaders.stripped(said.headers()).entries());
    headers.addAll(OriginHeaders.of(message.origin()));
    return publication(message, said.withHeaders(Headers.of(headers)));
  }

  private static Publication publication(Message message, Properties said) {
    MqttProperties properties = new MqttProperties();
    if (UTF_8.equalsIgnoreCase(said.contentEncoding())) {
      properties.add(
          new MqttProperties.IntegerProperty(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1));
    }
    String replyTo = said.replyTo();
    if (replyTo != null) {
      add(properties, MqttProperties.RESPONSE_TOPIC, responseTopic(replyTo));
    }
    byte[] correlation =
        said.correlationId() == null ? null : Correlation.data(said.correlationId());
    addOthers(properties, said);
    String contentType = said.contentType();
    String topic = null;
    int qos = said.persistent() ? 1 : 0;
    boolean retain = false;
    boolean replayed = false;
    // Only what goes to a client's queue by name has them: at an exchange the routing key is the
    // topic.
    boolean moved = message.exchange().isEmpty();
    for (Header header : said.headers()) {
      Object value = header.value();
      switch (header.name()) {
        case QOS -> {
          if (value instanceof Byte two && two == 2) {
            qos = said.persistent() ? 2 : qos;
            continue;
          }
        }
        case RetainHeader.NAME -> {
          // As text it may be a user property, unless another protocol's client wrote it.
          if (value instanceof Boolean flag) {
            retain = flag;
            continue;
          }
          if (RetainHeader.isTrue(value) && OriginHeaders.isForeign(message, MqttProtocol.NAME)) {
            retain = true;
            continue;
          }
        }
        case TOPIC -> {
          if (moved && topic == null && value instanceof String name && TopicNames.isName(name)) {
            topic = name;
            continue;
          }
        }
        case REPLAYED -> {
          if (moved && value instanceof Boolean flag) {
            replayed = flag;
            continue;
          }
        }
        case CORRELATION -> {
          if (value instanceof byte[] bytes) {
            correlation = bytes;
            continue;
          }
        }
        case CONTENT_TYPE -> {
          if (contentType == null && value instanceof String type) {
            contentType = type;
            continue;
          }
        }
        case REPLY_TO_TOPIC -> {
          if (value instanceof String key) {
            if (replyTo == null) {
              add(properties, MqttProperties.RESPONSE_TOPIC, TopicNames.topic(key));
              continue;
            }
            if (replyTo.equals(TOPIC_ADDRESS + key)) {
              continue;
            }
          }
        }
        case COPIES -> {
          continue;
        }
        default -> {}
      }
      addUserProperties(properties, header);
    }
    if (contentType != null) {
      properties.add(new MqttProperties.StringProperty(MqttProperties.CONTENT_TYPE, contentType));
    }
    if (correlation != null) {
      properties.add(
          new MqttProperties.BinaryProperty(MqttProperties.CORRELATION_DATA, correlation));
    }
    return new Publication(
        topic != null ? topic : topicOf(message.routingKey()),
        qos,
        retain,
        topic != null,
        replayed,
        properties.isEmpty() ? null : properties);
  }

  /** The topic of a routing key; empty, for none, if it is longer than topics can be. */
  private static String topicOf(String key) {
    String topic = TopicNames.topic(key);
    return TopicNames.fits(topic) ? topic : "";
  }

  private static void addUserProperties(MqttProperties properties, Header header) {
    if (header.value() instanceof List<?> list
        && list.stream().noneMatch(part -> part instanceof Headers || part instanceof List<?>)) {
      for (Object element : list) {
        addUserProperty(properties, header.name(), HeaderText.of(element));
      }
    } else {
      addUserProperty(properties, header.name(), HeaderText.of(header.value()));
    }
  }

  /** What MQTT has no property of its own for. */
  private static void addOthers(MqttProperties properties, Properties said) {
    String encoding = said.contentEncoding();
    addUserProperty(
        properties, "content-encoding", UTF_8.equalsIgnoreCase(encoding) ? null : encoding);
    addUserProperty(properties, "message-id", said.messageId());
    addUserProperty(properties, "priority", text(said.priority()));
    addUserProperty(properties, "timestamp", text(said.timestamp()));
    addUserProperty(properties, "type", said.type());
    addUserProperty(properties, "user-id", said.userId());
    addUserProperty(properties, "app-id", said.appId());
  }

  private static @Nullable String text(@Nullable Number number) {
    return number == null ? null : number.toString();
  }

  private static void addUserProperty(
      MqttProperties properties, String name, @Nullable String value) {
    if (value != null) {
      properties.add(new MqttProperties.UserProperty(name, value));
    }
  }

  private static void add(MqttProperties properties, int id, String topic) {
    if (!topic.isEmpty()) {
      properties.add(new MqttProperties.StringProperty(id, topic));
    }
  }

  private static String responseTopic(String replyTo) {
    return replyTo.startsWith(TOPIC_ADDRESS)
        ? TopicNames.topic(replyTo.substring(TOPIC_ADDRESS.length()))
        : TopicNames.ofQueue(replyTo);
  }

  /** The packet's parts that all subscribers get; its properties in the order in which they came. */
  static PublishContent content(Publication publication, byte[] body, PropertyWriter writer) {
    byte[] topic = publication.topic().getBytes(StandardCharsets.UTF_8);
    MqttProperties given = publication.properties();
    if (given != null) {
      for (int id : FORWARDED) {
        write(given, id, writer);
      }
    }
    return new PublishContent(topic, writer.take(), body);
  }

  private static void write(MqttProperties given, int id, PropertyWriter writer) {
    switch (id) {
      case MqttProperties.PAYLOAD_FORMAT_INDICATOR -> {
        Long format = integer(given, id);
        if (format != null) {
          writer.integer(id, format.intValue());
        }
      }
      case MqttProperties.CONTENT_TYPE, MqttProperties.RESPONSE_TOPIC -> {
        String text = text(given, id);
        if (text != null) {
          writer.text(id, text);
        }
      }
      case MqttProperties.CORRELATION_DATA -> {
        byte[] bytes = binary(given, id);
        if (bytes != null) {
          writer.binary(id, bytes);
        }
      }
      case MqttProperties.USER_PROPERTY -> {
        for (MqttProperty<?> property : given.getProperties(id)) {
          if (property instanceof MqttProperties.UserProperty pair) {
            writer.user(pair.value().key, pair.value().value);
          }
        }
      }
      // Counted down, so that each copy has its own.
      default -> {}
    }
  }
}

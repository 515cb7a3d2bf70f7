package io.waypost.stomp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.waypost.message.Header;
import io.waypost.message.HeaderText;
import io.waypost.message.Properties;
import io.waypost.message.RetainHeader;
import io.waypost.topic.TopicNames;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The headers in which the properties of a message stand. */
final class PropertyHeaders {
  static final HeaderName CONTENT_TYPE = new HeaderName("content-type");
  static final HeaderName CONTENT_ENCODING = new HeaderName("content-encoding");
  static final HeaderName CORRELATION_ID = new HeaderName("correlation-id");
  static final HeaderName AMQP_MESSAGE_ID = new HeaderName("amqp-message-id");
  static final HeaderName TYPE = new HeaderName("type");
  static final HeaderName APP_ID = new HeaderName("app-id");
  static final HeaderName CLUSTER_ID = new HeaderName("cluster-id");

  /** What other protocols call {@link HeaderName#RETAIN}. */
  static final HeaderName RETAIN_OF_OTHERS = new HeaderName(RetainHeader.NAME);

  private static final String MQTT = "/mqtt/";

  /** Their names: no header of the application's own is called so. */
  static final Set<String> NAMES = Set.of(
      CONTENT_TYPE.text(),
      CONTENT_ENCODING.text(),
      CORRELATION_ID.text(),
      AMQP_MESSAGE_ID.text(),
      TYPE.text(),
      APP_ID.text(),
      CLUSTER_ID.text(),
      HeaderName.PERSISTENT.text(),
      HeaderName.PRIORITY.text(),
      HeaderName.REPLY_TO.text(),
      HeaderName.EXPIRATION.text(),
      HeaderName.TIMESTAMP.text(),
      HeaderName.USER_ID.text());

  /** What the broker writes into each MESSAGE itself. */
  private static final Set<String> OURS = Set.of(
      HeaderName.DESTINATION.text(),
      HeaderName.SUBSCRIPTION.text(),
      HeaderName.MESSAGE_ID.text(),
      HeaderName.ACK.text(),
      HeaderName.REDELIVERED.text(),
      HeaderName.CONTENT_LENGTH.text());

  private static final String TOPIC = "/topic/";

  private PropertyHeaders() {}

  /**
   * The address for replies that the other protocols know: the queue's name, {@code /topic/} and the routing key as it is,
   * or what else was written.
   */
  static String replyTo(String header) {
    try {
      return known(header);
    } catch (MalformedException noAddress) {
      return header;
    }
  }

  private static String known(String header) {
    if (header.startsWith(MQTT)) {
      String topic = Percent.decode(header.substring(MQTT.length()));
      return TopicNames.isName(topic) ? TOPIC + TopicNames.key(topic) : header;
    }
    if (header.startsWith(TOPIC)) {
      return TOPIC + Percent.decode(header.substring(TOPIC.length()));
    }
    for (String queue : new String[] {HeaderBlock.REPLY_QUEUE, "/queue/", "/amq/queue/"}) {
      if (header.startsWith(queue)) {
        String name = Percent.decode(header.substring(queue.length()));
        // A queue whose name reads like an address would be taken for that when it is written
        // again.
        return name.equals(replyTo(name)) ? name : header;
      }
    }
    return header;
  }

  static void write(Properties properties, StompVersion version, ByteBuf out) {
    text(CONTENT_TYPE, properties.contentType(), version, out);
    text(CONTENT_ENCODING, properties.contentEncoding(), version, out);
    if (properties.persistent()) {
      text(HeaderName.PERSISTENT, "true", version, out);
    }
    text(HeaderName.PRIORITY, string(properties.priority()), version, out);
    text(CORRELATION_ID, properties.correlationId(), version, out);
    String replyTo = properties.replyTo();
    if (replyTo != null && replyTo.startsWith(TOPIC)) {
      replyTo = TOPIC + Percent.encode(replyTo.substring(TOPIC.length()), true);
    } else if (replyTo != null && !replyTo.startsWith("/")) {
      replyTo = HeaderBlock.REPLY_QUEUE + Percent.encode(replyTo, false);
    }
    text(HeaderName.REPLY_TO, replyTo, version, out);
    text(HeaderName.EXPIRATION, properties.expiration(), version, out);
    text(AMQP_MESSAGE_ID, properties.messageId(), version, out);
    text(HeaderName.TIMESTAMP, string(properties.timestamp()), version, out);
    text(TYPE, properties.type(), version, out);
    text(HeaderName.USER_ID, properties.userId(), version, out);
    text(APP_ID, properties.appId(), version, out);
    text(CLUSTER_ID, properties.clusterId(), version, out);
    boolean retain = RetainHeader.isIn(properties.headers());
    if (retain) {
      text(HeaderName.RETAIN, "true", version, out);
    }
    for (Header header : properties.headers()) {
      if (retain && isRetain(header.name())) {
        continue;
      }
      String bare = bare(header.name());
      String name = version.trims() ? bare : header.name();
      // A repeated header's first value counts, so later ones may follow; the broker's own and the
      // properties must not be covered up.
      if (!bare.isEmpty() && !OURS.contains(name) && !NAMES.contains(name)) {
        Text.writeName(out, name, version);
        out.writeByte(':');
        Text.write(out, HeaderText.of(header.value()), version);
        out.writeByte('\n');
      }
    }
  }

  private static boolean isRetain(String name) {
    return name.equals(RetainHeader.NAME) || name.equals(HeaderName.RETAIN.text());
  }

  /** A name as a version sees it that trims blanks; none if there is nothing else in it. */
  private static String bare(String name) {
    int from = 0;
    int to = name.length();
    while (from < to && name.charAt(from) == ' ') {
      from++;
    }
    while (to > from && name.charAt(to - 1) == ' ') {
      to--;
    }
    return name.substring(from, to);
  }

  private static @Nullable String string(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static void text(
      HeaderName name, @Nullable String value, StompVersion version, ByteBuf out) {
    if (value != null) {
      ByteBufUtil.writeAscii(out, name.text());
      out.writeByte(':');
      Text.write(out, value, version);
      out.writeByte('\n');
    }
  }
}

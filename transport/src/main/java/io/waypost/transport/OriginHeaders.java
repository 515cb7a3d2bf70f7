package io.waypost.transport;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.topic.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter tells its client about where a message of another protocol came from. Headers of these names that the
 * publisher wrote are left out then: whoever reads them has them from the broker. Pure, any thread.
 */
public final class OriginHeaders {
  /** The protocol by which it came: the adapter's name. */
  public static final String PROTOCOL = "x-origin-protocol";

  /** The id, or the connection's name, of the client that published it. */
  public static final String CLIENT_ID = "x-origin-client-id";

  /** The user that published it. */
  public static final String USER = "x-origin-user";

  /** The topic that it was published to, where the protocol has topics. */
  public static final String TOPIC = "x-origin-topic";

  private static final String PREFIX = "x-origin-";
  private static final Set<String> NAMES = Set.of(PROTOCOL, CLIENT_ID, USER, TOPIC);

  /** The protocol whose clients publish to topics. */
  private static final String WITH_TOPICS = "mqtt";

  private OriginHeaders() {}

  /** Whether a client of another protocol published the message. */
  public static boolean isForeign(Message message, String protocol) {
    String from = message.origin().protocol();
    return !from.equals(protocol) && !from.equals(Origin.BROKER.protocol());
  }

  /** Whether it is the name of one of these headers. */
  public static boolean isOne(String name) {
    return name.startsWith(PREFIX) && NAMES.contains(name);
  }

  /** The headers without those that have these names. */
  public static Headers stripped(Headers headers) {
    for (Header header : headers) {
      if (isOne(header.name())) {
        return Headers.of(
            headers.entries().stream().filter(each -> !isOne(each.name())).toList());
      }
    }
    return headers;
  }

  /** What all messages of an origin have in common: protocol, client, user; what is unknown is left out. */
  public static List<Header> of(Origin origin) {
    List<Header> facts = new ArrayList<>(3);
    facts.add(new Header(PROTOCOL, origin.protocol()));
    if (!origin.clientId().isEmpty()) {
      facts.add(new Header(CLIENT_ID, origin.clientId()));
    }
    if (!origin.user().isEmpty()) {
      facts.add(new Header(USER, origin.user()));
    }
    return facts;
  }

  /** Whether the message was published to a topic. */
  public static boolean hasTopic(Message message) {
    return message.origin().protocol().equals(WITH_TOPICS);
  }

  /** The topic that the message was published to, wherever it is now; null when it was to none. */
  public static @Nullable String topic(Message message) {
    if (!hasTopic(message)) {
      return null;
    }
    Origin.Address first = message.origin().first();
    return first == null
        ? topic(message.exchange(), message.routingKey())
        : topic(first.exchange(), first.key());
  }

  private static String topic(String exchange, String key) {
    return exchange.isEmpty() ? TopicNames.ofQueue(key) : TopicNames.topic(key);
  }
}

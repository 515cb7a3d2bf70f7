package io.waypost.mqtt;

import io.waypost.broker.BindingSpec;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.topic.TopicNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client has subscribed to (section 3.8.3.1). Immutable.
 *
 * @param filter as the client wrote it, with the share if there is one
 * @param group the name of the share, or null
 * @param topics the topic filter without the share
 * @param qos the highest QoS
 * @param noLocal whether the client's own messages are left out
 * @param retainAsPublished whether the retain flag is passed on
 * @param identifier the subscription identifier, 0 for none
 */
record Subscription(
    String filter,
    @Nullable String group,
    String topics,
    int qos,
    boolean noLocal,
    boolean retainAsPublished,
    int identifier) {

  /** What the names of shares' queues begin with. */
  static final String SHARE_PREFIX = "mqtt-share-";

  private static final String SHARE = "$share/";

  /**
   * A subscription to a filter as the client wrote it.
   *
   * @throws MqttRefusal if it is no share that can be (section 4.8.2)
   */
  static Subscription of(
      String filter, int qos, boolean noLocal, boolean retainAsPublished, int identifier) {
    if (!filter.startsWith(SHARE)) {
      return new Subscription(filter, null, filter, qos, noLocal, retainAsPublished, identifier);
    }
    int end = filter.indexOf('/', SHARE.length());
    String group = end < 0 ? "" : filter.substring(SHARE.length(), end);
    if (group.isEmpty()
        || end == filter.length() - 1
        || group.indexOf('+') >= 0
        || group.indexOf('#') >= 0) {
      throw new MqttRefusal(Reason.TOPIC_FILTER_INVALID, "this is no shared subscription");
    }
    if (noLocal) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "no local with a shared subscription");
    }
    return new Subscription(
        filter, group, filter.substring(end + 1), qos, false, retainAsPublished, identifier);
  }

  boolean isShared() {
    return group != null;
  }

  /**
   * The queue that the members of the share take their messages from. Shares of other exchanges are others: no group
   * begins with the sign that these queues' names have behind the prefix.
   *
   * @param exchange where the topics of its members live
   */
  String sharedQueue(String exchange) {
    boolean usual = isSystem() || exchange.equals(MqttSettings.EXCHANGE.defaultValue());
    String which = usual ? "" : "#" + exchange + "#";
    return SHARE_PREFIX + which + group + "/" + topics;
  }

  /** Whether it is about what the server tells of itself. */
  boolean isSystem() {
    return SystemTopics.isSystem(topics);
  }

  /**
   * The exchange that its messages come from.
   *
   * @param exchange where the topics of the client live
   */
  String source(String exchange) {
    return isSystem() ? SystemTopics.EXCHANGE : exchange;
  }

  /** The binding that brings its messages from that exchange to a queue. */
  BindingSpec binding(String exchange, String queue) {
    List<Header> terms = new ArrayList<>(0);
    if (noLocal) {
      terms.add(new Header(BindingSpec.NO_LOCAL, true));
    }
    if (qos == 0 && !isShared()) {
      terms.add(new Header(BindingSpec.AT_MOST_ONCE, true));
    }
    if (TopicNames.beginsWithWildcard(topics)) {
      terms.add(new Header(BindingSpec.HIDE_RESERVED, true));
    }
    return BindingSpec.toQueue(
        source(exchange), queue, TopicNames.pattern(topics), Headers.of(terms));
  }
}

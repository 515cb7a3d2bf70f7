package io.waypost.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.BrokerException;
import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.topic.TopicNames;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client's messages on their way into the broker, and the answers to them (section 4.3). A message with QoS 2 is handed
 * on when it comes; its identifier is remembered until the client releases it, so that it is handed on once.
 */
final class InboundPublishes implements PublishListener {
  private static final String SHARE = "$share/";

  private final ServedClient client;
  private final MqttSession session;
  private final Session broker;
  private final MqttSettings settings;
  private final String exchange;
  private final TopicAliases aliases;
  private final AnswerOrder answers;
  private final boolean five;

  /** The stamps of messages with QoS 2 of which nobody knows yet what becomes of them, by their tokens. */
  private Map<Long, String> stamps = Map.of();

  private @Nullable CompletableFuture<Void> decided;
  private int undecided;

  /** Messages with QoS 1 and 2 that the client has sent and whose handshakes are open. */
  private int open;

  // The topic before: publishers tend to repeat themselves.
  private String lastTopic = "";
  private String lastKey = "";

  /**
   * Nothing on its way.
   *
   * @param exchange where the client's topics live
   */
  InboundPublishes(
      ServedClient client,
      MqttSession session,
      Session broker,
      MqttSettings settings,
      String exchange,
      TopicAliases aliases) {
    this.client = client;
    this.session = session;
    this.broker = broker;
    this.settings = settings;
    this.exchange = exchange;
    this.aliases = aliases;
    this.answers = new AnswerOrder(client);
    this.five = client.version() == MqttVersion.MQTT_5;
  }

  /**
   * PUBLISH.
   *
   * @throws MqttRefusal if the connection must end
   */
  void publish(MqttPublishMessage packet) {
    MqttFixedHeader header = packet.fixedHeader();
    MqttPublishVariableHeader variable = packet.variableHeader();
    MqttProperties properties = variable.properties();
    client.room().counters().publishesReceived.add(1);
    String topic = variable.topicName();
    if (five && !properties.isEmpty()) {
      Long alias = MqttTranslator.integer(properties, MqttProperties.TOPIC_ALIAS);
      if (alias != null) {
        topic = aliases.incoming(alias.intValue(), topic);
      }
    }
    int qos = header.qosLevel().value();
    long token = -1;
    if (qos > 0) {
      if (qos == 2 && session.hasReceived(variable.packetId())) {
        // Handed on before: only answered again ([MQTT-4.3.3-10]).
        answers.known(answers.add(variable.packetId(), 2), Reason.SUCCESS.ordinal());
        return;
      }
      if (open >= settings.receiveMaximum()) {
        throw new MqttRefusal(
            Reason.RECEIVE_MAXIMUM_EXCEEDED,
            "more than " + settings.receiveMaximum() + " messages without an answer");
      }
      open++;
      token = answers.add(variable.packetId(), qos);
      if (qos == 2 && session.persistent()) {
        if (stamps.isEmpty()) {
          stamps = new HashMap<>(4);
        }
        stamps.put(token, session.stamp(variable.packetId(), header.isDup()));
      }
    }
    Publication publication = new Publication(
        topic,
        qos,
        header.isRetain(),
        false,
        false,
        properties.isEmpty() ? null : MqttTranslator.forwarded(properties));
    handOn(publication, bytes(packet.payload()), token);
  }

  private static byte[] bytes(ByteBuf payload) {
    return ByteBufUtil.getBytes(payload);
  }

  private void handOn(Publication publication, byte[] body, long token) {
    try {
      Message message = message(publication, body, broker.origin());
      if (message.body().length > client.maxMessageBytes()) {
        throw new MqttRefusal(
            Reason.PACKET_TOO_LARGE,
            "messages have at most " + client.maxMessageBytes() + " bytes");
      }
      CompletionStage<Void> retained =
          publication.retain() && !message.exchange().isEmpty() ? broker.retain(message) : null;
      if (token < 0) {
        broker.publish(message, token, PublishListener.NONE);
        return;
      }
      if (answers.isTwice(token)) {
        session.addArriving(answers.packetId(token));
      }
      publish(message, token, retained == null ? this : behind(retained));
    } catch (BrokerException e) {
      refused(publication, token, MqttErrors.of(e));
    } catch (MqttRefusal e) {
      refused(publication, token, e);
    }
  }

  private void publish(Message message, long token, PublishListener told) {
    undecided++;
    try {
      String stamp = answers.isTwice(token) ? stamps.get(token) : null;
      if (stamp == null) {
        broker.publish(message, token, told);
      } else {
        broker.publishOnce(message, stamp, token, told);
      }
    } catch (BrokerException refused) {
      undecided--;
      throw refused;
    }
  }

  /** Tells the outcome when the message is retained, too. */
  private PublishListener behind(CompletionStage<Void> retained) {
    return (token, outcome) ->
        retained.whenComplete((nothing, failure) -> client.loop().run(() -> {
          published(token, failure == null ? outcome : PublishOutcome.FAILED);
        }));
  }

  /** The connection ends; completes when it is known what became of every message that came by it. */
  CompletionStage<Void> decided() {
    CompletableFuture<Void> last = new CompletableFuture<>();
    decided = last;
    if (undecided == 0) {
      last.complete(null);
    }
    return last;
  }

  /** The message, at the exchange or, by a topic that says so, for one queue. */
  private Message message(Publication publication, byte[] body, Origin origin) {
    String topic = publication.topic();
    if (topic.charAt(0) == '$') {
      if (SystemTopics.isSystem(topic) || topic.startsWith(SHARE)) {
        throw new MqttRefusal(Reason.NOT_AUTHORIZED, "clients do not publish to " + topic);
      }
      String queue = TopicNames.queue(topic);
      if (queue != null) {
        return MqttTranslator.message("", queue, body, publication, origin);
      }
    }
    return MqttTranslator.message(exchange, key(topic), body, publication, origin);
  }

  private String key(String topic) {
    // The decoder gives a repeated topic as the same string.
    if (!topic.equals(lastTopic)) {
      lastKey = TopicNames.key(topic);
      lastTopic = topic;
    }
    return lastKey;
  }

  /**
   * The message is not taken. With MQTT 5 the client is told; before, there is no word for it: the message is answered
   * as if it had been taken ([MQTT-3.3.5-2] of 3.1.1), unless the connection is to end.
   */
  private void refused(Publication publication, long token, MqttRefusal refusal) {
    client.room().counters().publishesDropped.add(1);
    client.log().refused(publication.topic(), refusal);
    if (token >= 0) {
      forget(token);
    }
    if (settings.closeUnauthorized() && refusal.reason() == Reason.NOT_AUTHORIZED) {
      throw refusal;
    }
    if (token < 0) {
      return;
    }
    if (five) {
      open--;
    } else if (answers.isTwice(token)) {
      session.addReceived(answers.packetId(token));
    } else {
      open--;
    }
    if (five) {
      answers.known(token, refusal.reason(), refusal.detail());
    } else {
      answers.known(token, Reason.SUCCESS.ordinal());
    }
  }

  /** The message did not come, as far as the session is concerned: its identifier is free for another. */
  private void forget(long token) {
    String stamp = stamps.isEmpty() ? null : stamps.remove(token);
    if (stamp != null) {
      session.spend(stamp);
    }
    if (answers.isTwice(token)) {
      session.arrived(answers.packetId(token), false);
    }
  }

  @Override
  public void published(long token, PublishOutcome outcome) {
    undecided--;
    boolean twice = answers.isTwice(token);
    boolean taken = outcome == PublishOutcome.ROUTED || outcome == PublishOutcome.UNROUTABLE;
    if (twice) {
      session.arrived(answers.packetId(token), taken);
    }
    String stamp = stamps.isEmpty() ? null : stamps.remove(token);
    if (stamp != null) {
      session.spend(stamp);
    }
    CompletableFuture<Void> last = decided;
    if (last != null) {
      if (undecided == 0) {
        last.complete(null);
      }
    } else if (client.isServing()) {
      answer(token, outcome, twice, taken);
    }
  }

  private void answer(long token, PublishOutcome outcome, boolean twice, boolean taken) {
    if (!taken) {
      open--;
      notTaken(token, outcome);
      return;
    }
    boolean unheard = five && outcome == PublishOutcome.UNROUTABLE;
    int reason = (unheard ? Reason.NO_MATCHING_SUBSCRIBERS : Reason.SUCCESS).ordinal();
    if (!twice) {
      open--;
      answers.known(token, reason);
    } else if (session.persistent()) {
      client.save(() -> answers.known(token, reason));
    } else {
      answers.known(token, reason);
    }
  }

  private void notTaken(long token, PublishOutcome outcome) {
    if (!five) {
      answers.known(token, AnswerOrder.SILENT);
    } else if (outcome == PublishOutcome.OVERFLOWED) {
      answers.known(token, Reason.QUOTA_EXCEEDED, "a queue is full");
    } else {
      answers.known(token, Reason.UNSPECIFIED_ERROR, "the message could not be stored");
    }
  }

  /** PUBREL: the handshake of a message with QoS 2 ends. */
  void released(int packetId) {
    boolean known = session.removeReceived(packetId);
    if (known && open > 0) {
      open--;
    }
    if (!known) {
      client
          .answers()
          .publish(
              MqttMessageType.PUBCOMP,
              packetId,
              Reason.PACKET_IDENTIFIER_NOT_FOUND,
              "no message is under way with this identifier");
    } else if (session.persistent()) {
      client.save(() -> completed(packetId));
    } else {
      completed(packetId);
    }
  }

  private void completed(int packetId) {
    client.output().acknowledge(MqttMessageType.PUBCOMP, packetId, Reason.SUCCESS);
  }
}

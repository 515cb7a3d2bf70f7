package io.waypost.engine;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.RouteQuestion;
import io.waypost.broker.RouteTrial;
import io.waypost.broker.RouteTrial.Landing;
import io.waypost.broker.RouteTrial.Verdict;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.queue.Queue;
import io.waypost.routes.Reroute;
import io.waypost.routes.RouteRule;
import io.waypost.routes.Sender;
import io.waypost.topic.TopicNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tells what rules would make of a message, without one. Any thread. */
final class DryRun {
  private static final List<String> CLOSED = List.of("$SYS", "$share");

  private final VirtualHost virtualHost;

  DryRun(VirtualHost virtualHost) {
    this.virtualHost = virtualHost;
  }

  /** Asks every rule, and the router where the message would go. */
  RouteTrial answer(RouteQuestion question) {
    Message message = message(question);
    Sender sender = new Sender(question.protocol(), question.clientId(), question.user());
    List<Verdict> verdicts = new ArrayList<>();
    boolean published = true;
    Set<String> all = new TreeSet<>();
    for (RouteRule rule : virtualHost.rules().rules().rules()) {
      Verdict verdict = verdict(rule, sender, message);
      verdicts.add(verdict);
      Landing landing = verdict.landing();
      if (landing != null) {
        published &= verdict.copy() || !landing.exists();
        all.addAll(landing.queues());
      }
    }
    String refusal = refusal(message);
    List<String> own = published && refusal == null ? queues(message) : List.of();
    all.addAll(own);
    return new RouteTrial(
        message.exchange(),
        message.routingKey(),
        TopicNames.topic(message.routingKey()),
        refusal,
        published && refusal == null,
        own,
        verdicts,
        refusal == null ? List.copyOf(all) : List.of());
  }

  private Message message(RouteQuestion question) {
    Set<String> protocols = virtualHost.rules().defaults().protocols();
    if (!protocols.contains(question.protocol())) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "there is no protocol \"" + question.protocol() + "\"; there are "
              + String.join(", ", new TreeSet<>(protocols)));
    }
    String topic = question.topic();
    String exchange = question.exchange();
    if (topic == null) {
      return message(exchange == null ? "" : exchange, question.key());
    }
    if (!TopicNames.isName(topic)) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "\"" + topic + "\" is no topic that can be published to: it must not be empty, and have"
              + " no wildcards or control characters");
    }
    for (String closed : CLOSED) {
      if (topic.startsWith(closed + "/")) {
        throw new BrokerException(
            ErrorCode.PRECONDITION_FAILED, "clients do not publish to " + topic);
      }
    }
    String queue = TopicNames.queue(topic);
    return queue != null
        ? message("", queue)
        : message(
            exchange == null ? virtualHost.rules().defaults().topicExchange() : exchange,
            TopicNames.key(topic));
  }

  private static Message message(String exchange, String key) {
    return Message.of(exchange, key, new byte[0], Properties.EMPTY, Origin.BROKER);
  }

  private @Nullable String refusal(Message message) {
    try {
      virtualHost.router().published(message.exchange());
      return null;
    } catch (BrokerException refused) {
      return refused.detail();
    }
  }

  private Verdict verdict(RouteRule rule, Sender sender, Message message) {
    boolean configured = virtualHost.rules().isConfigured(rule.name());
    String mismatch = rule.mismatch(sender, message.exchange(), message.routingKey());
    Reroute reroute =
        mismatch != null ? null : rule.apply(sender, message.exchange(), message.routingKey());
    Landing landing = reroute == null ? null : landing(reroute, message);
    return new Verdict(rule.name(), configured, rule.copy(), mismatch, landing);
  }

  private Landing landing(Reroute reroute, Message message) {
    boolean exists = virtualHost.findExchange(reroute.exchange()) != null;
    return new Landing(
        reroute.exchange(),
        reroute.key(),
        TopicNames.topic(reroute.key()),
        reroute.headers(),
        exists,
        exists ? queues(reroute.of(message)) : List.of());
  }

  /** The queues that a message reaches, those behind exchanges that keep it back for a while included. */
  private List<String> queues(Message message) {
    Set<String> names = new TreeSet<>();
    Route route = virtualHost.router().route(message);
    add(route.queues(), names);
    for (Exchange exchange : route.delays()) {
      add(virtualHost.router().routeDelayed(message, exchange).queues(), names);
    }
    return List.copyOf(names);
  }

  private static void add(Collection<Queue> queues, Set<String> names) {
    queues.forEach(queue -> names.add(queue.name()));
  }
}

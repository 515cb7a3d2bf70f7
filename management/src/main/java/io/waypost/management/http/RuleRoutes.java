package io.waypost.management.http;

import io.waypost.broker.RouteInfo;
import io.waypost.broker.RouteQuestion;
import io.waypost.broker.RouteSpec;
import io.waypost.broker.RouteTrial;
import io.waypost.management.api.RouteEntry;
import io.waypost.management.api.RouteTestReply;
import io.waypost.management.api.RouteTestRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rules that have messages go elsewhere, and what they would make of one. */
final class RuleRoutes {
  private static final String ALL = "/api/routes";
  private static final String ONE = ALL + "/{vhost}/{route}";

  /** What the API says of a rule and nobody sets: a rule may be given back as it was got. */
  private static final List<String> TOLD =
      List.of("vhost", "name", "source", "matched", "unroutable");

  private final Gateway gateway;

  RuleRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", ALL, request -> list(request, false))
        .on("GET", ALL + "/{vhost}", request -> list(request, true))
        .on("POST", ALL + "/{vhost}/test", this::test)
        .on("GET", ONE, this::one)
        .on("PUT", ONE, this::put)
        .on("DELETE", ONE, this::delete);
  }

  private Reply list(Request request, boolean oneVirtualHost) {
    return ListReply.of(
        request, gateway.list(request, oneVirtualHost, host -> entries(request, host)));
  }

  private Reply one(Request request) {
    return Reply.ok(find(request).orElseThrow(() -> missing(request)));
  }

  private Reply put(Request request) {
    @SuppressWarnings("unchecked") // Jackson's maps have text as keys
    Map<String, @Nullable Object> wanted =
        new LinkedHashMap<>((Map<String, @Nullable Object>) request.body(Map.class));
    TOLD.forEach(wanted::remove);
    RouteSpec rule = new RouteSpec(request.segment("route"), Arguments.headers(wanted));
    boolean created = find(request).isEmpty();
    Await.result(gateway.administration(request).putRoute(request.segment("vhost"), rule));
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    if (find(request).isEmpty()) {
      throw missing(request);
    }
    Await.result(gateway
        .administration(request)
        .deleteRoute(request.segment("vhost"), request.segment("route")));
    return Reply.noContent();
  }

  private Reply test(Request request) {
    String virtualHost = request.segment("vhost");
    gateway.requireVisible(request, virtualHost);
    RouteTestRequest asked = request.body(RouteTestRequest.class);
    if (asked.topic() == null && asked.key() == null) {
      throw Refusal.badRequest("the body needs a \"topic\" or a \"key\"");
    }
    if (asked.topic() != null && asked.key() != null) {
      throw Refusal.badRequest("the body has a \"topic\" and a \"key\"; give one of the two");
    }
    String exchange = "amq.default".equals(asked.exchange()) ? "" : asked.exchange();
    String byDefault = asked.topic() == null ? "amqp" : "mqtt";
    RouteQuestion question = new RouteQuestion(
        asked.protocol() == null ? byDefault : asked.protocol(),
        asked.client() == null ? "" : asked.client(),
        asked.user() == null ? request.identity().user() : asked.user(),
        asked.topic(),
        exchange,
        asked.key() == null ? "" : asked.key());
    return Reply.ok(
        reply(question, gateway.administration(request).tryRoutes(virtualHost, question)));
  }

  private static RouteTestReply reply(RouteQuestion question, RouteTrial trial) {
    return new RouteTestReply(
        shown(trial.exchange()),
        trial.key(),
        trial.topic(),
        question.protocol(),
        question.clientId(),
        question.user(),
        trial.refusal(),
        trial.published(),
        trial.ownQueues(),
        trial.verdicts().stream().map(RuleRoutes::rule).toList(),
        trial.queues());
  }

  private static RouteTestReply.Rule rule(RouteTrial.Verdict verdict) {
    String source = source(verdict.configured());
    RouteTrial.Landing landing = verdict.landing();
    return landing == null
        ? new RouteTestReply.Rule(
            verdict.rule(),
            source,
            false,
            verdict.mismatch(),
            verdict.copy(),
            null,
            null,
            null,
            null,
            null,
            null)
        : new RouteTestReply.Rule(
            verdict.rule(),
            source,
            true,
            null,
            verdict.copy(),
            shown(landing.exchange()),
            landing.key(),
            landing.topic(),
            Arguments.object(landing.headers()),
            landing.exists(),
            landing.queues());
  }

  private static String shown(String exchange) {
    return exchange.isEmpty() ? "amq.default" : exchange;
  }

  private Optional<RouteEntry> find(Request request) {
    String virtualHost = request.segment("vhost");
    String name = request.segment("route");
    gateway.requireVisible(request, virtualHost);
    return entries(request, virtualHost).stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst();
  }

  private List<RouteEntry> entries(Request request, String virtualHost) {
    return gateway.administration(request).routes(virtualHost).stream()
        .map(rule -> entry(virtualHost, rule))
        .toList();
  }

  private static Refusal missing(Request request) {
    return Refusal.notFound(
        "no route '" + request.segment("route") + "' in vhost '" + request.segment("vhost") + "'");
  }

  @SuppressWarnings("unchecked") // a rule's headers are a table
  private static RouteEntry entry(String virtualHost, RouteInfo rule) {
    Map<String, @Nullable Object> definition = Arguments.object(rule.spec().definition());
    return new RouteEntry(
        virtualHost,
        rule.spec().name(),
        source(rule.configured()),
        definition.get("match"),
        definition.get("to"),
        Boolean.TRUE.equals(definition.get("copy")),
        (Map<String, @Nullable Object>) definition.get("headers"),
        definition.get("persistent"),
        definition.get("expiry"),
        rule.matched(),
        rule.missed());
  }

  private static String source(boolean configured) {
    return configured ? "config" : "api";
  }
}

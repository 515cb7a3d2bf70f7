package io.waypost.management.http;

import io.waypost.broker.PolicySpec;
import io.waypost.broker.PolicySpec.ApplyTo;
import io.waypost.management.api.PolicyEntry;
import io.waypost.management.api.PolicyRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Policies, or operator policies: the same paths under another word. */
final class PolicyRoutes {
  private final Gateway gateway;
  private final boolean operator;
  private final String all;

  PolicyRoutes(Gateway gateway, boolean operator) {
    this.gateway = gateway;
    this.operator = operator;
    this.all = operator ? "/api/operator-policies" : "/api/policies";
  }

  void addTo(Router router) {
    String one = all + "/{vhost}/{policy}";
    router
        .on("GET", all, request -> list(request, false))
        .on("GET", all + "/{vhost}", request -> list(request, true))
        .on("GET", one, this::one)
        .on("PUT", one, this::put)
        .on("DELETE", one, this::delete);
  }

  private Reply list(Request request, boolean oneVirtualHost) {
    return ListReply.of(
        request, gateway.list(request, oneVirtualHost, host -> entries(request, host)));
  }

  private Reply one(Request request) {
    return Reply.ok(find(request).orElseThrow(() -> missing(request)));
  }

  private Reply put(Request request) {
    PolicyRequest wanted = request.body(PolicyRequest.class);
    PolicySpec policy = new PolicySpec(
        request.segment("policy"),
        operator,
        Request.required("pattern", wanted.pattern()),
        applyTo(wanted.applyTo() == null ? "all" : wanted.applyTo()),
        wanted.priority() == null ? 0 : wanted.priority(),
        Arguments.headers(Request.required("definition", wanted.definition())));
    boolean created = find(request).isEmpty();
    Await.result(gateway.administration(request).putPolicy(request.segment("vhost"), policy));
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    if (find(request).isEmpty()) {
      throw missing(request);
    }
    Await.result(gateway
        .administration(request)
        .deletePolicy(request.segment("vhost"), request.segment("policy"), operator));
    return Reply.noContent();
  }

  private Optional<PolicyEntry> find(Request request) {
    String virtualHost = request.segment("vhost");
    String name = request.segment("policy");
    gateway.requireVisible(request, virtualHost);
    return entries(request, virtualHost).stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst();
  }

  private List<PolicyEntry> entries(Request request, String virtualHost) {
    return gateway.administration(request).policies(virtualHost, operator).stream()
        .sorted(Comparator.comparing(PolicySpec::name))
        .map(policy -> entry(virtualHost, policy))
        .toList();
  }

  private Refusal missing(Request request) {
    return Refusal.notFound("no policy '" + request.segment("policy") + "' in vhost '"
        + request.segment("vhost") + "'");
  }

  private static PolicyEntry entry(String virtualHost, PolicySpec policy) {
    return new PolicyEntry(
        virtualHost,
        policy.name(),
        policy.pattern(),
        policy.applyTo().name().toLowerCase(Locale.ROOT),
        Arguments.object(policy.definition()),
        policy.priority());
  }

  private static ApplyTo applyTo(String name) {
    return switch (name) {
      case "all" -> ApplyTo.ALL;
      case "queues", "classic_queues" -> ApplyTo.QUEUES;
      case "exchanges" -> ApplyTo.EXCHANGES;
      default ->
        throw Refusal.badRequest(
            "apply-to is queues, classic_queues, exchanges or all, not " + name);
    };
  }
}

package io.waypost.management.http;

import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Inspector.ExchangeInfo;
import io.waypost.management.api.ExchangeEntry;
import io.waypost.management.api.ExchangeRequest;
import java.util.Comparator;
import java.util.Optional;

/** Exchanges. */
final class ExchangeRoutes {
  private static final String ONE = "/api/exchanges/{vhost}/{exchange}";

  private final Gateway gateway;

  ExchangeRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/exchanges", request -> list(request, false))
        .on("GET", "/api/exchanges/{vhost}", request -> list(request, true))
        .on("GET", ONE, this::one)
        .on("PUT", ONE, this::put)
        .on("DELETE", ONE, this::delete);
  }

  /**
   * The exchange that the path names.
   *
   * @throws Refusal 404 if there is none, 401 if the user may not look into its virtual host
   */
  static ExchangeInfo find(Gateway gateway, Request request) {
    gateway.requireVisible(request, request.segment("vhost"));
    return lookUp(gateway, request).orElseThrow(() -> missing(request));
  }

  private Reply list(Request request, boolean oneVirtualHost) {
    return ListReply.of(
        request,
        gateway.list(request, oneVirtualHost, gateway.inspector()::exchanges).stream()
            .map(Entries::exchange)
            .sorted(Comparator.comparing(ExchangeEntry::vhost).thenComparing(ExchangeEntry::name))
            .toList());
  }

  private Reply one(Request request) {
    return Reply.ok(Entries.exchange(find(gateway, request)));
  }

  private Reply put(Request request) {
    ExchangeRequest wanted = request.body(ExchangeRequest.class);
    ExchangeSpec spec = new ExchangeSpec(
        request.exchangeSegment("exchange"),
        wanted.type() == null ? "direct" : wanted.type(),
        !Boolean.FALSE.equals(wanted.durable()),
        Boolean.TRUE.equals(wanted.autoDelete()),
        Boolean.TRUE.equals(wanted.internal()),
        Arguments.headers(wanted.arguments()));
    boolean created = lookUp(gateway, request).isEmpty();
    try (RequestSession session = gateway.session(request, request.segment("vhost"))) {
      session.call(it -> it.declareExchange(spec, false));
    }
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    find(gateway, request);
    String name = request.exchangeSegment("exchange");
    try (RequestSession session = gateway.session(request, request.segment("vhost"))) {
      session.call(it -> it.deleteExchange(name, request.flag("if-unused")));
    }
    return Reply.noContent();
  }

  private static Optional<ExchangeInfo> lookUp(Gateway gateway, Request request) {
    String virtualHost = request.segment("vhost");
    String name = request.exchangeSegment("exchange");
    return gateway.inspector().exchanges(virtualHost).stream()
        .filter(exchange -> exchange.spec().name().equals(name))
        .findFirst();
  }

  private static Refusal missing(Request request) {
    return Refusal.notFound("no exchange '"
        + request.exchangeSegment("exchange")
        + "' in vhost '"
        + request.segment("vhost")
        + "'");
  }
}

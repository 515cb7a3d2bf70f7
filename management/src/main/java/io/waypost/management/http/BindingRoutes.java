package io.waypost.management.http;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BindingSpec.DestinationKind;
import io.waypost.broker.Inspector.BindingInfo;
import io.waypost.management.api.BindingEntry;
import io.waypost.management.api.BindingRequest;
import io.waypost.message.Headers;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Bindings. */
final class BindingRoutes {
  private final Gateway gateway;

  BindingRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/bindings", request -> list(request, false))
        .on("GET", "/api/bindings/{vhost}", request -> list(request, true))
        .on("GET", "/api/queues/{vhost}/{queue}/bindings", this::ofQueue)
        .on("GET", "/api/exchanges/{vhost}/{exchange}/bindings/source", this::ofSource)
        .on("GET", "/api/exchanges/{vhost}/{exchange}/bindings/destination", this::ofDestination);
    between(router, "q", DestinationKind.QUEUE);
    between(router, "e", DestinationKind.EXCHANGE);
  }

  private void between(Router router, String letter, DestinationKind kind) {
    String both = "/api/bindings/{vhost}/e/{source}/" + letter + "/{destination}";
    String one = both + "/{props}";
    router
        .on("GET", both, request -> ListReply.of(request, entries(between(request, kind))))
        .on("POST", both, request -> bind(request, kind))
        .on("GET", one, request -> Reply.ok(Entries.binding(find(request, kind))))
        .on("DELETE", one, request -> unbind(request, kind));
  }

  private Reply list(Request request, boolean oneVirtualHost) {
    return ListReply.of(
        request, entries(gateway.list(request, oneVirtualHost, gateway.inspector()::bindings)));
  }

  private Reply ofQueue(Request request) {
    String queue = QueueRoutes.find(gateway, request).spec().name();
    return some(
        request,
        spec -> spec.kind() == DestinationKind.QUEUE && spec.destination().equals(queue));
  }

  private Reply ofSource(Request request) {
    String exchange = ExchangeRoutes.find(gateway, request).spec().name();
    return some(request, spec -> spec.source().equals(exchange));
  }

  private Reply ofDestination(Request request) {
    String exchange = ExchangeRoutes.find(gateway, request).spec().name();
    return some(
        request,
        spec -> spec.kind() == DestinationKind.EXCHANGE && spec.destination().equals(exchange));
  }

  private Reply some(Request request, Predicate<BindingSpec> wanted) {
    return ListReply.of(
        request,
        entries(gateway.inspector().bindings(request.segment("vhost")).stream()
            .filter(binding -> wanted.test(binding.spec()))
            .toList()));
  }

  private Reply bind(Request request, DestinationKind kind) {
    BindingRequest wanted = request.body(BindingRequest.class);
    BindingSpec spec = new BindingSpec(
        request.exchangeSegment("source"),
        request.segment("destination"),
        kind,
        Request.shortText("routing_key", wanted.routingKey() == null ? "" : wanted.routingKey()),
        Arguments.headers(wanted.arguments()));
    try (RequestSession session = gateway.session(request, request.segment("vhost"))) {
      session.call(it -> it.bind(spec));
    }
    return between(request, kind).stream()
        .filter(binding -> isSame(binding.spec(), spec))
        .findFirst()
        .map(binding -> Reply.created(location(request, binding)))
        // somebody else has removed it already
        .orElseGet(() -> Reply.put(true));
  }

  private Reply unbind(Request request, DestinationKind kind) {
    BindingSpec spec = find(request, kind).spec();
    try (RequestSession session = gateway.session(request, request.segment("vhost"))) {
      session.call(it -> it.unbind(spec));
    }
    return Reply.noContent();
  }

  private List<BindingInfo> between(Request request, DestinationKind kind) {
    String virtualHost = request.segment("vhost");
    String source = request.exchangeSegment("source");
    String destination = request.segment("destination");
    gateway.requireVisible(request, virtualHost);
    return gateway.inspector().bindings(virtualHost).stream()
        .filter(binding -> binding.spec().kind() == kind
            && binding.spec().source().equals(source)
            && binding.spec().destination().equals(destination))
        .toList();
  }

  private BindingInfo find(Request request, DestinationKind kind) {
    String props = request.segment("props");
    return between(request, kind).stream()
        .filter(binding -> binding.propertiesKey().equals(props)
            || PathSegments.decode(binding.propertiesKey()).equals(props))
        .findFirst()
        .orElseThrow(() -> Refusal.notFound("no such binding"));
  }

  /** Whether a binding between the two is the one asked for: neither the order of arguments matters, nor a request. */
  private static boolean isSame(BindingSpec binding, BindingSpec asked) {
    Headers arguments = asked.arguments().without(BindingSpec.RETAINED);
    return binding.key().equals(asked.key())
        && Arguments.object(binding.arguments()).equals(Arguments.object(arguments));
  }

  private static String location(Request request, BindingInfo binding) {
    String path = request.path();
    return path + (path.endsWith("/") ? "" : "/") + PathSegments.encode(binding.propertiesKey());
  }

  private static List<BindingEntry> entries(List<BindingInfo> bindings) {
    return bindings.stream()
        .map(Entries::binding)
        .sorted(Comparator.comparing(BindingEntry::vhost)
            .thenComparing(BindingEntry::source)
            .thenComparing(BindingEntry::destinationType)
            .thenComparing(BindingEntry::destination)
            .thenComparing(BindingEntry::routingKey)
            .thenComparing(BindingEntry::propertiesKey))
        .toList();
  }
}

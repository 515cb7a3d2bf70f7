package io.waypost.management.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.loop.LoopGroup;
import io.waypost.management.api.HealthReply;
import io.waypost.management.api.Json;
import io.waypost.management.http.Router.Match;
import io.waypost.management.http.Router.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code /api} and everything below it, and {@code /healthz} without credentials. Requests run on the server's
 * worker threads, where they wait for the broker's loops and for slow clients; only {@code /healthz} does not, so that
 * it answers when those threads are all busy. Who answers which path is put together by the first request: a starting
 * broker pays nothing for it.
 */
public final class ManagementApi implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementApi.class);
  private static final String OPTIONS = "OPTIONS";

  private final Broker broker;
  private final Gateway gateway;
  // Racy by intent: building it twice gives equal routers.
  private volatile @Nullable Router router;

  private ManagementApi(Broker broker, Gateway gateway) {
    this.broker = broker;
    this.gateway = gateway;
  }

  /**
   * The handler, for {@code /api} and {@code /healthz}.
   *
   * @param loops the broker's loops; each request's session lives on one
   */
  public static HttpHandler handler(Broker broker, LoopGroup loops, NodeFacts node) {
    return new ManagementApi(broker, new Gateway(broker, loops, node));
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws IOException {
    String path = path(exchange);
    if (path.equals("/healthz")) {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
      exchange
          .getResponseSender()
          .send(Json.MAPPER.writeValueAsString(new HealthReply("ok", null)));
    } else if (exchange.isInIoThread()) {
      exchange.dispatch(this);
    } else {
      exchange.startBlocking();
      send(exchange, answer(exchange, path));
    }
  }

  private Reply answer(HttpServerExchange exchange, String path) {
    try {
      Match match = routes().match(path);
      if (match.byMethod().isEmpty()) {
        throw Refusal.notFound("no such path");
      }
      String method = exchange.getRequestMethod().toString();
      if (method.equals(OPTIONS)) {
        return new Reply(204, null, Map.of("Allow", allowed(match)));
      }
      Route route = match.byMethod().get(method.equals("HEAD") ? "GET" : method);
      if (route == null) {
        return Errors.methodNotAllowed(allowed(match));
      }
      return route.endpoint().answer(authenticated(exchange, path, match, route));
    } catch (Refusal e) {
      return Errors.of(e);
    } catch (BrokerException e) {
      return Errors.of(e);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", exchange.getRequestMethod(), path, e);
      return Errors.internal();
    }
  }

  private Request authenticated(
      HttpServerExchange exchange, String path, Match match, Route route) {
    ClientInfo client = new ClientInfo(
        "http",
        "1.1",
        "",
        exchange.getSourceAddress(),
        exchange.getDestinationAddress(),
        exchange.isSecure(),
        "BASIC",
        io.waypost.message.Headers.empty());
    Credentials.Password credentials = BasicAuthentication.credentials(
        exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION));
    if (credentials == null) {
      throw new BrokerException(ErrorCode.AUTHENTICATION_FAILED, "no credentials");
    }
    Identity identity = Await.result(broker.authenticate(credentials, client, gateway.nextLoop()));
    broker.administration(identity).checkManagement();
    Map<String, String> segments = new HashMap<>();
    for (int i = 0; i < route.names().size(); i++) {
      segments.put(route.names().get(i), match.segments().get(i));
    }
    return new Request(exchange, path, segments, identity, client);
  }

  private Router routes() {
    Router known = router;
    if (known == null) {
      known = new Router();
      new OverviewRoutes(gateway).addTo(known);
      new StoreRoutes(gateway).addTo(known);
      new HealthRoutes(gateway).addTo(known);
      new VirtualHostRoutes(gateway).addTo(known);
      new UserRoutes(gateway).addTo(known);
      new PermissionRoutes(gateway).addTo(known);
      new TopicPermissionRoutes(gateway).addTo(known);
      new PolicyRoutes(gateway, false).addTo(known);
      new PolicyRoutes(gateway, true).addTo(known);
      new RuleRoutes(gateway).addTo(known);
      new ExchangeRoutes(gateway).addTo(known);
      new QueueRoutes(gateway).addTo(known);
      new BindingRoutes(gateway).addTo(known);
      new MessageRoutes(gateway).addTo(known);
      new ConnectionRoutes(gateway).addTo(known);
      router = known;
    }
    return known;
  }

  private static void send(HttpServerExchange exchange, Reply reply) {
    if (exchange.isResponseStarted()) {
      // The connection broke while the body was read: nobody is there to be answered.
      exchange.endExchange();
      return;
    }
    exchange.setStatusCode(reply.status());
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
    reply
        .headers()
        .forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
    if (reply.body() == null) {
      exchange.endExchange();
      return;
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    try (OutputStream out = exchange.getOutputStream()) {
      Json.MAPPER.writeValue(out, reply.body());
    } catch (IOException e) {
      LOG.debug("The client did not take its answer", e);
    }
  }

  private static String allowed(Match match) {
    Set<String> methods = new TreeSet<>(match.byMethod().keySet());
    methods.add(OPTIONS);
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return String.join(", ", methods);
  }

  /** The path as it was sent, without the host that some clients put before it. */
  private static String path(HttpServerExchange exchange) {
    String uri = exchange.getRequestURI();
    if (!exchange.isHostIncludedInRequestURI()) {
      return uri;
    }
    int slash = uri.indexOf('/', uri.indexOf("//") + 2);
    return slash < 0 ? "/" : uri.substring(slash);
  }
}

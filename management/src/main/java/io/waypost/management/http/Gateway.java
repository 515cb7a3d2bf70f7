package io.waypost.management.http;

import io.waypost.broker.Administration;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.Inspector;
import io.waypost.broker.Inspector.VirtualHostInfo;
import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The endpoints' way to the broker, always in the name of the request's user. Any thread. */
final class Gateway {
  private final Broker broker;
  private final LoopGroup loops;
  private final NodeFacts node;
  private final AtomicInteger turn = new AtomicInteger();

  Gateway(Broker broker, LoopGroup loops, NodeFacts node) {
    this.broker = broker;
    this.loops = loops;
    this.node = node;
  }

  NodeFacts node() {
    return node;
  }

  int maxMessageBytes() {
    return broker.limits().maxMessageBytes();
  }

  /** What is in the broker, unchecked: ask {@link #requireVisible} or the administration first. */
  Inspector inspector() {
    return broker.inspector();
  }

  Administration administration(Request request) {
    return broker.administration(request.identity());
  }

  /** One of the broker's loops, in turn. */
  Loop nextLoop() {
    return loops.at(turn.getAndIncrement());
  }

  RequestSession session(Request request, String virtualHost) {
    return RequestSession.open(broker, nextLoop(), request, virtualHost);
  }

  /** Whether the user may look into every virtual host. */
  boolean seesAll(Request request) {
    Identity identity = request.identity();
    return identity.has("monitoring") || identity.has("administrator");
  }

  /** The virtual hosts that the user may look into: those it may enter, or all. */
  List<VirtualHostInfo> visible(Request request) {
    List<VirtualHostInfo> all = inspector().virtualHosts();
    return seesAll(request)
        ? all
        : all.stream().filter(host -> mayEnter(request, host.name())).toList();
  }

  /**
   * What a virtual host holds, or (null) all that the user may look into.
   *
   * @throws Refusal 404 if there is no such virtual host, 401 if the user may not look into it
   */
  <T> List<T> list(Request request, boolean one, Function<String, List<T>> ofVirtualHost) {
    if (one) {
      String virtualHost = request.segment("vhost");
      requireVisible(request, virtualHost);
      return ofVirtualHost.apply(virtualHost);
    }
    return visible(request).stream()
        .flatMap(host -> ofVirtualHost.apply(host.name()).stream())
        .toList();
  }

  /**
   * Fails unless the virtual host is there and the user may look into it.
   *
   * @throws Refusal 404 or 401
   */
  void requireVisible(Request request, String virtualHost) {
    if (!exists(virtualHost)) {
      throw Refusal.notFound("no vhost '" + virtualHost + "'");
    }
    if (!seesAll(request) && !mayEnter(request, virtualHost)) {
      throw Refusal.notAuthorised(
          "user '" + request.identity().user() + "' may not see vhost '" + virtualHost + "'");
    }
  }

  boolean exists(String virtualHost) {
    return inspector().virtualHosts().stream().anyMatch(host -> host.name().equals(virtualHost));
  }

  private boolean mayEnter(Request request, String virtualHost) {
    try {
      session(request, virtualHost).close();
      return true;
    } catch (BrokerException e) {
      if (e.code() == ErrorCode.VIRTUAL_HOST_REFUSED
          || e.code() == ErrorCode.UNKNOWN_VIRTUAL_HOST) {
        return false;
      }
      throw e;
    }
  }
}

package io.waypost.engine;

import io.waypost.broker.RouteSpec;
import io.waypost.routes.RouteDefaults;
import java.util.List;
import java.util.Map;

/**
 * The rules that are configured, and what all rules may leave out.
 *
 * @param defaults what rules need not say
 * @param configured the rules of the configuration by virtual host, in order
 */
public record RouteSettings(RouteDefaults defaults, Map<String, List<RouteSpec>> configured) {
  /** No rules. */
  public static final RouteSettings NONE = new RouteSettings(RouteDefaults.USUAL, Map.of());

  /** Copies the rules. */
  public RouteSettings {
    configured = Map.copyOf(configured);
  }
}

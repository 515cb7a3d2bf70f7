package io.waypost.broker;

/**
 * A rule as operators see it.
 *
 * @param spec as it was given
 * @param configured whether it is one of the configuration, and can be changed there only
 * @param matched how many messages it matched since it was declared or the broker was started
 * @param missed for how many of them the exchange that they should go to was not there
 */
public record RouteInfo(RouteSpec spec, boolean configured, long matched, long missed) {}

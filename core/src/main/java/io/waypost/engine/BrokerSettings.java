package io.waypost.engine;

import io.waypost.broker.Broker;
import java.time.Duration;
import java.util.Set;

/**
 * How a broker is to be.
 *
 * @param limits what adapters must hold to
 * @param memoryLimit bytes of messages at which publishers are blocked
 * @param defaultUser the administrator that a broker without users is given
 * @param defaultPassword that user's password
 * @param loopbackUsers users that may connect from this machine only
 * @param closeGrace how long sessions may take to say goodbye when the broker closes
 * @param routes the rules that are configured
 */
public record BrokerSettings(
    Broker.Limits limits,
    long memoryLimit,
    String defaultUser,
    String defaultPassword,
    Set<String> loopbackUsers,
    Duration closeGrace,
    RouteSettings routes) {

  /** Without rules. */
  public BrokerSettings(
      Broker.Limits limits,
      long memoryLimit,
      String defaultUser,
      String defaultPassword,
      Set<String> loopbackUsers,
      Duration closeGrace) {
    this(
        limits,
        memoryLimit,
        defaultUser,
        defaultPassword,
        loopbackUsers,
        closeGrace,
        RouteSettings.NONE);
  }

  /** The largest message when nothing else is configured: 16 MiB. */
  public static final int DEFAULT_MAX_MESSAGE = 16 * 1024 * 1024;

  /** What holds when nothing is configured: user {@code guest} from this machine, four tenths of the heap. */
  public static BrokerSettings defaults() {
    return new BrokerSettings(
        new Broker.Limits(DEFAULT_MAX_MESSAGE, "/", 100_000),
        (long) (Runtime.getRuntime().maxMemory() * 0.4),
        "guest",
        "guest",
        Set.of("guest"),
        Duration.ofSeconds(5));
  }
}

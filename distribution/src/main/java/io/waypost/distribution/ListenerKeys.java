package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.util.List;

/**
 * The settings of one listener.
 *
 * @param name its name
 * @param enabled whether it listens
 * @param host the address
 * @param port the port
 */
record ListenerKeys(
    String name, Setting<Boolean> enabled, Setting<String> host, Setting<Integer> port) {
  private static final String EVERYWHERE = "0.0.0.0";
  private static final int HIGHEST_PORT = 65535;

  static ListenerKeys of(String name, boolean enabled, String host, int port, String purpose) {
    String section = "listeners." + name + ".";
    return new ListenerKeys(
        name,
        Setting.flag(
            section + "enabled", enabled, "Whether the broker listens for " + purpose + "."),
        new Setting<>(
            section + "host",
            host,
            SettingKind.host(),
            "The address or host name to listen on; 0.0.0.0 stands for all, IPv6 included."),
        Setting.number(
            section + "port",
            port,
            0,
            HIGHEST_PORT,
            "The port to listen on; 0 takes one that is free."));
  }

  /** A protocol's listener. */
  static ListenerKeys protocol(String name, boolean enabled, int port) {
    return of(name, enabled, EVERYWHERE, port, name + " connections");
  }

  List<Setting<?>> all() {
    return List.of(enabled, host, port);
  }

  ListenerSettings settings(Config config) {
    return new ListenerSettings(
        name, config.get(host), config.get(port), config.get(ConnectionKeys.BACKLOG), (int)
            (long) config.get(ConnectionKeys.WRITE_HIGH_WATERMARK));
  }
}

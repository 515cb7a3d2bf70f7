package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of one listener.
 *
 * @param name its name
 * @param enabled whether it listens
 * @param host the address
 * @param port the port
 * @param own what the protocol lets its listeners have of their own
 */
record ListenerKeys(
    String name,
    Setting<Boolean> enabled,
    Setting<String> host,
    Setting<Integer> port,
    List<Own<?>> own) {
  private static final String SECTION = "listeners.";
  private static final String EVERYWHERE = "0.0.0.0";
  private static final int HIGHEST_PORT = 65535;

  static ListenerKeys of(String name, boolean enabled, String host, int port, String purpose) {
    String section = SECTION + name + ".";
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
            "The port to listen on; 0 takes one that is free."),
        List.of());
  }

  /** A protocol's listener. */
  static ListenerKeys protocol(String name, boolean enabled, int port) {
    return of(name, enabled, EVERYWHERE, port, name + " connections");
  }

  /** With what the protocol lets its listeners have of their own. */
  ListenerKeys of(Protocol protocol) {
    List<Own<?>> all = new ArrayList<>();
    for (Setting<?> setting : protocol.listenerSettings()) {
      all.add(Own.of(setting, SECTION + name));
    }
    return new ListenerKeys(name, enabled, host, port, all);
  }

  /**
   * A protocol's setting that each listener may have.
   *
   * @param setting as the protocol knows it
   * @param named as it is called for this listener
   */
  record Own<T>(Setting<T> setting, Setting<T> named) {
    static <T> Own<T> of(Setting<T> setting, String section) {
      return new Own<>(setting, setting.in(section));
    }

    ProtocolSettings put(ProtocolSettings settings, Config config) {
      return settings.with(setting, config.get(named));
    }
  }

  List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(List.of(enabled, host, port));
    own.forEach(each -> all.add(each.named()));
    return all;
  }

  /** A protocol's settings for those who come by this listener. */
  ProtocolSettings with(ProtocolSettings section, Config config) {
    ProtocolSettings settings = section;
    for (Own<?> each : own) {
      settings = each.put(settings, config);
    }
    return settings;
  }

  ListenerSettings settings(Config config) {
    return new ListenerSettings(
        name, config.get(host), config.get(port), config.get(ConnectionKeys.BACKLOG), (int)
            (long) config.get(ConnectionKeys.WRITE_HIGH_WATERMARK));
  }
}

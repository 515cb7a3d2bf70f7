package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one listener.
 *
 * @param name its name
 * @param enabled whether it listens
 * @param host the address
 * @param port the port
 * @param proxied whether a proxy says whose connections they are
 * @param secure whether it is encrypted in any case
 * @param tls whether it is encrypted; null where that is not for the configuration to say
 * @param own what the protocol lets its listeners have of their own
 */
record ListenerKeys(
    String name,
    Setting<Boolean> enabled,
    Setting<String> host,
    Setting<Integer> port,
    Setting<Boolean> proxied,
    boolean secure,
    @Nullable Setting<Boolean> tls,
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
        Setting.flag(
            section + "proxy-protocol",
            false,
            "Whether a proxy says in front whose connection it is, by the PROXY protocol."),
        false,
        null,
        List.of());
  }

  /** A protocol's listener. */
  static ListenerKeys protocol(String name, boolean enabled, int port) {
    ListenerKeys keys = of(name, enabled, EVERYWHERE, port, name + " connections");
    Setting<Boolean> tls = Setting.flag(
        SECTION + name + ".tls", false, "Whether connections are encrypted, as in section tls.");
    return new ListenerKeys(
        name, keys.enabled, keys.host, keys.port, keys.proxied, false, tls, List.of());
  }

  /**
   * The listener for encrypted connections beside one for plain ones. It is called as that one, with an s behind.
   *
   * @param port the port that clients expect
   * @param purpose what comes by it
   */
  static ListenerKeys secure(String plain, int port, String purpose) {
    ListenerKeys keys = of(plain + "s", false, EVERYWHERE, port, "encrypted " + purpose);
    return new ListenerKeys(
        keys.name, keys.enabled, keys.host, keys.port, keys.proxied, true, null, List.of());
  }

  /** With what the protocol lets its listeners have of their own. */
  ListenerKeys of(Protocol protocol) {
    List<Own<?>> all = new ArrayList<>();
    for (Setting<?> setting : protocol.listenerSettings()) {
      all.add(Own.of(setting, SECTION + name));
    }
    return new ListenerKeys(name, enabled, host, port, proxied, secure, tls, all);
  }

  /** Whether it listens for encrypted connections. */
  boolean encrypts(Config config) {
    return config.get(enabled) && (secure || (tls != null && config.get(tls)));
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
    List<Setting<?>> all = new ArrayList<>(List.of(enabled, host, port, proxied));
    if (tls != null) {
      all.add(tls);
    }
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

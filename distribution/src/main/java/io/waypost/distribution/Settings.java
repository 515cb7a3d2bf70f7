package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.distribution.config.ConfigException;
import io.waypost.distribution.config.ConfigReader;
import io.waypost.distribution.config.Schema;
import io.waypost.engine.RouteSettings;
import io.waypost.message.PropertiesForm;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import io.waypost.ws.WebSocketSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The settings that there are, given the adapters that there are, and what they are set to. */
final class Settings {
  /** Protocols whose adapters may be added; their listeners can be configured before. */
  private static final Map<String, Integer> EXPECTED_PORTS =
      Map.of("amqp", 5672, "mqtt", 1883, "stomp", 61613);

  private static final String PROTOCOL = "protocol";
  private static final String CONFIG_VARIABLE = "WAYPOST_CONFIG";

  private final Adapters adapters;
  private final Map<String, ListenerKeys> protocolListeners = new TreeMap<>();
  private final Map<String, Further> further = new TreeMap<>();
  private final List<WebListener> webListeners;
  private final ListenerKeys http = ListenerKeys.of(
      "http", true, "127.0.0.1", 15672, "the HTTP API and what else goes over HTTP");
  private final ListenerKeys shared = ListenerKeys.of(
      "shared",
      false,
      "0.0.0.0",
      5670,
      "connections of all protocols, told apart by their first bytes");

  Settings(Adapters adapters) {
    this.adapters = adapters;
    EXPECTED_PORTS.forEach(
        (name, port) -> protocolListeners.put(name, ListenerKeys.protocol(name, false, port)));
    adapters
        .byName()
        .values()
        .forEach(protocol -> protocolListeners.put(
            protocol.name(),
            ListenerKeys.protocol(protocol.name(), true, protocol.defaultPort()).of(protocol)));
    webListeners = WebListener.ALL.stream()
        .map(web -> web.of(adapters.byName().get(web.protocol())))
        .toList();
  }

  /**
   * One more listener of a protocol, which the configuration names.
   *
   * @param protocol the protocol
   * @param keys its settings
   */
  record Further(Protocol protocol, ListenerKeys keys) {}

  /** What can be set for a listener of that name, when it is to speak that protocol. */
  private List<Setting<?>> further(String name, String speaks) {
    Protocol protocol = adapters.byName().get(speaks);
    List<String> known = List.copyOf(adapters.byName().keySet());
    List<Setting<?>> settings = new ArrayList<>();
    settings.add(new Setting<>(
        "listeners." + name + "." + PROTOCOL,
        speaks,
        SettingKind.oneOf(protocol == null ? known : List.of(speaks)),
        "The protocol that is spoken on this listener."));
    ListenerKeys keys = protocol == null
        ? ListenerKeys.protocol(name, false, 0)
        : ListenerKeys.protocol(name, true, protocol.defaultPort()).of(protocol);
    settings.addAll(keys.all());
    if (protocol != null) {
      further.put(name, new Further(protocol, keys));
    }
    return settings;
  }

  /** The listeners that the configuration names, once it is read. */
  List<Further> further() {
    return List.copyOf(further.values());
  }

  /** All of them. */
  Schema schema() {
    List<Setting<?>> listeners = new ArrayList<>();
    listeners().forEach(keys -> listeners.addAll(keys.all()));
    Schema schema = new Schema()
        .with(List.of(BrokerKeys.DATA_DIR))
        .with(LogSettings.ALL)
        .with(listeners)
        .withFamily("listeners", PROTOCOL, this::further)
        .with(ConnectionKeys.ALL)
        .with(WebListener.SECTION, WebSocketSettings.ALL)
        .with(BrokerKeys.ALL)
        .withTree(RouteKeys.KEY);
    adapters
        .byName()
        .values()
        .forEach(protocol -> schema.with(protocol.name(), protocol.settings()));
    return schema;
  }

  /**
   * Reads what they are set to.
   *
   * @throws StartException if anything is wrong
   */
  Config read(Home home, Arguments arguments, Map<String, String> environment)
      throws StartException {
    further.clear();
    ConfigReader reader = new ConfigReader(schema(), home.folder(), Path.of(""));
    String named = arguments.config().orElse(environment.get(CONFIG_VARIABLE));
    if (named != null) {
      reader.file(Path.of(named));
    } else if (Files.exists(home.defaultConfig())) {
      reader.file(home.defaultConfig());
    }
    try {
      Config config =
          reader.environment(environment).assignments(arguments.assignments()).read();
      checkAdapters(config);
      // Refuses what can't be used.
      routes(config);
      return config;
    } catch (ConfigException e) {
      throw new StartException(ExitCode.CONFIGURATION, e.problems());
    }
  }

  /**
   * The routes that are configured.
   *
   * @throws ConfigException if one of them can't be used
   */
  RouteSettings routes(Config config) throws ConfigException {
    return RouteKeys.read(config, adapters.byName().keySet());
  }

  /** The listeners that can be configured. */
  List<ListenerKeys> listeners() {
    List<ListenerKeys> listeners = new ArrayList<>(protocolListeners.values());
    listeners.add(http);
    listeners.add(shared);
    webListeners.forEach(each -> listeners.add(each.keys()));
    return listeners;
  }

  /** The protocols that there are. */
  List<Protocol> protocols() {
    return List.copyOf(adapters.byName().values());
  }

  /** The forms in which messages of the protocols have properties. */
  List<PropertiesForm> forms() {
    return adapters.forms();
  }

  ListenerKeys listener(Protocol protocol) {
    ListenerKeys keys = protocolListeners.get(protocol.name());
    if (keys == null) {
      throw new IllegalArgumentException("no adapter " + protocol.name());
    }
    return keys;
  }

  /** The ports for WebSockets alone. */
  List<WebListener> webListeners() {
    return webListeners;
  }

  ListenerKeys http() {
    return http;
  }

  ListenerKeys shared() {
    return shared;
  }

  /** A protocol's section of the configuration. */
  static ProtocolSettings of(Protocol protocol, Config config) {
    ProtocolSettings settings = ProtocolSettings.defaults(Product.NAME, Product.version());
    for (Setting<?> setting : protocol.settings()) {
      settings = with(settings, setting, config);
    }
    return settings;
  }

  private static <T> ProtocolSettings with(
      ProtocolSettings settings, Setting<T> setting, Config config) {
    return settings.with(setting, config.get(setting));
  }

  private void checkAdapters(Config config) throws ConfigException {
    List<String> problems = new ArrayList<>();
    protocolListeners.forEach((name, keys) -> {
      if (config.get(keys.enabled()) && !adapters.byName().containsKey(name)) {
        problems.add(config.where(keys.enabled()) + ": " + keys.enabled().key()
            + " must be false: there is no adapter for " + name + " in lib/");
      }
    });
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}

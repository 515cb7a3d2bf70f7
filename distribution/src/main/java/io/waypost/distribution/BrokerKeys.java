package io.waypost.distribution;

import io.waypost.broker.Broker;
import io.waypost.distribution.config.Config;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.RouteSettings;
import io.waypost.store.log.StoreSettings;
import io.waypost.store.log.StoreSettings.RecoveryMode;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The settings of the broker itself, whatever the protocol. */
final class BrokerKeys {
  private static final String REFUSE = "refuse";
  private static final String SALVAGE = "salvage";

  static final Setting<String> DATA_DIR = new Setting<>(
      "data.dir",
      "data",
      SettingKind.path(),
      "The folder of everything that survives a restart; made when missing.");
  static final Setting<Integer> THREADS = Setting.number(
      "loops.threads", 0, 0, 1024, "How many threads do the work; 0 means one for each core.");
  static final Setting<Double> WATERMARK = new Setting<>(
      "memory.watermark",
      0.4,
      SettingKind.fraction(0.01, 0.9),
      "The part of the heap that messages may fill before publishers have to wait.");
  static final Setting<Long> MAX_MESSAGE = Setting.size(
      "message.max-size", 16L << 20, 1L << 10, 512L << 20, "How large a message's body may be.");
  static final Setting<Long> DISK_RESERVE = Setting.size(
      "store.disk-reserve",
      256L << 20,
      1L << 20,
      1L << 40,
      "How much of the data folder's disk stays free: publishers have to wait when there is less.");
  static final Setting<String> RECOVERY = new Setting<>(
      "store.recovery",
      REFUSE,
      SettingKind.oneOf(List.of(REFUSE, SALVAGE)),
      "What to do when the store is damaged: refuse to start, or salvage what can be read.");
  static final Setting<String> DEFAULT_USER = new Setting<>(
      "security.default-user",
      "guest",
      SettingKind.name(),
      "The administrator that is made in a fresh data folder.");
  static final Setting<String> DEFAULT_PASSWORD = new Setting<>(
      "security.default-password",
      "guest",
      SettingKind.secret(),
      "That user's password; never shown nor logged.");
  static final Setting<String> DEFAULT_VHOST = new Setting<>(
      "security.default-vhost",
      "/",
      SettingKind.name(),
      "The virtual host of clients that name none; made in a fresh data folder.");
  static final Setting<List<String>> LOOPBACK_USERS = Setting.texts(
      "security.loopback-users",
      List.of("guest"),
      "Users that may connect from this machine only.");
  static final Setting<Duration> GRACE = Setting.duration(
      "shutdown.grace",
      Duration.ofSeconds(10),
      Duration.ZERO,
      Duration.ofMinutes(10),
      "How long clients may take to say goodbye when the broker stops.");

  static final List<Setting<?>> ALL = List.of(
      THREADS,
      MAX_MESSAGE,
      WATERMARK,
      DISK_RESERVE,
      RECOVERY,
      DEFAULT_USER,
      DEFAULT_PASSWORD,
      DEFAULT_VHOST,
      LOOPBACK_USERS,
      GRACE);

  private BrokerKeys() {}

  static int threads(Config config) {
    int configured = config.get(THREADS);
    return configured == 0 ? Runtime.getRuntime().availableProcessors() : configured;
  }

  static StoreSettings store(Config config) {
    return StoreSettings.defaults()
        .withDiskReserve(config.get(DISK_RESERVE))
        .withRecovery(
            config.get(RECOVERY).equals(SALVAGE) ? RecoveryMode.SALVAGE : RecoveryMode.REFUSE);
  }

  static BrokerSettings settings(Config config, RouteSettings routes) {
    return new BrokerSettings(
        new Broker.Limits(
            (int) (long) config.get(MAX_MESSAGE),
            config.get(DEFAULT_VHOST),
            config.get(ConnectionKeys.MAX_CONSUMERS)),
        (long) (Runtime.getRuntime().maxMemory() * config.get(WATERMARK)),
        config.get(DEFAULT_USER),
        config.get(DEFAULT_PASSWORD),
        Set.copyOf(config.get(LOOPBACK_USERS)),
        config.get(GRACE),
        routes);
  }
}

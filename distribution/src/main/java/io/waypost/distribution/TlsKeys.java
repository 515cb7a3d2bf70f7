package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import io.waypost.transport.tls.ClientCertificate;
import io.waypost.transport.tls.KeyFiles;
import io.waypost.transport.tls.Tls;
import io.waypost.transport.tls.TlsException;
import io.waypost.transport.tls.TlsSettings;
import io.waypost.transport.tls.UserFrom;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of encryption, which all encrypted listeners share. */
final class TlsKeys {
  private static final String HOST = "host";
  private static final String FILE = "certificate";
  private static final String KEY_FILE = "key";
  private static final String COMMON_NAME = "common-name";

  static final Setting<String> CERTIFICATE = new Setting<>(
      "tls.certificate",
      "",
      SettingKind.optionalPath(),
      "The broker's certificate and those that lead to its CA, in PEM; or a PKCS#12 file.");
  static final Setting<String> KEY = new Setting<>(
      "tls.key",
      "",
      SettingKind.optionalPath(),
      "The private key, in PEM, unless the certificate's file has it.");
  static final Setting<String> KEY_PASSWORD = new Setting<>(
      "tls.key-password",
      "",
      SettingKind.secret(),
      "What opens keys and PKCS#12 files that are encrypted; never shown nor logged.");
  static final Setting<String> TRUSTED = new Setting<>(
      "tls.trusted",
      "",
      SettingKind.optionalPath(),
      "The certificates of the CAs whose clients are believed, in PEM.");
  static final Setting<String> CLIENT_CERTIFICATE = new Setting<>(
      "tls.client-certificate",
      "none",
      SettingKind.oneOf(List.of("none", "request", "require")),
      "Whether clients are asked for a certificate, and have to show one.");
  static final Setting<String> USER_FROM = new Setting<>(
      "tls.user-from",
      "distinguished-name",
      SettingKind.oneOf(List.of("distinguished-name", COMMON_NAME)),
      "What in a client's certificate is the name of the user.");
  static final Setting<List<String>> SNI = new Setting<>(
      "tls.sni",
      List.of(),
      SettingKind.sections(List.of(HOST, FILE), List.of(KEY_FILE)),
      "Certificates for clients that ask for a host by that name, such as *.example.org.");
  static final Setting<List<String>> PROTOCOLS = new Setting<>(
      "tls.protocols",
      List.of("TLSv1.3", "TLSv1.2"),
      SettingKind.someOf(List.of("TLSv1.3", "TLSv1.2")),
      "The versions that are offered.");
  static final Setting<Duration> HANDSHAKE_TIMEOUT = Setting.duration(
      "tls.handshake-timeout",
      Duration.ofSeconds(10),
      Duration.ofMillis(100),
      Duration.ofMinutes(10),
      "How long a client may take to agree on encryption.");
  static final Setting<Duration> RELOAD_INTERVAL = Setting.duration(
      "tls.reload-interval",
      Duration.ofSeconds(30),
      Duration.ofMillis(100),
      Duration.ofDays(1),
      "How often the files are looked at; what has changed is used for connections from then on.");
  static final Setting<Boolean> NATIVE = Setting.flag(
      "tls.native", true, "Whether a native library encrypts where there is one; else Java does.");

  static final List<Setting<?>> ALL = List.of(
      CERTIFICATE,
      KEY,
      KEY_PASSWORD,
      TRUSTED,
      CLIENT_CERTIFICATE,
      USER_FROM,
      SNI,
      PROTOCOLS,
      HANDSHAKE_TIMEOUT,
      RELOAD_INTERVAL,
      NATIVE);

  private TlsKeys() {}

  static UserFrom userFrom(Config config) {
    return config.get(USER_FROM).equals(COMMON_NAME)
        ? UserFrom.COMMON_NAME
        : UserFrom.DISTINGUISHED_NAME;
  }

  /** What is wrong, as far as it shows without looking into files. */
  static List<String> problems(Config config, List<ListenerKeys> listeners) {
    List<String> problems = new ArrayList<>();
    if (config.get(CERTIFICATE).isEmpty()) {
      for (ListenerKeys each : listeners) {
        if (each.encrypts(config)) {
          Setting<Boolean> asked = each.tls() == null ? each.enabled() : each.tls();
          problems.add(config.where(asked) + ": " + asked.key()
              + " needs a certificate: tls.certificate must name its file");
        }
      }
    } else if (asksForCertificates(config) && config.get(TRUSTED).isEmpty()) {
      problems.add(config.where(CLIENT_CERTIFICATE) + ": tls.client-certificate is "
          + config.get(CLIENT_CERTIFICATE)
          + ": tls.trusted must name a file with the CAs of clients");
    }
    List<String> hosts = hosts(config);
    for (String host : hosts) {
      if (hosts.indexOf(host) != hosts.lastIndexOf(host)) {
        problems.add(config.where(SNI) + ": tls.sni has " + host + " twice");
        return problems;
      }
    }
    return problems;
  }

  /**
   * What encrypts the listeners; null if there is none to encrypt.
   *
   * @throws StartException if certificates or keys can't be used
   */
  static @Nullable Tls load(Config config, boolean needed) throws StartException {
    if (!needed || config.get(CERTIFICATE).isEmpty()) {
      return null;
    }
    Map<String, KeyFiles> byHost = new LinkedHashMap<>();
    for (String section : config.get(SNI)) {
      Map<String, String> members = SettingKind.members(section);
      String key = members.get(KEY_FILE);
      byHost.put(
          host(section),
          new KeyFiles(
              config.path(SNI, String.valueOf(members.get(FILE))),
              key == null ? null : config.path(SNI, key)));
    }
    try {
      return Tls.load(new TlsSettings(
          new KeyFiles(config.path(CERTIFICATE), path(config, KEY)),
          byHost,
          config.get(KEY_PASSWORD),
          asksForCertificates(config) ? path(config, TRUSTED) : null,
          ClientCertificate.valueOf(config.get(CLIENT_CERTIFICATE).toUpperCase(Locale.ROOT)),
          config.get(PROTOCOLS),
          userFrom(config),
          config.get(HANDSHAKE_TIMEOUT),
          config.get(RELOAD_INTERVAL),
          config.get(NATIVE)));
    } catch (TlsException e) {
      throw new StartException(ExitCode.CONFIGURATION, "TLS: " + e.getMessage());
    }
  }

  private static boolean asksForCertificates(Config config) {
    return !config.get(CLIENT_CERTIFICATE).equals("none");
  }

  private static List<String> hosts(Config config) {
    return config.get(SNI).stream().map(TlsKeys::host).toList();
  }

  private static String host(String section) {
    return String.valueOf(SettingKind.members(section).get(HOST)).toLowerCase(Locale.ROOT);
  }

  private static @Nullable Path path(Config config, Setting<String> setting) {
    return config.get(setting).isEmpty() ? null : config.path(setting);
  }
}

package io.waypost.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.waypost.distribution.config.Config;
import io.waypost.distribution.config.Schema;
import io.waypost.transport.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Path ROOT = Path.of("..");

  private final Path home;
  private final Settings settings;

  SettingsTest(@TempDir Path home) throws StartException {
    this.home = home;
    settings = new Settings(Adapters.load(Path.of("none")));
  }

  @Test
  void theShippedFileSetsNothing() throws StartException {
    assertThat(read(ROOT.resolve("conf/waypost.yml")).print())
        .isEqualTo(read(null).print());
  }

  /** Settings stand behind "#", prose behind "# ": with the former taken away, all are given, each at its default. */
  @Test
  void theShippedFileShowsEachSettingWithItsDefault() throws Exception {
    String shipped = Files.readString(ROOT.resolve("conf/waypost.yml"));
    Path all = home.resolve("all.yml");
    Files.writeString(all, shipped.replaceAll("(?m)^( *)#(?=\\S)", "$1"));
    Config config = read(all);
    settings.schema().settings().forEach((key, setting) -> {
      assertThat(config.where(setting)).as("%s in conf/waypost.yml", key).isNotNull();
      assertThat(config.get(setting)).as(key).isEqualTo(setting.defaultValue());
    });
  }

  @Test
  void theManualListsEachSetting() throws IOException {
    List<String> manual = Files.readAllLines(ROOT.resolve("docs/configuration.md"));
    settings
        .schema()
        .settings()
        .forEach((key, setting) ->
            assertThat(manual).as("docs/configuration.md").contains(row(key, setting)));
  }

  @Test
  void eachSettingHasAVariableOfItsOwn() {
    Schema schema = settings.schema();
    assertThat(schema.keys().stream().map(Schema::variable)).doesNotHaveDuplicates();
    assertThat(Schema.variable("message.max-size")).isEqualTo("WAYPOST_MESSAGE_MAX_SIZE");
  }

  @Test
  void aListenerWithoutAnAdapterCanBeConfiguredButNotEnabled() throws StartException {
    Settings without = new Settings(new Adapters(Map.of(), List.of()));
    Arguments off = arguments(List.of("listeners.mqtt.port=1", "listeners.mqtt.enabled=false"));
    assertThat(without.read(new Home(home, "waypost", "waypost"), off, Map.of()))
        .isNotNull();
    Arguments on = arguments(List.of("listeners.mqtt.enabled=true"));
    StartException refused = catchThrowableOfType(
        StartException.class,
        () -> without.read(new Home(home, "waypost", "waypost"), on, Map.of()));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(refused)
        .hasMessage(
            "--set listeners.mqtt.enabled: listeners.mqtt.enabled must be false: there is no adapter for mqtt"
                + " in lib/");
  }

  @Test
  void aProtocolHasAsManyListenersAsTheConfigurationNames() throws Exception {
    Path file = home.resolve("listeners.yml");
    Files.writeString(file, """
        listeners:
          barn:
            port: 1884
            vhost: barn
            protocol: mqtt
          inner-yard: {protocol: amqp, host: 127.0.0.1}
        """);
    Config config = read(
        file,
        Map.of(
            "WAYPOST_LISTENERS_INNER_YARD_PORT", "5673",
            "WAYPOST_LISTENERS_OUTER_YARD_PROTOCOL", "mqtt",
            "WAYPOST_LISTENERS_OUTER_YARD_EXCHANGE", "yard"));
    assertThat(settings.further())
        .extracting(
            each -> each.keys().name(),
            each -> each.protocol().name(),
            each -> config.get(each.keys().port()))
        .containsExactly(
            tuple("barn", "mqtt", 1884),
            tuple("inner-yard", "amqp", 5673),
            tuple("outer-yard", "mqtt", 1883));
    assertThat(config.print())
        .contains("vhost: barn # " + file + ", line 4")
        .contains("exchange: yard # environment variable WAYPOST_LISTENERS_OUTER_YARD_EXCHANGE")
        .containsOnlyOnce("listeners:");
    Path printed = home.resolve("printed.yml");
    Files.writeString(printed, config.print());
    assertThat(bare(read(printed).print())).isEqualTo(bare(config.print()));
  }

  private static String bare(String printed) {
    return printed.replaceAll("(?m) # .*$", "");
  }

  @Test
  void aListenerThatSaysNothingItCanSpeakIsRefused() {
    assertThat(refusal("listeners.barn.port=1884"))
        .startsWith("--set listeners.barn.port: listeners.barn.port is not a setting; ")
        .endsWith(", web-stomp, and sections of other names that have a protocol");
    assertThat(refusal("listeners.barn.protocol=coap"))
        .isEqualTo(
            "--set listeners.barn.protocol: listeners.barn.protocol must be one of amqp, mqtt, stomp,"
                + " not \"coap\"");
    assertThat(refusal("listeners.barn.protocol=amqp", "listeners.barn.vhost=x"))
        .startsWith("--set listeners.barn.vhost: listeners.barn.vhost is not a setting; ");
    assertThat(refusal("listeners.barn.protocol=mqtt", "listeners.barn.protocol=amqp"))
        .contains("must be one of mqtt");
    assertThat(refusal("listeners.Barn.protocol=mqtt")).contains("is not a setting");
  }

  @Test
  void placesOfUsersAreListsOfPairs() throws Exception {
    Path file = home.resolve("pairs.yml");
    Files.writeString(file, """
        mqtt:
          user-vhosts: [ann=barn, "bob=/"]
          certificate-vhosts: ["CN=device,O=farm=barn"]
        """);
    assertThat(read(file).print())
        .contains("user-vhosts: [\"ann=barn\", \"bob=/\"] # ")
        .contains("certificate-vhosts: [\"CN=device,O=farm=barn\"] # ");
    for (String wrong : List.of("ann", "ann=", "=barn", "ann=x,ann=y")) {
      assertThat(refusal("mqtt.user-vhosts=" + wrong))
          .startsWith(
              "--set mqtt.user-vhosts: mqtt.user-vhosts must be a list of USER=VHOST, not ");
    }
  }

  private String refusal(String... assignments) {
    StartException refused = catchThrowableOfType(
        StartException.class,
        () -> settings.read(
            new Home(home, "waypost", "waypost"), arguments(List.of(assignments)), Map.of()));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    return String.valueOf(refused.getMessage());
  }

  private Config read(@Nullable Path file) throws StartException {
    return read(file, Map.of());
  }

  private Config read(@Nullable Path file, Map<String, String> environment) throws StartException {
    Arguments arguments = new Arguments(
        Optional.ofNullable(file).map(Path::toString), List.of(), false, false, false);
    return settings.read(new Home(home, "waypost", "waypost"), arguments, environment);
  }

  private static Arguments arguments(List<String> assignments) {
    return new Arguments(Optional.empty(), assignments, false, false, false);
  }

  private static <T> String row(String key, Setting<T> setting) {
    String value = setting.kind().write(setting.defaultValue());
    return "| `" + key + "` | " + (value.isEmpty() ? "" : "`" + value + "`") + " | "
        + setting.kind().allowed() + " | " + setting.doc() + " |";
  }
}

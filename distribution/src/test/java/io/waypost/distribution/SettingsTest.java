package io.waypost.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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

  private Config read(@Nullable Path file) throws StartException {
    Arguments arguments = new Arguments(
        Optional.ofNullable(file).map(Path::toString), List.of(), false, false, false);
    return settings.read(new Home(home, "waypost", "waypost"), arguments, Map.of());
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

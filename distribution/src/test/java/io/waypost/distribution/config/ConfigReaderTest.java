package io.waypost.distribution.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  private static final Setting<Integer> PORT =
      Setting.number("listeners.amqp.port", 5672, 0, 65535, "A port.");
  private static final Setting<Boolean> ENABLED =
      Setting.flag("listeners.amqp.enabled", true, "A flag.");
  private static final Setting<String> DIR =
      new Setting<>("data.dir", "data", SettingKind.path(), "A folder.");
  private static final Setting<List<String>> USERS =
      Setting.texts("security.loopback-users", List.of("guest"), "Users.");
  private static final Setting<String> PASSWORD =
      new Setting<>("security.password", "guest", SettingKind.secret(), "A password.");
  private static final Setting<Duration> HEARTBEAT = Setting.duration(
      "heartbeat", Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(1), "A time.");
  private static final Setting<String> PRODUCT = Setting.text("product", "", "A text.");

  private static final Schema SCHEMA = new Schema()
      .with(List.of(DIR, ENABLED, PORT, USERS, PASSWORD))
      .with("amqp", List.of(HEARTBEAT, PRODUCT));

  private final Path home;
  private final Path file;

  ConfigReaderTest(@TempDir Path home) {
    this.home = home;
    this.file = home.resolve("waypost.yml");
  }

  @Test
  void defaultsHoldWhereNothingIsGiven() throws Exception {
    for (String empty :
        List.of("", "# nothing\n", "listeners:\n  amqp:\n    # port: 1\n", "---\n")) {
      Config config = read(empty);
      assertThat(config.get(PORT)).isEqualTo(5672);
      assertThat(config.get(USERS)).containsExactly("guest");
      assertThat(config.where(PORT)).isNull();
    }
  }

  @Test
  void valuesOfEachKindAreRead() throws Exception {
    Config config = read("""
            listeners:
              amqp: {port: 5673, enabled: false}
            amqp:
              heartbeat: 30s
              product: 3.10
            security.loopback-users:
              - guest
              - operator
            """);
    assertThat(config.get(PORT)).isEqualTo(5673);
    assertThat(config.get(ENABLED)).isFalse();
    assertThat(config.get(HEARTBEAT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.get(PRODUCT)).isEqualTo("3.10");
    assertThat(config.get(USERS)).containsExactly("guest", "operator");
    assertThat(config.where(PORT)).isEqualTo(file + ", line 2");
  }

  @Test
  void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
    Files.writeString(file, "listeners.amqp: {port: 1, enabled: false}\ndata.dir: one\n");
    Config config = new ConfigReader(SCHEMA, home, Path.of(""))
        .file(file)
        .environment(Map.of(
            "WAYPOST_LISTENERS_AMQP_PORT", "2",
            "WAYPOST_DATA_DIR", "two",
            "WAYPOST_SECURITY_LOOPBACK_USERS", "a, b,c",
            "PATH", "/bin"))
        .assignments(List.of("listeners.amqp.port=3", "amqp.product=a=b"))
        .read();
    assertThat(config.get(PORT)).isEqualTo(3);
    assertThat(config.where(PORT)).isEqualTo("--set listeners.amqp.port");
    assertThat(config.get(DIR)).isEqualTo("two");
    assertThat(config.where(DIR)).isEqualTo("environment variable WAYPOST_DATA_DIR");
    assertThat(config.get(ENABLED)).isFalse();
    assertThat(config.get(USERS)).containsExactly("a", "b", "c");
    assertThat(config.get(PRODUCT)).isEqualTo("a=b");
    assertThat(config.remarks()).isEmpty();
  }

  @Test
  void relativePathsStartWhereTheyWereWritten() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    assertThat(read("").path(DIR)).isEqualTo(home.resolve("data"));
    assertThat(read("data.dir: sub/one").path(DIR)).isEqualTo(home.resolve("sub/one"));
    assertThat(read("data.dir: /tmp/../one").path(DIR)).isEqualTo(Path.of("/one"));
    Config config = new ConfigReader(SCHEMA, home, Path.of(""))
        .assignments(List.of("data.dir=./two"))
        .read();
    assertThat(config.path(DIR)).isEqualTo(here.resolve("two"));
  }

  @Test
  void anUnknownNameIsRefusedWithWhatItMayHaveMeantAndWhatIsAllowed() throws Exception {
    assertThat(problems("\nlisteners:\n  amqp:\n    prot: 1\n"))
        .containsExactly(file
            + ", line 4: listeners.amqp.prot is not a setting; did you mean listeners.amqp.port?"
            + " allowed in listeners.amqp are enabled, port");
    assertThat(problems("listners.amqp.port: 1\n"))
        .containsExactly(file
            + ", line 1: listners.amqp.port is not a setting; did you mean listeners.amqp.port?"
            + " allowed are amqp, data, listeners, security");
    assertThat(problems("colour:\n  depth: 3\n").get(0))
        .startsWith(file
            + ", line 2: colour is not a setting; allowed are amqp, data, listeners, security");
  }

  @Test
  void wrongValuesAreRefusedWithWhatIsAllowed() throws Exception {
    String must = ": listeners.amqp.port must be a whole number from 0 to 65535";
    assertThat(problems("listeners:\n  amqp:\n    port: fast\n"))
        .containsExactly(file + ", line 3" + must + ", not \"fast\"");
    assertThat(problems("listeners.amqp.port: 65536"))
        .containsExactly(file + ", line 1" + must + ", not \"65536\"");
    assertThat(problems("listeners.amqp.port: [1, 2]"))
        .containsExactly(file + ", line 1" + must + ", not a list");
    assertThat(problems("listeners.amqp.port: {a: 1}").get(0))
        .isEqualTo(file + ", line 1" + must + ", not a section");
    assertThat(problems("listeners.amqp.port:"))
        .containsExactly(file + ", line 1" + must + ", but has no value");
    assertThat(problems("listeners.amqp.enabled: yes"))
        .containsExactly(
            file + ", line 1: listeners.amqp.enabled must be true or false, not \"yes\"");
    assertThat(problems("amqp.heartbeat: 60"))
        .containsExactly(
            file
                + ", line 1: amqp.heartbeat must be a time from 0 to 1h in ms, s, m, h or d, not \"60\"");
    assertThat(problems("listeners: 5"))
        .containsExactly(
            file + ", line 1: listeners is a section, not a setting; allowed in it are amqp");
    assertThat(problems("data.dir: ''"))
        .containsExactly(
            file + ", line 1: data.dir must be the name of a file or folder, not \"\"");
  }

  @Test
  void mistakesOnTheCommandLineAndInTheEnvironmentAreNamedToo() {
    ConfigReader reader = new ConfigReader(SCHEMA, home, Path.of(""))
        .environment(Map.of("WAYPOST_LISTENERS_AMQP_PORT", "x"))
        .assignments(
            List.of("listeners.amqp.port=y", "nonsense", "data.dri=z", "listeners.amqp=1"));
    assertThat(catchThrowableOfType(ConfigException.class, reader::read).problems())
        .containsExactly(
            "--set nonsense: must be --set key=value",
            "environment variable WAYPOST_LISTENERS_AMQP_PORT: listeners.amqp.port must be a whole number"
                + " from 0 to 65535, not \"x\"",
            "--set listeners.amqp.port: listeners.amqp.port must be a whole number from 0 to 65535, not \"y\"",
            "--set data.dri: data.dri is not a setting; did you mean data.dir? allowed in data are dir",
            "--set listeners.amqp: listeners.amqp is a section, not a setting; allowed in it are enabled, port");
  }

  @Test
  void allMistakesAreToldAtOnceButNotEndlessly() throws Exception {
    assertThat(problems("amqp.heartbeat: x\nlisteners.amqp.port: y\n")).hasSize(2);
    assertThat(problems("a: 1\n" + "b%d: 1\n".repeat(100).formatted((Object[]) range(100))))
        .hasSize(20);
  }

  @Test
  void aVariableThatLooksLikeASettingIsRemarkedUpon() throws Exception {
    Config config = new ConfigReader(SCHEMA, home, Path.of(""))
        .environment(
            Map.of("WAYPOST_LISTENER_AMQP_PORT", "1", "WAYPOST_SERVICE_HOST", "x", "OTHER", "y"))
        .read();
    assertThat(config.remarks())
        .containsExactly(
            "environment variable WAYPOST_LISTENER_AMQP_PORT sets nothing; is it WAYPOST_LISTENERS_AMQP_PORT?");
  }

  @Test
  void whatIsNoYamlIsRefusedWithItsLine() throws Exception {
    assertThat(problems("data:\n  dir: [1\nlisteners: 2\n").get(0))
        .startsWith(file + ", line 3: not valid YAML: ");
    assertThat(problems("data:\n\tdir: x\n").get(0))
        .startsWith(file + ", line 2: not valid YAML: ");
    assertThat(problems("just text").get(0))
        .startsWith(file + ", line 1: the file must consist of sections");
    assertThat(problems("- a\n- b\n").get(0))
        .startsWith(file + ", line 1: the file must consist of sections");
    assertThat(problems("data.dir: a\n---\ndata.dir: b\n"))
        .containsExactly(file + ", line 3: a second document begins; only one is allowed");
    assertThat(problems("data.dir: a\ndata:\n  dir: b\n"))
        .containsExactly(file + ", line 3: data.dir is given twice, first at " + file + ", line 1");
    assertThat(problems("a: &a [*a]\n")).isNotEmpty();
    assertThat(problems("? [a]\n: b\n")).containsExactly(file + ", line 1: a name must be a text");
  }

  @Test
  void aFileThatCannotBeReadIsRefused() throws Exception {
    assertThat(problemsOf(home.resolve("none.yml")))
        .containsExactly("cannot read " + home.resolve("none.yml") + ": there is no such file");
    assertThat(problemsOf(home).get(0)).startsWith("cannot read " + home + ": ");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff, '\n'});
    assertThat(problemsOf(file)).containsExactly("cannot read " + file + ": it is not UTF-8 text");
  }

  @Test
  void secretsAreNeitherPrintedNorQuoted() throws Exception {
    Config config = read("security.password: hush\n");
    assertThat(config.get(PASSWORD)).isEqualTo("hush");
    assertThat(config.print()).doesNotContain("hush").contains("password: \"********\" # " + file);
    assertThat(problems("security.password: [hush, hush]\n").get(0)).doesNotContain("hush");
  }

  @Test
  void whatIsPrintedIsAFileThatSaysTheSame() throws Exception {
    Config config = read(
        "listeners.amqp.port: 7\namqp: {product: 'a: \"b\\', heartbeat: 90s}\nsecurity.loopback-users: []\n");
    Config again = read(config.print().replaceAll("(?m)^.*password.*\n", ""));
    for (Setting<?> setting : List.of(PORT, ENABLED, DIR, USERS, HEARTBEAT, PRODUCT)) {
      assertThat(again.get(setting)).as(setting.key()).isEqualTo(config.get(setting));
    }
    assertThat(config.print()).isEqualTo("""
            data:
              dir: data
            listeners:
              amqp:
                enabled: true
                port: 7 # %1$s, line 1
            security:
              loopback-users: [] # %1$s, line 3
              password: "********"
            amqp:
              heartbeat: 90s # %1$s, line 2
              product: "a: \\"b\\\\" # %1$s, line 2
            """.formatted(file));
  }

  private Config read(String text) throws IOException, ConfigException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
    return new ConfigReader(SCHEMA, home, Path.of("")).file(file).read();
  }

  private List<String> problems(String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
    return problemsOf(file);
  }

  private List<String> problemsOf(Path unusable) {
    ConfigReader reader = new ConfigReader(SCHEMA, home, Path.of("")).file(unusable);
    return catchThrowableOfType(ConfigException.class, reader::read).problems();
  }

  private static Integer[] range(int size) {
    Integer[] numbers = new Integer[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = i;
    }
    return numbers;
  }
}

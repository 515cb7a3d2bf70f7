package io.waypost.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waypost.distribution.config.Config;
import io.waypost.engine.RouteSettings;
import io.waypost.message.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes in the configuration file. */
class RouteKeysTest {
  private final Path home;
  private final Path file;
  private final Settings settings;

  RouteKeysTest(@TempDir Path home) throws StartException {
    this.home = home;
    this.file = home.resolve("waypost.yml");
    settings = new Settings(Adapters.load(Path.of("none")));
  }

  private Config read(String text) throws IOException, StartException {
    return read(text, List.of(), Map.of());
  }

  private Config read(String text, List<String> assignments, Map<String, String> environment)
      throws IOException, StartException {
    Files.writeString(file, text);
    Arguments arguments =
        new Arguments(Optional.of(file.toString()), assignments, false, false, false);
    return settings.read(new Home(home, "waypost", "waypost"), arguments, environment);
  }

  private List<String> problems(String text) {
    StartException refused = catchThrowableOfType(StartException.class, () -> read(text));
    return String.valueOf(refused.getMessage()).lines().toList();
  }

  @Test
  void rulesAreReadInTheirOrder() throws Exception {
    RouteSettings routes = settings.routes(read("""
            mqtt.exchange: topics
            routes:
              - name: temperatures
                match:
                  protocol: [mqtt, stomp]
                  topic: sensors/{site}/{device}/temp
                  client: dev-*
                to: {exchange: telemetry, key: "temp.{site}"}
                copy: true
                headers:
                  site: "{site}"
                  count: 5
                  exact: 1.5
                  real: true
                persistent: false
                expiry: 10m
              - {name: other, vhost: shop, match: {user: ann}, to: {topic: a}}
              - name: last
                match: {exchange: amq.default, key: "#"}
                to: {exchange: x}
            """));
    assertThat(routes.defaults().topicExchange()).isEqualTo("topics");
    assertThat(routes.defaults().protocols()).contains("amqp", "mqtt", "stomp", "http");
    assertThat(routes.configured().keySet()).containsExactlyInAnyOrder("/", "shop");
    assertThat(routes.configured().get("/"))
        .extracting(rule -> rule.name())
        .containsExactly("temperatures", "last");
    Headers first = Objects.requireNonNull(routes.configured().get("/")).get(0).definition();
    assertThat(first.entries())
        .extracting(entry -> entry.name())
        .containsExactly("match", "to", "copy", "headers", "persistent", "expiry");
    assertThat(first.get("headers"))
        .hasToString("[Header[name=site, value={site}], Header[name=count, value=5],"
            + " Header[name=exact, value=1.5], Header[name=real, value=true]]");
  }

  @Test
  void noRulesAreNoMistake() throws Exception {
    for (String none : List.of("", "routes:\n", "routes: []\n")) {
      assertThat(settings.routes(read(none)).configured()).isEmpty();
    }
  }

  @Test
  void aMistakeIsToldWithItsLineItsKeyAndTheReason() {
    assertThat(problems("""
            routes:
              - name: a
                match:
                  tpic: x
                to: {exchange: e}
              - name: b
                match: {topic: "a/#/b"}
                to:
                  exchange: e
              - name: c
                match: {topic: "a/{x}"}
                to:
                  exchange: e
                  key: k.{y}
              - name: d
                match: {topic: a}
                to: {key: "a.*"}
              - name: e
                match: {}
                to: {key: a}
              - name: f
                to: {key: a}
              - name: g
                match: {topic: a}
                to: {key: a}
                expiry: 60
              - name: g2
                match: {topic: a}
                to: {key: a}
                persistent: yes
              - match: {topic: a}
                to: {key: a}
              - name: h
                match: {topic: a}
                to: {key: a}
              - name: h
                match: {topic: b}
                to: {key: b}
              - just text
              - name: 5
                match: {protocol: mqt}
            """))
        .containsExactly(
            file + ", line 4: route a: match.tpic: there is no such key; allowed are protocol,"
                + " topic, exchange, key, client, user",
            file + ", line 7: route b: match.topic: # must be the last level",
            file + ", line 14: route c: to.key: {y} stands for nothing; known are x, client, user,"
                + " protocol, exchange, key, topic",
            file + ", line 17: route d: to.key: * is a wildcard; a message goes to one key",
            file + ", line 19: route e: match: must say what is matched, by one or more of"
                + " protocol, topic, exchange, key, client, user",
            file + ", line 21: route f: match: must say what is matched, by one or more of"
                + " protocol, topic, exchange, key, client, user",
            file + ", line 26: route g: expiry: must be a text: put 60 in quotes",
            file + ", line 30: route g2: persistent: must be true or false",
            file + ", line 31: routes: a rule must have a name",
            file + ", line 36: route h: there is another of that name in vhost /, at " + file
                + ", line 33",
            file + ", line 39: routes: each must be a section with a name, match and to",
            file + ", line 40: routes: name must be a text, not empty");
  }

  @Test
  void whatIsNoListOfRulesIsRefused() {
    assertThat(problems("routes: {a: b}"))
        .containsExactly(file + ", line 1: routes must be a list of rules, each with a name");
    assertThat(problems("routes: 5"))
        .containsExactly(file + ", line 1: routes must be a list of rules, each with a name");
    assertThat(problems("routes:\n  - &a {name: a, match: {topic: a}, to: {topic: b}}\n  - *a\n"))
        .containsExactly(file + ", line 2: sections and lists can't be used twice by an alias");
    assertThat(problems("routes:\n  - name: a\n    name: b\n"))
        .containsExactly(file + ", line 3: name is given twice, first at " + file + ", line 2");
    assertThat(problems("routes: []\nroutes: []\n"))
        .containsExactly(file + ", line 2: routes is given twice, first at " + file + ", line 1");
    assertThat(problems("routs: []").get(0)).contains("did you mean routes?");
  }

  @Test
  void rulesStandInTheFileOnly() throws Exception {
    StartException refused =
        catchThrowableOfType(StartException.class, () -> read("", List.of("routes=[]"), Map.of()));
    assertThat(refused).hasMessage("--set routes: routes can be given in the file only");
    assertThat(read("", List.of(), Map.of("WAYPOST_ROUTES", "[]")).remarks())
        .containsExactly(
            "environment variable WAYPOST_ROUTES sets nothing: routes can be given in the file"
                + " only");
  }

  @Test
  void whatIsPrintedSaysTheSame() throws Exception {
    Config config = read("""
            routes:
              - name: 'a "b\\'
                match: {topic: "a/{x}", client: [one, two]}
                to: {exchange: e}
                headers: {n: 5, t: "5", f: false, none: , "tab": "\\t"}
            """.replace("none: , ", ""));
    String printed = config.print();
    assertThat(printed)
        .endsWith("routes:\n  - {\"name\": \"a \\\"b\\\\\", \"match\": {\"topic\": \"a/{x}\","
            + " \"client\": [\"one\", \"two\"]}, \"to\": {\"exchange\": \"e\"}, \"headers\":"
            + " {\"n\": 5, \"t\": \"5\", \"f\": false, \"tab\": \"\\x09\"}} # " + file
            + ", line 2\n");
    Config again = read(printed.replaceAll("(?m)^.*password.*\n", ""));
    assertThat(settings.routes(again)).isEqualTo(settings.routes(config));
    assertThat(read("").print()).endsWith("routes: []\n");
  }
}

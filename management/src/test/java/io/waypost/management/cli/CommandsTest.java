package io.waypost.management.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.RunningApi;
import io.waypost.management.api.Json;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CommandsTest {
  private static RunningApi api;

  @BeforeAll
  static void start() throws Exception {
    api = RunningApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static String done(String... arguments) {
    CommandLineRun run = CommandLineRun.at(api.url(), arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.out();
  }

  private static String refused(String... arguments) {
    CommandLineRun run = CommandLineRun.at(api.url(), arguments);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    return run.err();
  }

  private static JsonNode json(String... arguments) throws Exception {
    return Json.MAPPER.readTree(done(arguments));
  }

  @Test
  void pingAndStatus() throws Exception {
    assertThat(done("ping")).isEqualTo("a broker answers at " + api.url() + "\n");
    assertThat(done("status"))
        .startsWith("Waypost 1.2.3, node waypost@here, up ")
        .contains(
            "\nmessages ",
            "\nmemory ",
            "\nlistening  amqp on 127.0.0.1 port 5672\n",
            "\nlistening  http on every address, port 15672\n");
    assertThat(json("status", "--json").path("product_name").asText()).isEqualTo("Waypost");
  }

  @Test
  void queues() throws Exception {
    assertThat(done("declare", "queue", "a b/c", "--argument", "x-max-length=7"))
        .isEqualTo("declared queue a b/c\n");
    done("declare", "queue", "brief", "--transient", "--auto-delete");

    assertThat(done("list", "queues", "name", "arguments", "--filter", "B/C"))
        .isEqualTo("NAME   ARGUMENTS\na b/c  {\"x-max-length\":7}\n");
    JsonNode brief = json("list", "queues", "--filter", "brief", "--json").path(0);
    assertThat(brief.path("durable").asBoolean(true)).isFalse();
    assertThat(brief.path("auto_delete").asBoolean()).isTrue();
    assertThat(refused("declare", "queue", "brief"))
        .startsWith("waypost: inequivalent arg 'durable'");

    assertThat(done("purge", "queue", "a b/c")).isEqualTo("purged queue a b/c\n");
    assertThat(done("delete", "queue", "a b/c", "--if-unused", "--if-empty"))
        .isEqualTo("deleted queue a b/c\n");
    assertThat(refused("delete", "queue", "a b/c"))
        .isEqualTo("waypost: no queue 'a b/c' in vhost '/'\n");
  }

  @Test
  void exchangesAndBindings() throws Exception {
    done(
        "declare",
        "exchange",
        "letters",
        "--type",
        "topic",
        "--internal",
        "--argument",
        "alternate-exchange=amq.fanout");
    done("declare", "queue", "letterbox");
    done("declare", "binding", "--source", "letters", "--destination", "letterbox", "--key", "a.#");
    done(
        "declare",
        "binding",
        "--source",
        "amq.headers",
        "--destination",
        "letterbox",
        "--argument",
        "x-match=all",
        "--argument",
        "n=5");
    done(
        "declare",
        "binding",
        "--source",
        "letters",
        "--destination",
        "amq.fanout",
        "--to-exchange");

    JsonNode exchange =
        json("list", "exchanges", "--json", "--filter", "letters").path(0);
    assertThat(exchange.path("internal").asBoolean()).isTrue();
    assertThat(exchange.path("arguments").path("alternate-exchange").asText())
        .isEqualTo("amq.fanout");
    assertThat(
            done("list", "bindings", "source", "destination", "routing_key", "--filter", "letters"))
        .isEqualTo("""
            SOURCE   DESTINATION  ROUTING_KEY
            letters  amq.fanout
            letters  letterbox    a.#
            """);
    assertThat(done("list", "bindings", "--filter", "x-match"))
        .contains("\"n\":5", "\"x-match\":\"all\"");

    assertThat(refused(
            "delete", "binding", "--source", "letters", "--destination", "letterbox", "--key", "b"))
        .contains("no binding letters -> letterbox (b)");
    done("delete", "binding", "--source", "letters", "--destination", "letterbox", "--key", "a.#");
    done(
        "delete", "binding", "--source", "letters", "--destination", "amq.fanout", "--to-exchange");
    done("delete", "exchange", "letters", "--if-unused");
    assertThat(done("list", "exchanges", "--filter", "letters").lines()).hasSize(1);
  }

  @Test
  void messages() throws Exception {
    done("declare", "queue", "post");
    assertThat(done(
            "publish",
            "--key",
            "post",
            "--persistent",
            "--property",
            "content_type=text/plain",
            "--property",
            "priority=4",
            "--header",
            "n=5",
            "--header",
            "s=x",
            "hello world"))
        .isEqualTo("published\n");

    JsonNode message = json("get", "post", "--json").path(0);
    assertThat(message.path("payload").asText()).isEqualTo("hello world");
    assertThat(message.path("properties").path("delivery_mode").asInt()).isEqualTo(2);
    assertThat(message.path("properties").path("priority").asInt()).isEqualTo(4);
    assertThat(message.path("properties").path("headers").toString())
        .isEqualTo("{\"n\":5,\"s\":\"x\"}");

    assertThat(done("get", "post", "--then", "requeue")).contains(" false ");
    assertThat(done("get", "post", "--then", "remove")).isEqualTo("""
            EXCHANGE  ROUTING_KEY  REDELIVERED  PAYLOAD_BYTES  PAYLOAD
                      post         true                    11  hello world
            """);
    assertThat(json("get", "post", "--count", "5", "--then", "reject", "--json"))
        .isEmpty();
  }

  @Test
  void aBodyFromStandardInputArrivesByteByByte() throws Exception {
    done("declare", "queue", "piped");

    CommandLineRun run = CommandLineRun.with(
        Map.of("WAYPOST_URL", api.url()), "lines\nüber\n", "publish", "--key", "piped");

    assertThat(run.exitCode()).isZero();
    assertThat(json("get", "piped", "--json").path(0).path("payload").asText())
        .isEqualTo("lines\nüber\n");
  }

  @Test
  void publishingToNobodyFails() {
    assertThat(refused("publish", "--key", "nobody", "x")).contains("no queue takes messages");
    assertThat(refused("publish", "--exchange", "none", "x")).contains("no exchange 'none'");
    assertThat(refused("publish", "--property", "priority=high", "x")).contains("wrong type");
  }

  @Test
  void usersAndPermissions() throws Exception {
    done("declare", "vhost", "cli-host", "--description", "of a test");
    assertThat(
            done("declare", "user", "cli-user", "--new-password", "pw 1", "--tags", "management"))
        .isEqualTo("declared user cli-user\n");
    done(
        "declare",
        "permissions",
        "cli-user",
        "--vhost",
        "cli-host",
        "--configure",
        "^mine",
        "--write",
        "",
        "--read",
        ".*");
    done(
        "declare",
        "topic-permissions",
        "cli-user",
        "--vhost",
        "cli-host",
        "--exchange",
        "amq.topic",
        "--write",
        "^w");

    assertThat(done("list", "users", "--filter", "cli-user"))
        .isEqualTo("NAME      TAGS\ncli-user  management\n");
    assertThat(done("list", "permissions", "--vhost", "cli-host"))
        .contains("cli-user  cli-host  ^mine             .*");
    assertThat(done("list", "topic-permissions", "--vhost", "cli-host"))
        .contains("amq.topic  ^w     .*");
    assertThat(done("list", "vhosts", "--filter", "cli-host")).contains("of a test");
    assertThat(done("list", "queues", "-u", "cli-user", "-p", "pw 1", "-v", "cli-host"))
        .startsWith("VHOST");

    done("declare", "user", "cli-user", "--new-password", "pw 2");
    assertThat(refused("list", "queues", "-u", "cli-user", "-p", "pw 1"))
        .isEqualTo("waypost: Login failed\n");
    assertThat(refused("list", "queues", "-u", "cli-user", "-p", "pw 2")).contains("management");

    done("delete", "topic-permissions", "cli-user", "--vhost", "cli-host");
    done("delete", "permissions", "cli-user", "--vhost", "cli-host");
    done("delete", "user", "cli-user");
    done("delete", "vhost", "cli-host");
    assertThat(refused("delete", "user", "cli-user")).contains("no user 'cli-user'");
  }

  @Test
  void policies() throws Exception {
    done(
        "declare",
        "policy",
        "short",
        "--pattern",
        "^short",
        "--apply-to",
        "queues",
        "--definition",
        "{\"max-length\": 3}",
        "--priority",
        "2");
    done(
        "declare",
        "policy",
        "cap",
        "--operator",
        "--pattern",
        "^short",
        "--apply-to",
        "queues",
        "--definition",
        "{\"max-length\": 2}");

    assertThat(done("list", "policies", "name", "definition", "priority"))
        .isEqualTo("NAME   DEFINITION        PRIORITY\nshort  {\"max-length\":3}         2\n");
    assertThat(done("list", "operator-policies", "name")).isEqualTo("NAME\ncap\n");
    assertThat(refused("declare", "policy", "x", "--pattern", "x", "--definition", "max"))
        .contains("not a JSON object");

    done("delete", "policy", "short");
    done("delete", "policy", "cap", "--operator");
    assertThat(json("list", "policies", "--json")).isEmpty();
  }

  @Test
  void connectionsChannelsAndConsumers() {
    assertThat(done("list", "connections")).startsWith("NAME");
    assertThat(done("list", "channels")).startsWith("NAME");
    assertThat(done("list", "consumers")).startsWith("QUEUE.VHOST  QUEUE.NAME");
    assertThat(refused("close", "connection", "none")).isEqualTo("waypost: no connection 'none'\n");
  }

  @Test
  void listsAreSortedByAnyColumn() {
    done("declare", "queue", "sort-1", "--argument", "x-max-length=3");
    done("declare", "queue", "sort-2", "--argument", "x-max-length=1");

    assertThat(
            done("list", "queues", "name", "--filter", "sort-", "--sort", "arguments.x-max-length"))
        .isEqualTo("NAME\nsort-2\nsort-1\n");
    assertThat(done("list", "queues", "name", "--filter", "sort-", "--sort", "name", "--reverse"))
        .isEqualTo("NAME\nsort-2\nsort-1\n");
  }

  @Test
  void tablesAreCutToTheScreenAndToNothingElse() {
    done("declare", "queue", "a-rather-long-name-of-a-queue");
    String[] list = {"list", "queues", "name", "vhost", "--filter", "a-rather"};

    CommandLineRun narrow =
        CommandLineRun.with(Map.of("WAYPOST_URL", api.url(), "WAYPOST_COLUMNS", "10"), "", list);

    assertThat(narrow.out()).isEqualTo("NAME     …\na-rather-…\n");
    assertThat(done(list)).contains("a-rather-long-name-of-a-queue  /\n");
  }
}

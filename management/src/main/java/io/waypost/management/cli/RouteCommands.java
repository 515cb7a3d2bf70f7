package io.waypost.management.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.api.Json;
import io.waypost.management.api.RouteTestReply;
import io.waypost.management.api.RouteTestRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to rules that have messages go elsewhere. */
final class RouteCommands {
  private static final String ROUTES = "/api/routes";

  private RouteCommands() {}

  /** {@code waypost routes declare}, {@code waypost declare route}. */
  @Command(name = "route", description = "Has messages that match go elsewhere, at once")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
        names = "--protocol",
        paramLabel = "NAME",
        description = "Match: amqp, mqtt, stomp ...; repeatable")
    private List<String> protocols = new ArrayList<>();

    @Option(
        names = "--topic",
        paramLabel = "FILTER",
        description = "Match: a topic filter with names, 'sensors/{site}/+/temp', '{rest#}'")
    private @Nullable String topic;

    @Option(names = "--exchange", paramLabel = "NAME", description = "Match: the exchange")
    private @Nullable String exchange;

    @Option(
        names = "--key",
        paramLabel = "PATTERN",
        description = "Match: words of the routing key, 'orders.{region}.*.#'")
    private @Nullable String key;

    @Option(
        names = "--client",
        paramLabel = "PATTERN",
        description = "Match: client ids, * for any characters; repeatable")
    private List<String> clients = new ArrayList<>();

    @Option(
        names = "--publisher",
        paramLabel = "PATTERN",
        description = "Match: users that publish, * for any characters; repeatable")
    private List<String> publishers = new ArrayList<>();

    @Option(
        names = "--to-exchange",
        paramLabel = "NAME",
        description = "To that exchange; default: where it was published, or that of topics")
    private @Nullable String toExchange;

    @Option(
        names = "--to-key",
        paramLabel = "KEY",
        description = "With that routing key, 'temp.{site}'; default: as it is")
    private @Nullable String toKey;

    @Option(names = "--to-topic", paramLabel = "TOPIC", description = "To that topic")
    private @Nullable String toTopic;

    @Option(names = "--copy", description = "Messages go to their own address, too")
    private boolean copy;

    @Option(
        names = "--header",
        paramLabel = "NAME=VALUE",
        description = "Adds a header, 'site={site}'; repeatable")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(
        names = "--persistent",
        arity = "1",
        paramLabel = "true|false",
        description = "Whether messages survive a restart; default: as published")
    private @Nullable Boolean persistent;

    @Option(names = "--expiry", paramLabel = "TIME", description = "They expire after 10m, 2h ...")
    private @Nullable String expiry;

    Declare(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      if (name.equals("test")) {
        throw CliFailure.refused("\"test\" is no name for a route: tests have its path");
      }
      Map<String, @Nullable Object> match = new LinkedHashMap<>();
      put(match, "protocol", protocols);
      put(match, "topic", topic);
      put(match, "exchange", exchange);
      put(match, "key", key);
      put(match, "client", clients);
      put(match, "user", publishers);
      Map<String, @Nullable Object> to = new LinkedHashMap<>();
      put(to, "exchange", toExchange);
      put(to, "key", toKey);
      put(to, "topic", toTopic);
      Map<String, @Nullable Object> rule = new LinkedHashMap<>();
      rule.put("match", match);
      rule.put("to", to);
      put(rule, "copy", copy ? Boolean.TRUE : null);
      put(rule, "headers", headers.isEmpty() ? null : headers);
      put(rule, "persistent", persistent);
      put(rule, "expiry", expiry);
      target.client().put(ApiClient.path(ROUTES, target.vhost(), name), rule);
      terminal.println("declared route " + name);
    }

    private static void put(
        Map<String, @Nullable Object> object, String name, @Nullable Object value) {
      if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
        object.put(name, value);
      }
    }
  }

  /** {@code waypost routes delete}, {@code waypost delete route}. */
  @Command(name = "route", description = "Deletes a route")
  static final class Delete implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    Delete(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target.client().delete(ApiClient.path(ROUTES, target.vhost(), name));
      terminal.println("deleted route " + name);
    }
  }

  /** {@code waypost routes list}. */
  @Command(name = "list", description = "Lists the routes in the order in which they apply")
  static final class Show implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Option(names = "--json", description = "JSON for scripts")
    private boolean json;

    Show(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      JsonNode answer = target.client().get(Listing.ROUTES.path(target.chosenVhost()));
      if (json) {
        terminal.println(answer.toString());
        return;
      }
      List<JsonNode> rows = new ArrayList<>();
      answer.forEach(rows::add);
      new Table(Listing.ROUTES.columns(), rows).lines(terminal.width()).forEach(terminal::println);
    }
  }

  /** {@code waypost routes test}. */
  @Command(
      name = "test",
      description = "Tells where a message would go, and why; nothing is published")
  static final class Test implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(
        arity = "0..1",
        paramLabel = "TOPIC",
        description = "The topic; without it, give --key and --exchange")
    private @Nullable String topic;

    @Option(
        names = "--protocol",
        paramLabel = "NAME",
        description = "The publisher's; default: mqtt with a topic, else amqp")
    private @Nullable String protocol;

    @Option(names = "--client", paramLabel = "ID", description = "The publisher's client id")
    private @Nullable String client;

    @Option(
        names = "--publisher",
        paramLabel = "USER",
        description = "The publisher's user; default: you")
    private @Nullable String publisher;

    @Option(
        names = "--exchange",
        paramLabel = "NAME",
        description = "Default: the one of topics, or with --key the default exchange")
    private @Nullable String exchange;

    @Option(names = "--key", paramLabel = "KEY", description = "The routing key")
    private @Nullable String key;

    @Option(names = "--json", description = "JSON for scripts")
    private boolean json;

    Test(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      JsonNode answer = target
          .client()
          .post(
              ApiClient.path(ROUTES, target.vhost(), "test"),
              new RouteTestRequest(protocol, client, publisher, topic, exchange, key),
              JsonNode.class);
      if (json) {
        terminal.println(answer.toString());
      } else {
        new RouteReport(Json.MAPPER.convertValue(answer, RouteTestReply.class))
            .lines()
            .forEach(terminal::println);
      }
    }
  }
}

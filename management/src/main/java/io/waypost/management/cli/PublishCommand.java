package io.waypost.management.cli;

import io.waypost.management.api.Json;
import io.waypost.management.api.MessageProperties;
import io.waypost.management.api.PublishReply;
import io.waypost.management.api.PublishRequest;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waypost publish}. */
@Command(name = "publish", description = "Publishes one message; fails when no queue takes it")
final class PublishCommand implements Runnable {
  private final Terminal terminal;
  private final Target target;

  @Parameters(
      arity = "0..1",
      paramLabel = "PAYLOAD",
      description = "The body as text; without it, standard input is read")
  private @Nullable String payload;

  @Option(
      names = "--exchange",
      paramLabel = "NAME",
      defaultValue = "amq.default",
      description = "Default: the default exchange, where the key is a queue's name")
  private String exchange = "";

  @Option(names = "--key", paramLabel = "KEY", defaultValue = "", description = "The routing key")
  private String key = "";

  @Option(names = "--persistent", description = "It survives a restart in a durable queue")
  private boolean persistent;

  @Option(
      names = "--property",
      paramLabel = "NAME=VALUE",
      description = "content_type, correlation_id, reply_to, expiration, priority ...; repeatable")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Option(names = "--header", paramLabel = "NAME=VALUE", description = "A header; repeatable")
  private Map<String, String> headers = new LinkedHashMap<>();

  PublishCommand(Terminal terminal, Target target) {
    this.terminal = terminal;
    this.target = target;
  }

  @Override
  public void run() {
    PublishRequest request = payload == null
        ? new PublishRequest(properties(), key, standardInput(), "base64")
        : new PublishRequest(properties(), key, payload, "string");
    PublishReply reply = target
        .client()
        .post(
            ApiClient.path("/api/exchanges", target.vhost(), exchange) + "/publish",
            request,
            PublishReply.class);
    if (!reply.routed()) {
      throw CliFailure.refused("no queue takes messages with that key from that exchange");
    }
    terminal.println("published");
  }

  private MessageProperties properties() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(properties);
    if (persistent) {
      fields.put("delivery_mode", 2);
    }
    if (!headers.isEmpty()) {
      fields.put("headers", Values.typed(headers));
    }
    try {
      return Json.MAPPER.convertValue(fields, MessageProperties.class);
    } catch (IllegalArgumentException e) {
      throw CliFailure.refused("a property has a value of the wrong type");
    }
  }

  private String standardInput() {
    try {
      return Base64.getEncoder().encodeToString(terminal.in().readAllBytes());
    } catch (IOException e) {
      throw CliFailure.refused("cannot read standard input: " + e.getMessage());
    }
  }
}

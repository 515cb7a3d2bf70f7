package io.waypost.management.cli;

import io.waypost.management.api.PermissionRequest;
import io.waypost.management.api.TopicPermissionRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to permissions. */
final class PermissionCommands {
  private static final String EVERYTHING = ".*";

  private PermissionCommands() {}

  /** {@code waypost declare permissions}. */
  @Command(
      name = "permissions",
      description = "Sets what a user may do in a virtual host: regular expressions over names")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "USER")
    private String user = "";

    @Option(
        names = "--configure",
        paramLabel = "REGEX",
        defaultValue = EVERYTHING,
        description = "What it may declare and delete; default: everything")
    private String configure = "";

    @Option(
        names = "--write",
        paramLabel = "REGEX",
        defaultValue = EVERYTHING,
        description = "What it may publish to; default: everything")
    private String write = "";

    @Option(
        names = "--read",
        paramLabel = "REGEX",
        defaultValue = EVERYTHING,
        description = "What it may consume from; default: everything")
    private String read = "";

    Declare(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target
          .client()
          .put(
              ApiClient.path("/api/permissions", target.vhost(), user),
              new PermissionRequest(configure, write, read));
      terminal.println("declared permissions of " + user + " in " + target.vhost());
    }
  }

  /** {@code waypost delete permissions}. */
  @Command(
      name = "permissions",
      description = "Takes all of a user's permissions in a virtual host")
  static final class Delete implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "USER")
    private String user = "";

    Delete(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target.client().delete(ApiClient.path("/api/permissions", target.vhost(), user));
      terminal.println("deleted permissions of " + user + " in " + target.vhost());
    }
  }

  /** {@code waypost declare topic-permissions}. */
  @Command(
      name = "topic-permissions",
      description = "Sets which routing keys of a topic exchange a user may use")
  static final class DeclareTopic implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "USER")
    private String user = "";

    @Option(
        names = "--exchange",
        required = true,
        paramLabel = "NAME",
        description = "The topic exchange")
    private String exchange = "";

    @Option(
        names = "--write",
        paramLabel = "REGEX",
        defaultValue = EVERYTHING,
        description = "Keys to publish with; default: all")
    private String write = "";

    @Option(
        names = "--read",
        paramLabel = "REGEX",
        defaultValue = EVERYTHING,
        description = "Keys to bind with; default: all")
    private String read = "";

    DeclareTopic(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target
          .client()
          .put(
              ApiClient.path("/api/topic-permissions", target.vhost(), user),
              new TopicPermissionRequest(exchange, write, read));
      terminal.println("declared topic permissions of " + user + " in " + target.vhost());
    }
  }

  /** {@code waypost delete topic-permissions}. */
  @Command(
      name = "topic-permissions",
      description = "Takes a user's topic permissions in a virtual host: it may use all keys again")
  static final class DeleteTopic implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "USER")
    private String user = "";

    @Option(names = "--exchange", paramLabel = "NAME", description = "Only those on that exchange")
    private @Nullable String exchange;

    DeleteTopic(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      String all = ApiClient.path("/api/topic-permissions", target.vhost(), user);
      target.client().delete(exchange == null ? all : ApiClient.path(all, exchange));
      terminal.println("deleted topic permissions of " + user + " in " + target.vhost());
    }
  }
}

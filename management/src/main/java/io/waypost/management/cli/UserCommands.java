package io.waypost.management.cli;

import com.fasterxml.jackson.databind.node.TextNode;
import io.waypost.management.api.UserRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to users. */
final class UserCommands {
  private UserCommands() {}

  /** {@code waypost declare user}. */
  @Command(
      name = "user",
      description = "Creates a user, or changes one: its tags, and its password if one is given")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--new-password", paramLabel = "PASSWORD", description = "The user's password")
    private char @Nullable [] password;

    @Option(
        names = "--ask-new-password",
        interactive = true,
        prompt = "The user's password: ",
        description = "Ask for the user's password")
    private char @Nullable [] asked;

    @Option(
        names = "--tags",
        paramLabel = "TAG,...",
        defaultValue = "",
        description = "administrator, monitoring, policymaker, management, impersonator; or none")
    private String tags = "";

    Declare(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      char[] chosen = asked == null ? password : asked;
      target
          .client()
          .put(
              ApiClient.path("/api/users", name),
              new UserRequest(
                  chosen == null ? null : new String(chosen), null, TextNode.valueOf(tags)));
      terminal.println("declared user " + name);
    }
  }

  /** {@code waypost delete user}. */
  @Command(
      name = "user",
      description = "Deletes a user and its permissions, closes its connections")
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
      target.client().delete(ApiClient.path("/api/users", name));
      terminal.println("deleted user " + name);
    }
  }
}

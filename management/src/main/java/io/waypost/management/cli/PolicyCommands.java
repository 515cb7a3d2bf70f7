package io.waypost.management.cli;

import io.waypost.management.api.PolicyRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to policies. */
final class PolicyCommands {
  private PolicyCommands() {}

  /** Which policy. */
  private static final class Name {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--operator", description = "An operator policy, which limits what users set")
    private boolean operator;

    String path(Target target) {
      return ApiClient.path(
          operator ? "/api/operator-policies" : "/api/policies", target.vhost(), name);
    }

    @Override
    public String toString() {
      return (operator ? "operator policy " : "policy ") + name;
    }
  }

  /** {@code waypost declare policy}. */
  @Command(
      name = "policy",
      description = "Sets features of all queues or exchanges whose names match, at once")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Mixin
    private Name policy = new Name();

    @Option(
        names = "--pattern",
        required = true,
        paramLabel = "REGEX",
        description = "The names that it applies to")
    private String pattern = "";

    @Option(
        names = "--definition",
        required = true,
        paramLabel = "JSON",
        description = "What it sets, such as '{\"max-length\": 1000}'")
    private String definition = "";

    @Option(
        names = "--apply-to",
        paramLabel = "KIND",
        defaultValue = "all",
        description = "queues, exchanges or all (default)")
    private String applyTo = "";

    @Option(
        names = "--priority",
        paramLabel = "N",
        defaultValue = "0",
        description = "Of several that match, the highest applies")
    private int priority;

    Declare(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target
          .client()
          .put(
              policy.path(target),
              new PolicyRequest(pattern, applyTo, Values.object(definition), priority));
      terminal.println("declared " + policy);
    }
  }

  /** {@code waypost delete policy}. */
  @Command(name = "policy", description = "Deletes a policy")
  static final class Delete implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Mixin
    private Name policy = new Name();

    Delete(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target.client().delete(policy.path(target));
      terminal.println("deleted " + policy);
    }
  }
}

package io.waypost.management.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;

/**
 * The command line: {@code waypost VERB NOUN}. Exit codes: 0 done, 1 refused (one line on standard error says why), 2
 * used wrongly, 3 no broker answers.
 */
public final class WaypostCli {
  private WaypostCli() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command on the process's own streams and returns its exit code. */
  public static int run(String... arguments) {
    // A request that may have been carried out must not be sent a second time behind our back.
    System.setProperty("sun.net.http.retryPost", "false");
    Terminal terminal = new Terminal(
        System.in,
        new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)),
        new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8)),
        System.getenv());
    return run(terminal, arguments);
  }

  static int run(Terminal terminal, String... arguments) {
    Target target = new Target(new Settings(terminal.environment()));
    CommandLine commands = commands(terminal, target);
    commands.setOut(terminal.out());
    commands.setErr(terminal.err());
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setExecutionExceptionHandler(WaypostCli::report);
    int exitCode = commands.execute(arguments);
    terminal.out().flush();
    terminal.err().flush();
    return exitCode;
  }

  private static CommandLine commands(Terminal terminal, Target target) {
    CommandSpec waypost = CommandSpec.create()
        .name("waypost")
        .scopeType(ScopeType.INHERIT)
        .mixinStandardHelpOptions(true)
        .versionProvider(WaypostCli::version)
        .addMixin("target", CommandSpec.forAnnotatedObject(target));
    CommandLine commands = new CommandLine(waypost)
        .addSubcommand(new StatusCommand(terminal, target))
        .addSubcommand(new PingCommand(terminal, target))
        .addSubcommand(new ListCommand(terminal, target))
        .addSubcommand(new StoreCommands.Show(terminal, target))
        .addSubcommand(new StoreCommands.Backup(terminal, target))
        .addSubcommand(verb(
            "declare",
            "Creates or changes something",
            new QueueCommands.Declare(terminal, target),
            new ExchangeCommands.Declare(terminal, target),
            new BindingCommands.Declare(terminal, target),
            new VirtualHostCommands.Declare(terminal, target),
            new UserCommands.Declare(terminal, target),
            new PermissionCommands.Declare(terminal, target),
            new PermissionCommands.DeclareTopic(terminal, target),
            new PolicyCommands.Declare(terminal, target),
            new RouteCommands.Declare(terminal, target)))
        .addSubcommand(verb(
            "delete",
            "Deletes something",
            new QueueCommands.Delete(terminal, target),
            new ExchangeCommands.Delete(terminal, target),
            new BindingCommands.Delete(terminal, target),
            new VirtualHostCommands.Delete(terminal, target),
            new UserCommands.Delete(terminal, target),
            new PermissionCommands.Delete(terminal, target),
            new PermissionCommands.DeleteTopic(terminal, target),
            new PolicyCommands.Delete(terminal, target),
            new RouteCommands.Delete(terminal, target)))
        .addSubcommand(
            verb("purge", "Empties something", new QueueCommands.Purge(terminal, target)))
        .addSubcommand(routes(terminal, target))
        .addSubcommand(new PublishCommand(terminal, target))
        .addSubcommand(new GetCommand(terminal, target))
        .addSubcommand(
            verb("close", "Closes something", new ConnectionCommands.Close(terminal, target)));
    // Last, since commands inherit what stands here when they are added.
    waypost
        .usageMessage()
        .description("Talks to a Waypost broker over its HTTP API.")
        .footer("", "The broker itself is run by: waypost start, waypost stop");
    return commands;
  }

  private static CommandLine routes(Terminal terminal, Target target) {
    return verb(
            "routes",
            "Has messages go elsewhere than where they are published",
            new RouteCommands.Show(terminal, target),
            new RouteCommands.Test(terminal, target))
        .addSubcommand("declare", new RouteCommands.Declare(terminal, target))
        .addSubcommand("delete", new RouteCommands.Delete(terminal, target));
  }

  private static CommandLine verb(String name, String description, Object... nouns) {
    CommandSpec spec = CommandSpec.create().name(name);
    spec.usageMessage().description(description).synopsisSubcommandLabel("WHAT");
    CommandLine verb = new CommandLine(spec);
    for (Object noun : nouns) {
      verb.addSubcommand(noun);
    }
    return verb;
  }

  private static int report(Exception failure, CommandLine command, CommandLine.ParseResult unused)
      throws Exception {
    if (failure instanceof CliFailure known) {
      command.getErr().println("waypost: " + known.line());
      return known.exitCode();
    }
    throw failure;
  }

  /** The version that the build wrote into the jar. */
  private static String[] version() {
    String version = WaypostCli.class.getPackage().getImplementationVersion();
    return new String[] {"waypost " + (version == null ? "(not packaged)" : version)};
  }
}

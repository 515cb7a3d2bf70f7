package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.management.cli.WaypostCli;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** The program behind the {@code waypost} script. */
public final class Main {
  /** What stopping takes beyond the grace for clients, before it is given up. */
  static final Duration MARGIN = Duration.ofSeconds(10);

  private static final String STATUS = "status";
  private static final Set<String> OWN_COMMANDS = Set.of("start", "stop", STATUS, "prepare");

  private Main() {}

  /**
   * Runs a command and ends the process with an {@link ExitCode}.
   *
   * @param words the command and what stands behind it
   */
  public static void main(String[] words) {
    Logging.reserve();
    int exitCode;
    try {
      exitCode = run(Arrays.asList(words));
    } catch (StartException e) {
      e.lines().forEach(line -> System.err.println("waypost: " + line));
      exitCode = e.exitCode().number();
    } catch (InterruptedException | IOException | RuntimeException e) {
      System.err.println("waypost: " + e);
      LoggerFactory.getLogger(Main.class).error("Failed", e);
      exitCode = ExitCode.INTERNAL.number();
    }
    System.exit(exitCode);
  }

  private static int run(List<String> words)
      throws StartException, IOException, InterruptedException {
    if (words.isEmpty() || words.get(0).equals("help")) {
      return WaypostCli.run("--help");
    }
    Home home = Home.current();
    String command = words.get(0);
    if (!OWN_COMMANDS.contains(command) || isForTheApi(words)) {
      return ApiCommands.run(home, words, System.getenv());
    }
    if (words.contains("--help")) {
      System.out.println("waypost " + command + " takes " + Arguments.allowed(command));
      return ExitCode.OK.number();
    }
    Arguments arguments = Arguments.parse(command, words.subList(1, words.size()));
    Settings settings = new Settings(Adapters.load(home.lib()));
    Config config = settings.read(home, arguments, System.getenv());
    if (arguments.printConfig()) {
      System.out.print(config.print());
      return ExitCode.OK.number();
    }
    Path data = config.path(BrokerKeys.DATA_DIR);
    return switch (command) {
      case "start" -> start(home, arguments, settings, config);
      case "stop" ->
        new RunningProcess(data, System.out)
            .stop(config.get(BrokerKeys.GRACE).plus(MARGIN))
            .number();
      case STATUS -> status(data);
      case "prepare" -> Preparation.run(home, settings).number();
      default -> throw new IllegalStateException(command);
    };
  }

  /** Whether it is the status that the API tells, asked for with its own options: {@code status --json}. */
  private static boolean isForTheApi(List<String> words) {
    return words.get(0).equals(STATUS)
        && words.stream().anyMatch(word -> word.startsWith("-") && !Arguments.knows(word));
  }

  /** What the data folder tells of the process, and below it what the process tells of itself. */
  private static int status(Path data) {
    RunningProcess process = new RunningProcess(data, System.out);
    ExitCode exitCode = process.status();
    process.api().ifPresent(url -> WaypostCli.run(STATUS, "--url", url));
    return exitCode.number();
  }

  private static int start(Home home, Arguments arguments, Settings settings, Config config)
      throws StartException, IOException, InterruptedException {
    LogSettings log = LogSettings.from(config);
    if (arguments.detach()) {
      DataFolder.make("log", log.folder());
      return Background.start(home, arguments, log.consoleFile()).awaitReady();
    }
    Foreground foreground = Foreground.start(settings, config, log);
    Announcement.lines(home, arguments, foreground, log).forEach(System.out::println);
    System.out.flush();
    foreground.runUntilSignal();
    return ExitCode.OK.number();
  }
}

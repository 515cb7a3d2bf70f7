package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program behind the {@code waypost} script. */
public final class Main {
  /** What stopping takes beyond the grace for clients, before it is given up. */
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final Home home;
  private final Arguments arguments;
  private final Settings settings;
  private final Config config;

  private Main(Home home, Arguments arguments, Settings settings, Config config) {
    this.home = home;
    this.arguments = arguments;
    this.settings = settings;
    this.config = config;
  }

  /**
   * Runs a command: {@code start}, {@code stop} or {@code status}.
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
    if (words.isEmpty()) {
      throw new StartException(ExitCode.USAGE, "a command is needed: start, stop or status");
    }
    String command = words.get(0);
    Arguments arguments = Arguments.parse(command, words.subList(1, words.size()));
    Home home = Home.current();
    Settings settings = new Settings(Adapters.load(home.lib()));
    Config config = settings.read(home, arguments, System.getenv());
    Main main = new Main(home, arguments, settings, config);
    if (arguments.printConfig()) {
      System.out.print(config.print());
      return ExitCode.OK.number();
    }
    Path data = config.path(BrokerKeys.DATA_DIR);
    return switch (command) {
      case "start" -> arguments.detach() ? main.startBackground() : main.startHere(data);
      case "stop" ->
        new RunningProcess(data, System.out)
            .stop(config.get(BrokerKeys.GRACE).plus(MARGIN))
            .number();
      case "status" -> new RunningProcess(data, System.out).status().number();
      default ->
        throw new StartException(
            ExitCode.USAGE,
            "there is no command " + command + "; there are start, stop and status");
    };
  }

  private int startBackground() throws StartException, IOException, InterruptedException {
    LogSettings log = LogSettings.from(config);
    DataFolder.make("log", log.folder());
    return Background.start(arguments, log.consoleFile()).awaitReady();
  }

  private int startHere(Path data) throws StartException, IOException, InterruptedException {
    LogSettings log = LogSettings.from(config);
    try (DataFolder folder = DataFolder.take(data)) {
      DataFolder.make("log", log.folder());
      Logging.begin(log);
      Logger logger = LoggerFactory.getLogger(Main.class);
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, failure) -> logger.error("Thread {} failed", thread.getName(), failure));
      config.remarks().forEach(logger::warn);
      Waypost waypost = Waypost.start(settings, config);
      folder.note(waypost.listening());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(waypost, folder), "waypost-stop"));
      List<String> lines = Announcement.lines(home, arguments, waypost, data, log);
      logger.info("{}", String.join(";", lines).replaceAll(" +", " "));
      lines.forEach(System.out::println);
      System.out.flush();
      new CountDownLatch(1).await();
      return ExitCode.OK.number();
    }
  }

  /**
   * Runs when the process is told to end. Ends it with success, which the virtual machine would not do after a signal,
   * and ends it in any case.
   */
  private void stop(Waypost waypost, DataFolder folder) {
    Thread watchdog = new Thread(
        () -> {
          try {
            Thread.sleep(config.get(BrokerKeys.GRACE).plus(MARGIN.dividedBy(2)).toMillis());
          } catch (InterruptedException e) {
            return;
          }
          Runtime.getRuntime().halt(ExitCode.NOT_STOPPED.number());
        },
        "waypost-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
    try {
      waypost.close();
      folder.close();
    } catch (IOException | RuntimeException e) {
      LoggerFactory.getLogger(Main.class).error("Failed while stopping", e);
    }
    Logging.end();
    Runtime.getRuntime().halt(ExitCode.OK.number());
  }
}

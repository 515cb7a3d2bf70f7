package io.waypost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged broker as its users run it: a process of its own, ready for connections on ports that were free. */
public final class WaypostProcess implements AutoCloseable {
  private static final Pattern LISTENER = Pattern.compile(" +([\\w-]+) +\\S+:(\\d+)");

  private final Program program;
  private final Map<String, Integer> ports = new HashMap<>();

  private WaypostProcess(Program program) {
    this.program = program;
    program.awaitLines(
        "the line that says ready",
        lines -> lines.stream().anyMatch(line -> line.startsWith("ready")));
    for (String line : program.lines()) {
      Matcher listener = LISTENER.matcher(line);
      if (listener.matches()) {
        ports.put(listener.group(1), Integer.valueOf(listener.group(2)));
      }
    }
  }

  /**
   * Starts a broker and waits until it is ready.
   *
   * @param folder where it keeps its data and its log
   * @param settings {@code key=value} each
   */
  public static WaypostProcess start(Path folder, String... settings) {
    return started(launch(folder, Map.of(), settings));
  }

  /**
   * Starts a broker that need not become ready.
   *
   * @param folder where it keeps its data and its log
   * @param environment more variables, which win over {@link #environment(Path)}
   * @param settings {@code key=value} each
   */
  public static Program launch(Path folder, Map<String, String> environment, String... settings) {
    List<String> command = new ArrayList<>(List.of(script().toString(), "start"));
    Arrays.stream(settings).forEach(setting -> command.addAll(List.of("--set", setting)));
    Map<String, String> all = new HashMap<>(environment(folder));
    all.putAll(environment);
    return Program.start(folder, all, command);
  }

  /** Waits until a broker that was started by other means, with {@link #environment}, is ready. */
  public static WaypostProcess started(Program program) {
    try {
      return new WaypostProcess(program);
    } catch (AssertionError e) {
      program.close();
      throw e;
    }
  }

  /**
   * Makes a broker take ports that are free and keep everything in one folder. It compiles for a short life, since a build
   * starts hundreds of them.
   */
  public static Map<String, String> environment(Path folder) {
    return Map.of(
        "JAVA_OPTS", "-XX:TieredStopAtLevel=1",
        "WAYPOST_DATA_DIR", folder.resolve("data").toString(),
        "WAYPOST_LOG_DIR", folder.resolve("log").toString(),
        "WAYPOST_LISTENERS_AMQP_PORT", "0",
        "WAYPOST_LISTENERS_MQTT_PORT", "0",
        "WAYPOST_LISTENERS_STOMP_PORT", "0",
        "WAYPOST_LISTENERS_HTTP_PORT", "0",
        "WAYPOST_HEAP", "256m");
  }

  /** The script of the packaged broker. */
  public static Path script() {
    Path script =
        Path.of(System.getProperty("waypost.packaged"), "bin", "waypost").normalize();
    assertThat(script).as("the broker's package, which mvn package makes").isExecutable();
    return script;
  }

  /** The folder of the project's sources. */
  public static Path sources() {
    Path root = Path.of(System.getProperty("waypost.sources")).toAbsolutePath().normalize();
    assertThat(Files.exists(root.resolve("README.md"))).isTrue();
    return root;
  }

  /** The port that one of its listeners took. */
  public int port(String listener) {
    int port = ports.getOrDefault(listener, 0);
    assertThat(port).as("port of %s%n%s", listener, program.output()).isPositive();
    return port;
  }

  /** What the broker printed. */
  public Program program() {
    return program;
  }

  /** Ends the broker as a power cut would, but for what the operating system has not written yet. */
  public void kill() {
    program.kill();
  }

  /** Ends the broker as an operator would, and checks that it ends well. */
  @Override
  public void close() {
    program.close();
    assertThat(program.awaitExit()).as(program.output()).isZero();
  }
}

package io.waypost.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The packed broker, installed in a folder of its own.
 *
 * @param home the folder with bin/, lib/ and conf/
 */
record Installation(Path home) {
  private static final Path PACKED = Path.of("../distribution/target");

  /** Installs the broker that this build packed; its jars are linked where the disk can. */
  static Installation in(Path home) throws IOException {
    Path source = packed("waypost-*").resolve(packed("waypost-*").getFileName());
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path target = home.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (file.toString().endsWith(".jar")) {
          link(target, file);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return new Installation(home);
  }

  private static void link(Path target, Path file) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another disk, or one without links.
      Files.copy(file, target);
    }
  }

  /** Takes an adapter away. */
  void removeAdapter(String protocol) throws IOException {
    Path lib = home.resolve("lib");
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(lib, "waypost-protocol-" + protocol + "-*.jar")) {
      for (Path jar : jars) {
        Files.delete(jar);
      }
    }
  }

  /** The archive that this build packed. */
  static Path archive() throws IOException {
    return packed("waypost-*.tar.gz");
  }

  /** Runs the script to its end. */
  Finished run(String... words) throws Exception {
    return run(Map.of(), words);
  }

  /** Runs the script to its end, in an environment with these variables. */
  Finished run(Map<String, String> environment, String... words) throws Exception {
    try (RunningScript script = start(environment, words)) {
      return script.awaitEnd();
    }
  }

  /** Starts the broker with all its ports on loopback and chosen by the system, and waits until it is ready. */
  RunningScript startBroker(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("start"));
    for (String listener : List.of("amqp", "mqtt", "stomp", "http", "shared")) {
      all.addAll(List.of("--set", "listeners." + listener + ".port=0"));
      all.addAll(List.of("--set", "listeners." + listener + ".host=127.0.0.1"));
    }
    all.addAll(List.of(words));
    RunningScript script = start(Map.of(), all.toArray(String[]::new));
    script.awaitReady();
    return script;
  }

  /** Starts the script. */
  RunningScript start(Map<String, String> environment, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/waypost").toString());
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("WAYPOST_"));
    // The broker under test runs on the Java that the tests run on.
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    builder.environment().putAll(environment);
    return new RunningScript(builder.start());
  }

  private static Path packed(String glob) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(PACKED, glob)) {
      for (Path path : found) {
        if (glob.endsWith(".tar.gz") || Files.isDirectory(path)) {
          return path;
        }
      }
    }
    throw new IOException("nothing packed in " + PACKED);
  }
}

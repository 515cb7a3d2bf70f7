package io.waypost.systemtests.interop;

import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A client of another language, and how its tests run.
 *
 * @param name also that of the folder of its tests
 * @param files which files there are test programs
 * @param interpreters what may run them; the first that knows the client does
 * @param probe arguments with which an interpreter succeeds if it knows the client
 * @param options arguments that stand before a file's name
 * @param success what is printed when there were tests, none was skipped and all passed
 */
record Client(
    String name,
    String files,
    List<String> interpreters,
    List<String> probe,
    List<String> options,
    Pattern success) {
  static final List<Client> ALL = List.of(
      new Client(
          "pika",
          "test_*.py",
          List.of("python3", "/usr/bin/python3"),
          List.of("-c", "import pika"),
          List.of("-m", "unittest", "-v"),
          Pattern.compile("(?m)^Ran [1-9]\\d* tests? in .*\\n\\nOK$")),
      new Client(
          "amqplib",
          "*.test.js",
          List.of("node"),
          List.of("-e", "require.resolve('amqplib')"),
          List.of("--test-reporter=tap"),
          Pattern.compile("(?m)^# pass [1-9]\\d*\\n# fail 0\\n# cancelled 0\\n# skipped 0$")),
      new Client(
          "stomp.py",
          "test_*.py",
          List.of("python3", "/usr/bin/python3"),
          List.of("-c", "import stomp"),
          List.of("-m", "unittest", "-v"),
          Pattern.compile("(?m)^Ran [1-9]\\d* tests? in .*\\n\\nOK$")),
      new Client(
          "stompjs",
          "*.test.js",
          List.of("node"),
          List.of("-e", "require.resolve('@stomp/stompjs'); require.resolve('ws')"),
          List.of("--test-reporter=tap"),
          Pattern.compile("(?m)^# pass [1-9]\\d*\\n# fail 0\\n# cancelled 0\\n# skipped 0$")),
      new Client(
          "bunny",
          "test_*.rb",
          List.of("ruby", "/usr/bin/ruby"),
          List.of("-e", "require 'bunny'; require 'minitest'"),
          List.of(),
          Pattern.compile("(?m)^[1-9]\\d* runs, .* 0 failures, 0 errors, 0 skips$")),
      new Client(
          "amqp-tools",
          "test*.sh",
          List.of("sh"),
          List.of("-c", "command -v amqp-publish"),
          List.of(),
          Pattern.compile("(?m)^1\\.\\.[1-9]\\d*$")),
      new Client(
          "mosquitto",
          "test*.sh",
          List.of("sh"),
          List.of("-c", "command -v mosquitto_sub"),
          List.of(),
          Pattern.compile("(?m)^1\\.\\.[1-9]\\d*$")),
      new Client(
          "paho",
          "test_*.py",
          List.of("python3", "/usr/bin/python3"),
          List.of("-c", "import paho.mqtt.client"),
          List.of("-m", "unittest", "-v"),
          Pattern.compile("(?m)^Ran [1-9]\\d* tests? in .*\\n\\nOK$")),
      new Client(
          "mqttjs",
          "*.test.js",
          List.of("node"),
          List.of("-e", "require.resolve('mqtt')"),
          List.of("--test-reporter=tap"),
          Pattern.compile("(?m)^# pass [1-9]\\d*\\n# fail 0\\n# cancelled 0\\n# skipped 0$")));

  /** The test programs, by their names. */
  List<String> programs() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder(), files)) {
      found.forEach(file -> names.add(file.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    names.sort(null);
    return names;
  }

  /** The command that runs a test program in the client's folder; empty if the client is not installed. */
  Optional<List<String>> command(String program) {
    return interpreters.stream()
        .filter(this::knows)
        .findFirst()
        .map(interpreter -> words(interpreter, options, program));
  }

  Path folder() {
    return WaypostProcess.sources().resolve("system-tests").resolve("interop").resolve(name);
  }

  private boolean knows(String interpreter) {
    try (Program trial = Program.start(folder(), Map.of(), words(interpreter, probe))) {
      return trial.awaitExit() == 0;
    } catch (UncheckedIOException noSuchInterpreter) {
      return false;
    }
  }

  private static List<String> words(String first, List<String> then, String... last) {
    List<String> words = new ArrayList<>();
    words.add(first);
    words.addAll(then);
    words.addAll(List.of(last));
    return words;
  }

  @Override
  public String toString() {
    return name;
  }
}

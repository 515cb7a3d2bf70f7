package io.waypost.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The script, or the broker that took its place; killed when closed. */
final class RunningScript implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final BufferedReader out;
  private final CompletableFuture<String> err;
  private final List<String> lines = new ArrayList<>();

  RunningScript(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.err = CompletableFuture.supplyAsync(
        () -> text(process.getErrorStream()), task -> new Thread(task).start());
  }

  long pid() {
    return process.pid();
  }

  /** What it printed until it was ready. */
  List<String> lines() {
    return lines;
  }

  void awaitReady() throws IOException {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      if (line.startsWith("ready")) {
        return;
      }
    }
    throw new AssertionError("ended before it was ready: " + lines + err.join());
  }

  /** The port of a listener, as it was printed. */
  int port(String listener) {
    Pattern pattern = Pattern.compile("\\s*" + listener + "\\s+(\\S+):(\\d+)");
    for (String line : lines) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches()) {
        return Integer.parseInt(matcher.group(2));
      }
    }
    throw new AssertionError("no listener " + listener + " in " + lines);
  }

  Socket connect(String listener) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(listener));
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    return socket;
  }

  /** Sends a signal, such as {@code TERM}. */
  void signal(String name) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor())
        .isZero();
  }

  Finished awaitEnd() throws Exception {
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
    }
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Finished(
        process.exitValue(), String.join("\n", lines), err.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

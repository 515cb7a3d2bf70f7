package io.waypost.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.line.LineProtocol;
import io.waypost.transport.Protocol;
import io.waypost.transport.tls.TestCa;
import io.waypost.transport.tls.TestCa.Issued;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar in lib/ is all that it takes to add a protocol of which the broker has never heard. */
class DroppedAdapterIT {
  private final Installation installation;

  DroppedAdapterIT(@TempDir Path temp) throws IOException {
    installation = Installation.in(temp);
  }

  @BeforeEach
  void dropIn() throws Exception {
    Path classes = Path.of(
        LineProtocol.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jar = installation.home().resolve("lib/line.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        DirectoryStream<Path> files =
            Files.newDirectoryStream(classes.resolve("io/waypost/line"))) {
      for (Path file : files) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
      out.putNextEntry(new JarEntry("META-INF/services/" + Protocol.class.getName()));
      out.write(LineProtocol.class.getName().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void bringsItsListenerAndTalks() throws Exception {
    try (RunningScript broker = installation.startBroker(
            "--set", "listeners.line.host=127.0.0.1", "--set", "listeners.line.port=0");
        LineClient consumer = new LineClient(broker.connect("line"));
        LineClient publisher = new LineClient(broker.connect("line"))) {
      assertThat(consumer.ask("SUB letters")).isEqualTo("OK");
      assertThat(publisher.ask("PUB - letters dear friend")).isEqualTo("OK ROUTED");
      assertThat(consumer.read()).isEqualTo("MSG dear friend");
      assertThat(publisher.ask("PUB - nobody x")).isEqualTo("OK UNROUTABLE");
      assertThat(publisher.ask("PUB nowhere key x")).isEqualTo("ERR NOT_FOUND");
      assertThat(publisher.ask("nonsense")).isEqualTo("ERR SYNTAX");
      broker.signal("TERM");
      assertThat(consumer.read()).isEqualTo("BYE SHUTTING_DOWN");
      assertThat(publisher.read()).isEqualTo("BYE SHUTTING_DOWN");
      assertThat(broker.awaitEnd().exitCode()).isZero();
    }
  }

  @Test
  void isToldApartOnTheSharedPort() throws Exception {
    try (RunningScript broker = installation.startBroker(
            "--set", "listeners.shared.enabled=true", "--set", "listeners.line.enabled=false");
        LineClient client = new LineClient(broker.connect("shared"))) {
      assertThat(client.ask("SUB letters")).isEqualTo("OK");
      assertThat(broker.lines()).noneMatch(line -> line.strip().startsWith("line "));
    }
  }

  @Test
  void bringsAnEncryptedListenerToo(@TempDir Path keys) throws Exception {
    assertThat(
            installation.run("start", "--set", "listeners.lines.enabled=true").err())
        .isEqualTo("waypost: --set listeners.lines.enabled: listeners.lines.enabled needs a"
            + " certificate: tls.certificate must name its file\n");
    TestCa ca = TestCa.in(keys);
    Issued own = ca.issue("CN=broker", "localhost");
    try (RunningScript broker = installation.startBroker(
            "--set", "listeners.line.enabled=false",
            "--set", "listeners.lines.enabled=true",
            "--set", "listeners.lines.host=127.0.0.1",
            "--set", "listeners.lines.port=0",
            "--set", "tls.certificate=" + own.certificate(),
            "--set", "tls.key=" + own.key());
        LineClient client = new LineClient(ca.client(null)
            .getSocketFactory()
            .createSocket(broker.connect("lines"), "localhost", 0, true))) {
      assertThat(client.ask("SUB letters")).isEqualTo("OK");
      assertThat(client.ask("PUB - nobody x")).isEqualTo("OK UNROUTABLE");
    }
  }

  @Test
  void bringsItsSettings() throws Exception {
    Finished shown = installation.run("start", "--print-config", "--set", "line.max-line=77");
    assertThat(shown.out()).contains("line:\n  max-line: 77 # --set").contains("    port: 7777");
    Finished refused = installation.run("start", "--set", "line.max-lines=77");
    assertThat(refused.exitCode()).isEqualTo(78);
    assertThat(refused.err()).contains("did you mean line.max-line? allowed in line are max-line");
    assertThat(installation.run("start", "--set", "line.max-line=1").err())
        .isEqualTo(
            "waypost: --set line.max-line: line.max-line must be a whole number from 10 to 1000000, not \"1\"\n");
  }

  /** A client of the line protocol. */
  private static final class LineClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    LineClient(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedReader(
          new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String ask(String line) throws IOException {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      return read();
    }

    String read() throws IOException {
      return String.valueOf(in.readLine());
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

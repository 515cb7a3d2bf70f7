package io.waypost.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  private final Path temp;

  DataFolderTest(@TempDir Path temp) {
    this.temp = temp;
  }

  @Test
  void aFolderIsMadeTakenOnceAndGivenBack() throws Exception {
    Path folder = temp.resolve("a/b");
    try (DataFolder taken = DataFolder.take(folder)) {
      assertThat(taken.folder()).isDirectory();
      StartException refused =
          catchThrowableOfType(StartException.class, () -> DataFolder.take(folder));
      assertThat(refused.exitCode()).isEqualTo(ExitCode.IN_USE);
      assertThat(refused)
          .hasMessage("another broker (process " + ProcessHandle.current().pid()
              + ") uses the data folder " + folder);
    }
    assertThat(RunningNote.read(folder)).isEmpty();
    assertThat(DataFolder.taken(folder)).isFalse();
    DataFolder.take(folder).close();
  }

  @Test
  void whatIsNotedCanBeRead() throws Exception {
    try (DataFolder taken = DataFolder.take(temp)) {
      InetSocketAddress four = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5672);
      InetSocketAddress six = new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 80);
      taken.note(List.of(new Listening("amqp", four), new Listening("http", six)));
      RunningNote note = RunningNote.read(temp).orElseThrow();
      assertThat(note.process()).isEqualTo(ProcessHandle.current().pid());
      assertThat(note.listeners())
          .containsEntry("amqp", "127.0.0.1:5672")
          .containsEntry("http", "*:80");
    }
  }

  @Test
  void aNoteThatMakesNoSenseIsNone() throws IOException {
    for (String text : List.of("", "x\n", "12\n", "12\nsince\n", "12\nsince yesterday\n")) {
      Files.writeString(temp.resolve("waypost.pid"), text);
      assertThat(RunningNote.read(temp)).as(text).isEmpty();
    }
  }

  @Test
  void whatIsNoFolderIsRefused() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThat(refusal(file)).isEqualTo("the data folder " + file + " can't be used: it is a file");
    Path below = file.resolve("below");
    assertThat(refusal(below)).startsWith("the data folder " + below + " can't be used: ");
  }

  @Test
  void aFolderThatWasNeverTakenIsNotTaken() {
    assertThat(DataFolder.taken(temp.resolve("none"))).isFalse();
    assertThat(DataFolder.taken(temp)).isFalse();
  }

  private static String refusal(Path folder) {
    StartException refused =
        catchThrowableOfType(StartException.class, () -> DataFolder.take(folder));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FOLDER);
    return String.valueOf(refused.getMessage());
  }
}

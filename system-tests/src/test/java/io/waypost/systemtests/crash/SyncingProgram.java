package io.waypost.systemtests.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes lines to a file, makes each safe, and says what became of it. */
final class SyncingProgram {
  private SyncingProgram() {}

  /** Takes the file and the lines. */
  public static void main(String[] words) throws IOException {
    try (FileChannel channel =
        FileChannel.open(Path.of(words[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 1; i < words.length; i++) {
        ByteBuffer line = ByteBuffer.wrap((words[i] + "\n").getBytes(StandardCharsets.UTF_8));
        String outcome = "safe";
        try {
          while (line.hasRemaining()) {
            channel.write(line);
          }
          channel.force(false);
        } catch (IOException e) {
          outcome = String.valueOf(e.getMessage());
        }
        System.out.println(words[i] + ": " + outcome);
      }
    }
  }
}

package io.waypost.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a running broker notes in its data folder.
 *
 * @param process the process's id
 * @param since when it was ready
 * @param listeners addresses by listener names
 */
record RunningNote(long process, Instant since, Map<String, String> listeners) {
  private static final String FILE = "waypost.pid";

  /** Notes it, replacing what was noted before. */
  static void write(Path folder, RunningNote note) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(Long.toString(note.process));
    lines.add("since " + note.since);
    note.listeners.forEach((name, address) -> lines.add(name + " " + address));
    Path draft = folder.resolve(FILE + ".new");
    Files.write(draft, lines);
    Files.move(
        draft,
        folder.resolve(FILE),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  /** What is noted there, if it can be read. */
  static Optional<RunningNote> read(Path folder) {
    try {
      List<String> lines = Files.readAllLines(folder.resolve(FILE));
      Map<String, String> words = new LinkedHashMap<>();
      for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
        int space = line.indexOf(' ');
        words.put(line.substring(0, space), line.substring(space + 1));
      }
      Instant since = Instant.parse(String.valueOf(words.remove("since")));
      return Optional.of(new RunningNote(Long.parseLong(lines.get(0)), since, words));
    } catch (IOException
        | IndexOutOfBoundsException
        | NumberFormatException
        | DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }

  static void remove(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }
}

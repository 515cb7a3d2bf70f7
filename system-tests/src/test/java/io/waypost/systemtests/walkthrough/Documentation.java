package io.waypost.systemtests.walkthrough;

import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pages that the project's readers get. */
final class Documentation {
  private Documentation() {}

  /** All of them. */
  static Stream<Path> pages() throws IOException {
    Path root = WaypostProcess.sources();
    return Stream.of(
            markdown(root, 1),
            markdown(root.resolve("docs"), 3),
            markdown(root.resolve("examples"), 2))
        .flatMap(pages -> pages);
  }

  /** Those whose commands a newcomer types from the first one to the last. */
  static Stream<Path> walkthroughs() throws IOException {
    Path root = WaypostProcess.sources();
    return Stream.concat(
        Stream.of(root.resolve("README.md")), markdown(root.resolve("docs/tutorials"), 2));
  }

  private static Stream<Path> markdown(Path folder, int depth) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      List<Path> pages =
          files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
      return pages.stream();
    }
  }
}

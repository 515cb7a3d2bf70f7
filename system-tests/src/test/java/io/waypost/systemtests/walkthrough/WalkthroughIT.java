package io.waypost.systemtests.walkthrough;

import io.waypost.systemtests.Prerequisite;
import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A reader who types what the pages say sees what the pages show. */
class WalkthroughIT {
  static Stream<Path> pages() throws IOException {
    return Documentation.walkthroughs();
  }

  @ParameterizedTest
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  @MethodSource("pages")
  void thePageTellsTheTruth(Path page, @TempDir Path folder) throws IOException {
    Path modules = WaypostProcess.sources().resolve("docs/tutorials/node_modules");
    Prerequisite.check(Files.exists(modules), modules + " (npm ci --prefix docs/tutorials)");
    Prerequisite.check(
        !Files.readString(page).contains("$ mosquitto_pub")
            || Prerequisite.program("mosquitto_pub").isPresent(),
        "mosquitto_pub");
    try (Reader reader = new Reader(folder)) {
      Page.read(page).sections().forEach(reader::follow);
    }
  }
}

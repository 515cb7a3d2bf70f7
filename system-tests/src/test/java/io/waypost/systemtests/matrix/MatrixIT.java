package io.waypost.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.WaypostProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a publisher says reaches every consumer whose protocol has a word for it. */
class MatrixIT {
  /** What can't be said together with the rest. */
  private static final Set<Property> OTHERWISE =
      EnumSet.of(Property.REPLY_QUEUE, Property.CORRELATION_BYTES, Property.UTF_8);

  private static WaypostProcess broker;

  @BeforeAll
  static void start(@TempDir Path folder) {
    broker = WaypostProcess.start(folder);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  static Stream<Arguments> pairs() {
    return Arrays.stream(Door.values())
        .flatMap(from -> Arrays.stream(Door.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest(name = "from {0} to {1}")
  @MethodSource("pairs")
  void everythingThatCanBeHeardIsHeard(Door from, Door to) throws Exception {
    try (Peer publisher = from.open(broker);
        Peer consumer = to.open(broker)) {
      consumer.listen();
      for (Set<Property> sample : List.of(
          EnumSet.complementOf(EnumSet.copyOf(OTHERWISE)),
          EnumSet.of(
              Property.PAYLOAD,
              Property.TOPIC,
              Property.REPLY_QUEUE,
              Property.CORRELATION_BYTES,
              Property.UTF_8))) {
        Map<Property, String> said = new EnumMap<>(Property.class);
        Map<Property, String> expected = new EnumMap<>(Property.class);
        for (Property property : sample) {
          // RabbitMQ's client for Java has an order of its own.
          boolean unordered = property == Property.ORDER && from == Door.AMQP;
          if (property.isSaidIn(from.language()) && !unordered) {
            said.put(property, property.example());
            if (property.isHeardIn(to.language())) {
              expected.put(property, property.example());
            }
          }
        }
        publisher.publish(said);
        assertThat(consumer.next()).isEqualTo(expected);
      }
    }
  }

  @Test
  void theDocumentedTableIsTheTestedOne() throws Exception {
    List<List<String>> rows =
        Files.readAllLines(WaypostProcess.sources().resolve("docs/interop.md")).stream()
            .dropWhile(line -> !line.startsWith("| what "))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line ->
                Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList())
            .toList();
    assertThat(rows)
        .isEqualTo(Arrays.stream(Property.values()).map(Property::row).toList());
  }
}

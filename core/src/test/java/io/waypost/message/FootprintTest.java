package io.waypost.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a message is said to hold: enough that the sum over a backlog tells when memory runs short. */
class FootprintTest {
  private static final int PLAIN = message(Properties.EMPTY).footprint();

  private static Message message(Properties properties) {
    return Message.of("", "key", new byte[0], properties, Origin.BROKER);
  }

  private static int of(Object value) {
    return message(Properties.EMPTY.withHeaders(Headers.of(Map.of("name", value))))
        .footprint();
  }

  @Test
  void countsTheBody() {
    Message large = Message.of("", "key", new byte[5000], Properties.EMPTY, Origin.BROKER);

    assertThat(large.footprint()).isEqualTo(message(Properties.EMPTY).footprint() + 5000);
  }

  @Test
  void countsHeadersOfEveryKind() {
    assertThat(of("x".repeat(1000))).isGreaterThan(PLAIN + 1000);
    assertThat(of(new byte[1000])).isGreaterThan(PLAIN + 1000);
    assertThat(of(new RawString(new byte[1000]))).isGreaterThan(PLAIN + 1000);
    assertThat(of(Collections.nCopies(1000, 1L))).isGreaterThan(PLAIN + 16_000);
    assertThat(of(Headers.of(Map.of("inner", "x".repeat(1000))))).isGreaterThan(PLAIN + 1000);
  }

  @Test
  void countsOtherProperties() {
    Properties properties = Properties.EMPTY.withReplyTo("x".repeat(200));

    assertThat(message(properties).footprint())
        .isGreaterThan(message(Properties.EMPTY).footprint() + 200);
  }

  @Test
  void countsTheKeysThatConsumersDoNotSee() {
    List<String> keys = Collections.nCopies(1000, "k");

    assertThat(message(Properties.EMPTY).withMoreKeys(List.of(), keys).footprint())
        .isGreaterThan(PLAIN + 40_000);
    assertThat(message(Properties.EMPTY).withMoreKeys(keys, List.of()).footprint())
        .isGreaterThan(PLAIN + 40_000);
  }
}

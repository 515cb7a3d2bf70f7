package io.waypost.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorrelationTest {
  @Test
  void textIsText() {
    assertThat(Correlation.id("job 7 ü".getBytes(UTF_8))).isEqualTo("job 7 ü");
    assertThat(Correlation.data("job 7 ü")).isEqualTo("job 7 ü".getBytes(UTF_8));
  }

  @Test
  void bytesAreWrittenInBase64() {
    byte[] bytes = {0, (byte) 0xFF};
    assertThat(Correlation.id(bytes)).isEqualTo("binary:AP8=");
    assertThat(Correlation.data("binary:AP8=")).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"binary:", "binary:AP8=", "binary:AP8", "binary:YQ==", "binary:?", "Binary:AP8="})
  void everyTextComesBackFromMqtt(String id) {
    assertThat(Correlation.id(Correlation.data(id))).isEqualTo(id);
  }

  @Test
  void allBytesComeBackFromAmqp() {
    Random random = new Random(7);
    for (int length = 0; length < 180; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      String id = String.valueOf(Correlation.id(bytes));
      assertThat(id.length()).isLessThanOrEqualTo(255);
      assertThat(Correlation.data(id)).isEqualTo(bytes);
    }
  }

  @Test
  void whatIsTooLongHasNoText() {
    assertThat(Correlation.id(new byte[256])).isNull();
    assertThat(Correlation.id(new byte[200])).isNull();
  }
}

package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BodyTest {
  private static final MessageId ID = new MessageId(7, 1234567);

  @Test
  void tellsWhoseItIs() {
    for (int size : new int[] {0, Body.LEAST, 21, 1000, 1 << 20}) {
      byte[] body = Body.of(ID, size);
      assertThat(body).hasSize(Math.max(Body.LEAST, size));
      assertThat(Body.read(body)).contains(ID);
    }
  }

  @Test
  void isNobodysWithOneBitWrong() {
    byte[] body = Body.of(ID, 60);
    for (int bit = 0; bit < body.length * 8; bit++) {
      byte[] damaged = body.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Body.read(damaged)).isEmpty();
    }
  }

  @Test
  void isNobodysWhenCut() {
    byte[] body = Body.of(ID, 60);
    for (int length = 0; length < body.length; length++) {
      assertThat(Body.read(Arrays.copyOf(body, length))).isEmpty();
    }
    assertThat(Body.read(Arrays.copyOf(body, 61))).isEmpty();
  }

  @Test
  void isLikeNoOther() {
    assertThat(Body.of(ID, 100)).isNotEqualTo(Body.of(new MessageId(7, 1234568), 100));
    assertThat(Body.of(ID, 100)).isEqualTo(Body.of(ID, 100));
  }
}

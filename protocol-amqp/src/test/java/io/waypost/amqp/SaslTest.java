package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.amqp.codec.LongString;
import io.waypost.broker.Credentials;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SaslTest {
  private final Sasl plain = new Sasl(null);

  @Test
  @DisplayName("[RFC 4616] PLAIN carries a name and a password of any characters but NUL")
  void plain() {
    assertThat(plain.credentials("PLAIN", text("\0user\0pass")))
        .contains(new Credentials.Password("user", "pass"));
    assertThat(plain.credentials("PLAIN", text("other\0größe\0")))
        .contains(new Credentials.Password("größe", ""));
    assertThat(plain.credentials("PLAIN", text("user\0pass"))).isEmpty();
    assertThat(plain.credentials("PLAIN", text("\0user\0pass\0"))).isEmpty();
    assertThat(plain.credentials("PLAIN", text(""))).isEmpty();
  }

  @Test
  @DisplayName("AMQPLAIN needs both of its fields")
  void amqplain() {
    assertThat(plain.credentials("AMQPLAIN", text("\5LOGINS\0\0\0\1u"))).isEmpty();
    assertThat(plain.credentials("AMQPLAIN", text("\5LOGINS\0\0\0\1u\10PASSWORDS\0\0\0\1p")))
        .contains(new Credentials.Password("u", "p"));
  }

  @Test
  @DisplayName("EXTERNAL is offered to those whose name the transport has proved")
  void external() {
    Sasl proved = new Sasl("CN=client");

    assertThat(plain.mechanisms()).isEqualTo("PLAIN AMQPLAIN");
    assertThat(plain.offers("EXTERNAL")).isFalse();
    assertThat(proved.mechanisms()).isEqualTo("PLAIN AMQPLAIN EXTERNAL");
    assertThat(proved.offers("EXTERNAL")).isTrue();
    assertThat(proved.credentials("EXTERNAL", text("")))
        .contains(new Credentials.External("CN=client"));
  }

  private static LongString text(String text) {
    return new LongString(text.getBytes(UTF_8));
  }
}

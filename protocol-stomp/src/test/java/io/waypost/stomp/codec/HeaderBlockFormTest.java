package io.waypost.stomp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.message.EncodedProperties;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class HeaderBlockFormTest {
  private static final byte[] LINES =
      "persistent:true\npriority:4\nx:a\\cb\n".getBytes(StandardCharsets.UTF_8);

  @Test
  void whatIsStoredComesBack() {
    for (StompVersion version : StompVersion.values()) {
      HeaderBlock block = new HeaderBlock(LINES, version);

      EncodedProperties read = new HeaderBlockForm().read(block.bytes());

      assertThat(read.decode()).isEqualTo(block.decode());
      assertThat(read.bytes()).isEqualTo(block.bytes());
      assertThat(read.decode().persistent()).isTrue();
    }
  }

  @Test
  void whatIsNoBlockIsRefused() {
    assertThatThrownBy(() -> new HeaderBlockForm().read(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HeaderBlockForm().read(new byte[] {7}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theBrokerFindsIt() {
    assertThat(ServiceLoader.load(io.waypost.message.PropertiesForm.class))
        .anyMatch(form -> form instanceof HeaderBlockForm && form.code() == 3);
  }
}

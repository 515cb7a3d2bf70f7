package io.waypost.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.ContentHeaderPropertyWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.waypost.message.EncodedProperties;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import io.waypost.message.PropertiesForm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("JavaUtilDate") // the client's type
class ContentHeaderTest {
  private static final Properties FULL = new Properties(
      "text/plain",
      "gzip",
      Headers.of(List.of(new Header("k", "v"), new Header("n", 1))),
      true,
      9,
      "correlation",
      "reply",
      "60000",
      "id",
      1_700_000_000L,
      "type",
      "guest",
      "app",
      "cluster");

  private static final BasicProperties FULL_OF_THE_CLIENT = new BasicProperties.Builder()
      .contentType("text/plain")
      .contentEncoding("gzip")
      .headers(Map.of("k", "v"))
      .deliveryMode(2)
      .priority(9)
      .correlationId("correlation")
      .replyTo("reply")
      .expiration("60000")
      .messageId("id")
      .timestamp(new Date(1_700_000_000_000L))
      .type("type")
      .userId("guest")
      .appId("app")
      .clusterId("cluster")
      .build();

  @Test
  @DisplayName("properties are decoded as they were encoded")
  void roundTrip() {
    assertThat(ContentHeader.of(FULL).decode()).isEqualTo(FULL);
    assertThat(ContentHeader.EMPTY.decode()).isEqualTo(Properties.EMPTY);
  }

  @Test
  @DisplayName("what every message is asked for is found without decoding the rest")
  void shortcuts() {
    ContentHeader full = ContentHeader.of(FULL);
    ContentHeader empty = ContentHeader.EMPTY;

    assertThat(full.persistent()).isTrue();
    assertThat(full.priority()).isEqualTo(9);
    assertThat(has(full, "k")).isTrue();
    assertThat(has(full, "n")).isTrue();
    assertThat(has(full, "v")).isFalse();
    assertThat(has(full, "")).isFalse();
    assertThat(full.replyTo()).isEqualTo("reply");
    assertThat(full.expiration()).isEqualTo("60000");
    assertThat(full.userId()).isEqualTo("guest");
    assertThat(empty.persistent()).isFalse();
    assertThat(empty.priority()).isZero();
    assertThat(has(empty, "k")).isFalse();
    assertThat(empty.replyTo()).isNull();
    assertThat(empty.expiration()).isNull();
    assertThat(empty.userId()).isNull();
  }

  private static boolean has(ContentHeader header, String name) {
    return header.present(name.getBytes(StandardCharsets.UTF_8)) == 1;
  }

  @Test
  @DisplayName("several headers are looked for in one walk")
  void present() {
    ContentHeader full = ContentHeader.of(FULL);

    assertThat(full.present(bytes("x"), bytes("n"), bytes("k"))).isEqualTo(0b110);
    assertThat(full.present(bytes("x"))).isZero();
    assertThat(full.present()).isZero();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("entries that are encoded already end the headers")
  void entries() {
    byte[] more = FieldTable.encodeEntries(Headers.of(List.of(new Header("m", 1))));
    byte[] last = FieldTable.encodeEntries(Headers.of(List.of(new Header("l", "2"))));

    ContentHeader header = ContentHeader.of(FULL, more, last);

    assertThat(header.decode().headers().entries())
        .containsAll(FULL.headers().entries())
        .endsWith(new Header("m", 1), new Header("l", "2"));
    assertThat(header.replyTo()).isEqualTo("reply");
    assertThat(ContentHeader.stored(header.bytes()).decode()).isEqualTo(header.decode());
    assertThat(ContentHeader.of(Properties.EMPTY, more, new byte[0]).decode().headers())
        .isEqualTo(Headers.of(List.of(new Header("m", 1))));
  }

  @Test
  @DisplayName("the bytes of the Java client are kept, and decoded rightly")
  void fromTheJavaClient() throws IOException {
    byte[] bytes = clientBytes(FULL_OF_THE_CLIENT);

    ContentHeader header = read(bytes);

    assertThat(header.size()).isEqualTo(bytes.length);
    assertThat(header.decode())
        .isEqualTo(FULL.withHeaders(Headers.of(List.of(new Header("k", "v")))));
    assertThat(written(header)).isEqualTo(bytes);
  }

  @Test
  @DisplayName("the Java client reads what is encoded here")
  void toTheJavaClient() throws IOException {
    byte[] bytes = withSize(written(ContentHeader.of(FULL)));

    BasicProperties read =
        new BasicProperties(new DataInputStream(new ByteArrayInputStream(bytes)));

    assertThat(read.getContentType()).isEqualTo("text/plain");
    assertThat(read.getDeliveryMode()).isEqualTo(2);
    assertThat(read.getTimestamp()).isEqualTo(new Date(1_700_000_000_000L));
    assertThat(read.getClusterId()).isEqualTo("cluster");
    assertThat(read.getHeaders()).containsEntry("n", 1);
  }

  @Test
  @DisplayName("a header that ends too early is malformed, wherever it ends")
  void truncated() throws IOException {
    byte[] bytes = clientBytes(FULL_OF_THE_CLIENT);

    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0001", // more flags follow: basic has none
        "0002", // a flag without a property
        "000000", // a byte too many
        "2000ffffffff", // a table beyond the buffer
        "20000000000301613f", // a table with an unknown letter
      })
  @DisplayName("a broken header is malformed")
  void malformed(String hex) {
    byte[] bytes = ByteBufUtil.decodeHexDump(hex);

    assertThatThrownBy(() -> read(bytes)).isInstanceOf(MalformedException.class);
  }

  @Test
  @DisplayName("text that is not UTF-8 passes untouched and is decoded with replacements")
  void rawText() {
    byte[] bytes = ByteBufUtil.decodeHexDump("040002c328");

    ContentHeader header = read(bytes);

    assertThat(written(header)).isEqualTo(bytes);
    assertThat(header.decode().correlationId()).isEqualTo("\uFFFD(");
  }

  /** With weight and body size before the properties, as that client reads them. */
  private static byte[] withSize(byte[] properties) {
    return ByteBufUtil.getBytes(
        Unpooled.buffer().writeShort(0).writeLong(0).writeBytes(properties));
  }

  private static byte[] clientBytes(BasicProperties properties) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    properties.writePropertiesTo(new ContentHeaderPropertyWriter(new DataOutputStream(out)));
    return out.toByteArray();
  }

  private static ContentHeader read(byte[] bytes) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    return ContentHeader.read(new WireReader().over(buffer, 0, bytes.length), buffer);
  }

  private static byte[] written(ContentHeader header) {
    ByteBuf buffer = Unpooled.buffer();
    header.write(buffer);
    return ByteBufUtil.getBytes(buffer);
  }

  @Test
  void aStoreReadsBackWhatItWasGiven() {
    ContentHeaderForm form = new ContentHeaderForm();
    ContentHeader header = ContentHeader.of(FULL);

    EncodedProperties again = form.read(header.bytes().clone());

    assertThat(header.form()).isEqualTo(form.code());
    assertThat(again.decode()).isEqualTo(FULL);
    assertThat(again.bytes()).isEqualTo(header.bytes());
    assertThat(ServiceLoader.load(PropertiesForm.class))
        .hasAtLeastOneElementOfType(ContentHeaderForm.class);
  }

  @Test
  void aStoresBytesThatAreNoHeaderAreRefused() {
    byte[] bytes = ContentHeader.of(FULL).bytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> new ContentHeaderForm().read(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

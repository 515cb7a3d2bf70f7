package io.waypost.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import com.rabbitmq.client.impl.ValueReader;
import com.rabbitmq.client.impl.ValueWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.RawString;
import io.waypost.message.Unsigned;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("JavaUtilDate") // the client's type
class FieldTableTest {
  private static final byte[] NOT_UTF8 = {(byte) 0xC3, (byte) 0x28};

  private static final Headers EVERYTHING = Headers.of(Arrays.asList(
      new Header("t", true),
      new Header("b", (byte) -1),
      new Header("B", new Unsigned(255, 1)),
      new Header("s", (short) -2),
      new Header("u", new Unsigned(65535, 2)),
      new Header("I", -3),
      new Header("i", new Unsigned(0xFFFF_FFFFL, 4)),
      new Header("l", Long.MIN_VALUE),
      new Header("f", 1.5f),
      new Header("d", -2.5),
      new Header("D", new BigDecimal("-12.345")),
      new Header("S", "größe 🚀"),
      new Header("raw", new RawString(NOT_UTF8)),
      new Header("A", Arrays.asList(1, "two", null, List.of(3L))),
      new Header("T", Instant.ofEpochSecond(1_700_000_000)),
      new Header("F", Headers.of(List.of(new Header("inner", Headers.empty())))),
      new Header("V", null),
      new Header("", "no name"),
      new Header("t", "again")));

  @Test
  @DisplayName("a table with every type is read back as it was written")
  void roundTrip() {
    byte[] bytes = write(EVERYTHING);

    Headers read = read(bytes);

    assertThat(read).isEqualTo(EVERYTHING);
    assertThat(write(read)).isEqualTo(bytes);
  }

  @Test
  @DisplayName("bytes are read back as bytes")
  void byteArrays() {
    byte[] bytes = write(Headers.of(List.of(new Header("x", new byte[] {1, 2}))));

    assertThat(read(bytes).get("x")).isEqualTo(new byte[] {1, 2});
  }

  @ParameterizedTest
  @CsvSource({
    "7400, false",
    "62ff, -1",
    "73fffe, -2",
    "4900000003, 3",
    "6c0000000000000004, 4",
    "4c0000000000000005, 5",
    "42ff, 255",
    "75ffff, 65535",
    "69ffffffff, 4294967295",
    "44020000007b, 1.23",
    "5300000002c3a4, ä",
  })
  @DisplayName("[4.2.5.5] each letter is read as the field reads it")
  void letters(String hex, String text) {
    byte[] value = ByteBufUtil.decodeHexDump(hex);
    ByteBuf buffer =
        Unpooled.buffer().writeInt(2 + value.length).writeByte(1).writeByte('k').writeBytes(value);

    assertThat(read(ByteBufUtil.getBytes(buffer)).get("k")).hasToString(text);
  }

  @Test
  @DisplayName("what the Java client writes is encoded to the same bytes again")
  void sameBytesAsTheJavaClient() throws IOException {
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("count", 1L);
    nested.put("time", new Date(1_700_000_000_000L));
    Map<String, Object> table = new LinkedHashMap<>();
    table.put("string", "text");
    table.put("int", 42);
    table.put("long", -42L);
    table.put("short", (short) 7);
    table.put("byte", (byte) 8);
    table.put("bool", true);
    table.put("float", 1.25f);
    table.put("double", 2.5);
    table.put("decimal", new BigDecimal("9.99"));
    table.put("bytes", new byte[] {1, 2, 3});
    table.put("void", null);
    table.put("nested", nested);
    table.put("list", Arrays.asList("a", 1, nested, null, List.of(true)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ValueWriter(new DataOutputStream(out)).writeTable(table);
    byte[] bytes = out.toByteArray();

    assertThat(write(read(bytes))).isEqualTo(bytes);
  }

  @Test
  @DisplayName("the Java client reads what is written here")
  void readByTheJavaClient() throws IOException {
    byte[] bytes = write(EVERYTHING);

    Map<String, Object> read =
        new ValueReader(new DataInputStream(new ByteArrayInputStream(bytes))).readTable();

    LongString text = LongStringHelper.asLongString("größe 🚀");
    assertThat(read).containsEntry("S", text).containsEntry("I", -3).containsEntry("V", null);
    assertThat(read).containsEntry("D", new BigDecimal("-12.345")).containsEntry("f", 1.5f);
    assertThat(read).containsEntry("B", 255).containsEntry("s", (short) -2);
  }

  @Test
  @DisplayName("a time that no calendar has is read as the last one")
  void farTimes() {
    ByteBuf buffer =
        Unpooled.buffer().writeInt(10).writeByte(0).writeByte('T').writeLong(Long.MAX_VALUE);

    assertThat(read(ByteBufUtil.getBytes(buffer)).get("")).isEqualTo(Instant.MAX);
  }

  @Test
  @DisplayName("a decimal that does not fit is written as a floating number")
  void wideDecimal() {
    byte[] bytes = write(Headers.of(List.of(new Header("d", new BigDecimal("12345678901234.5")))));

    assertThat(read(bytes).get("d")).isEqualTo(12345678901234.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000001", // no bytes behind the length
        "ffffffff", // a length beyond everything
        "00000003016b3f", // unknown letter
        "0000000701615300000009", // text beyond the table
        "00000008016153000000026162", // text beyond its table, but not beyond the buffer
        "00000003016149", // number that is not there
        "0000000701614600000002", // nested table beyond the buffer
        "0000000201", // name beyond the buffer
      })
  @DisplayName("a broken table is malformed, for the reader and for the check alike")
  void malformed(String hex) {
    byte[] bytes = ByteBufUtil.decodeHexDump(hex);

    assertThatThrownBy(() -> read(bytes)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> FieldTable.check(over(bytes))).isInstanceOf(MalformedException.class);
  }

  @Test
  @DisplayName("tables may be nested to the limit and no deeper")
  void depth() {
    byte[] deepest = write(nested(FieldTable.MAX_DEPTH));
    byte[] tooDeep = write(nested(FieldTable.MAX_DEPTH + 1));

    assertThat(read(deepest).size()).isEqualTo(1);
    FieldTable.check(over(deepest));
    assertThatThrownBy(() -> read(tooDeep)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> FieldTable.check(over(tooDeep)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  @DisplayName("entries without a length are read for AMQPLAIN, and refused when broken")
  void entriesWithoutLength() {
    Headers login =
        Headers.of(List.of(new Header("LOGIN", "guest"), new Header("PASSWORD", "secret")));
    byte[] table = write(login);
    byte[] entries = Arrays.copyOfRange(table, 4, table.length);

    assertThat(FieldTable.decodeEntries(entries)).contains(login);
    assertThat(FieldTable.decodeEntries(table)).isEmpty();
  }

  private static Headers nested(int depth) {
    Headers table = Headers.of(List.of(new Header("leaf", 1)));
    for (int i = 1; i < depth; i++) {
      table = Headers.of(List.of(new Header("f", table)));
    }
    return table;
  }

  private static byte[] write(Headers table) {
    ByteBuf buffer = Unpooled.buffer();
    FieldTable.write(table, new WireWriter().over(buffer));
    return Text.bytes(buffer, 0, buffer.readableBytes());
  }

  private static Headers read(byte[] bytes) {
    WireReader in = over(bytes);
    Headers table = FieldTable.read(in);
    assertThat(in.remaining()).isZero();
    WireReader checked = over(bytes);
    FieldTable.check(checked);
    assertThat(checked.remaining()).isZero();
    return table;
  }

  private static WireReader over(byte[] bytes) {
    return new WireReader().over(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
  }
}

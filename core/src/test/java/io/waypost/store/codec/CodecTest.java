package io.waypost.store.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.RouteSpec;
import io.waypost.message.EncodedProperties;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.message.PropertiesForm;
import io.waypost.message.RawString;
import io.waypost.message.Unsigned;
import io.waypost.store.Definition;
import io.waypost.store.log.DefinitionSamples;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class CodecTest {
  private static final PropertiesForm FORM = new PropertiesForm() {
    @Override
    public byte code() {
      return 9;
    }

    @Override
    public EncodedProperties read(byte[] bytes) {
      return new Wire(bytes);
    }
  };

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Wire(byte[] bytes) implements EncodedProperties {
    @Override
    public Properties decode() {
      return Properties.EMPTY;
    }

    @Override
    public int size() {
      return bytes.length;
    }

    @Override
    public byte form() {
      return 9;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Wire that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  private static final Headers EVERYTHING = Headers.of(Arrays.asList(
      new Header("void", null),
      new Header("", true),
      new Header("", false),
      new Header("byte", (byte) -7),
      new Header("short", (short) -30_000),
      new Header("int", Integer.MIN_VALUE),
      new Header("long", Long.MIN_VALUE),
      new Header("u8", new Unsigned(255, 1)),
      new Header("u16", new Unsigned(65_535, 2)),
      new Header("u32", new Unsigned(4_294_967_295L, 4)),
      new Header("float", -0.0f),
      new Header("nan", Double.NaN),
      new Header("decimal", new BigDecimal("-12345678901234567890.0001")),
      new Header("scale", new BigDecimal("1e400")),
      new Header("text", "grüße \uD83D\uDE80"),
      new Header("raw", new RawString(new byte[] {(byte) 0xff, 0, 7})),
      new Header("bytes", new byte[] {1, 2, 3}),
      new Header("time", Instant.ofEpochSecond(-5, 999_999_999)),
      new Header("list", Arrays.asList(1, null, "x", List.of(), List.of(List.of(true)))),
      new Header("table", Headers.of(List.of(new Header("in", Headers.empty()))))));

  private static final Properties ALL = new Properties(
      "text/plain",
      "gzip",
      EVERYTHING,
      true,
      255,
      "c",
      "r",
      "60000",
      "m",
      -1L,
      "t",
      "u",
      "a",
      "cl");

  private static final Origin ORIGIN = new Origin(Long.MAX_VALUE, "mqtt", "anna", "client 1");

  private final MessageCodec codec = new MessageCodec(List.of(FORM));

  private Message roundTrip(Message message) {
    return codec.read(new ByteReader(ByteBuffer.wrap(bytes(message))));
  }

  private byte[] bytes(Message message) {
    ByteWriter out = new ByteWriter(16);
    codec.write(out, message);
    return out.toBytes();
  }

  private static byte[] bytes(Definition definition) {
    ByteWriter out = ByteWriter.onHeap();
    DefinitionCodec.write(out, definition);
    return out.toBytes();
  }

  @Test
  void everyKindOfValueComesBackAsItWas() {
    ByteWriter out = ByteWriter.onHeap();
    ValueCodec.write(out, EVERYTHING);
    ByteReader in = new ByteReader(ByteBuffer.wrap(out.toBytes()));
    assertThat(ValueCodec.headers(in)).isEqualTo(EVERYTHING);
    assertThat(in.remaining()).isZero();
  }

  @Test
  void propertiesComeBackAsTheyWere() {
    for (Properties properties : List.of(ALL, Properties.EMPTY)) {
      ByteWriter out = ByteWriter.onHeap();
      ValueCodec.write(out, properties);
      ByteReader in = new ByteReader(ByteBuffer.wrap(out.toBytes()));
      assertThat(ValueCodec.properties(in)).isEqualTo(properties);
      assertThat(in.remaining()).isZero();
    }
  }

  @Test
  void aMessageWithPropertiesOfTheBrokerComesBackAsItWas() {
    Message message = Message.of("ex", "a.b", new byte[] {1, 2}, ALL, ORIGIN)
        .withMoreKeys(List.of("copy"), List.of("blind", ""));
    Message back = roundTrip(message);
    assertThat(back.exchange()).isEqualTo("ex");
    assertThat(back.routingKey()).isEqualTo("a.b");
    assertThat(back.copyKeys()).containsExactly("copy");
    assertThat(back.blindKeys()).containsExactly("blind", "");
    assertThat(back.body()).containsExactly(1, 2);
    assertThat(back.properties()).isEqualTo(ALL);
    assertThat(back.encoded()).isNull();
    assertThat(back.origin()).isEqualTo(ORIGIN);
    assertThat(back.persistent()).isTrue();
    assertThat(back.priority()).isEqualTo(255);
    assertThat(back.timeToLive()).isEqualTo(60_000);
    assertThat(back.footprint()).isEqualTo(message.footprint());
  }

  @Test
  void aMessageInItsWireFormKeepsIt() {
    Wire wire = new Wire(new byte[] {5, 6, 7});
    Message message =
        Message.encoded("", "q", new byte[0], wire, ORIGIN, true, 9, Message.NO_EXPIRY);
    Message back = roundTrip(message);
    assertThat(back.encoded()).isEqualTo(wire);
    assertThat(back.persistent()).isTrue();
    assertThat(back.priority()).isEqualTo(9);
    assertThat(back.timeToLive()).isEqualTo(Message.NO_EXPIRY);
    assertThat(back.footprint()).isEqualTo(message.footprint());
    Message expiring = roundTrip(Message.encoded("", "q", new byte[0], wire, ORIGIN, false, 0, 0));
    assertThat(expiring.timeToLive()).isZero();
    assertThat(expiring.persistent()).isFalse();
  }

  @Test
  void whereAMessageWasPublishedFirstComesBack() {
    Message dead = Message.of("ex", "a.b", new byte[] {1}, ALL, ORIGIN)
        .republished("dlx", "dead", ALL)
        .republished("again", "dead", ALL);
    Message back = roundTrip(dead);
    assertThat(back.exchange()).isEqualTo("again");
    assertThat(back.origin()).isEqualTo(dead.origin());
    assertThat(back.origin().first()).isEqualTo(new Origin.Address("ex", "a.b"));
    assertThat(back.body()).containsExactly(1);
  }

  @Test
  void everyDefinitionComesBackAsItWas() {
    for (Definition definition : new DefinitionSamples().all()) {
      ByteReader in = new ByteReader(ByteBuffer.wrap(bytes(definition)));
      assertThat(DefinitionCodec.read(in)).isEqualTo(definition);
      assertThat(in.remaining()).isZero();
    }
  }

  @Test
  void aRouteComesBackAsItWas() {
    Headers definition = Headers.of(List.of(
        new Header("match", Headers.of(List.of(new Header("protocol", List.of("mqtt", "amqp"))))),
        new Header("copy", true),
        new Header("headers", Headers.of(List.of(new Header("n", 5L))))));
    Definition route = new Definition.Route("/", new RouteSpec("temperatures", definition));
    ByteReader in = new ByteReader(ByteBuffer.wrap(bytes(route)));
    assertThat(DefinitionCodec.read(in)).isEqualTo(route);
    assertThat(in.remaining()).isZero();
    Assertions.assertTimeout(
        Duration.ofSeconds(60), () -> mutate(bytes(route), DefinitionCodec::read));
  }

  @Test
  void whatAdaptersKeepComesBackAsItWas() {
    for (Definition definition :
        List.of(new Definition.Stamp("a stamp", 7), new Definition.Retained("/", 8))) {
      assertThat(DefinitionCodec.read(new ByteReader(ByteBuffer.wrap(bytes(definition)))))
          .isEqualTo(definition);
    }
    Definition.Note note = new Definition.Note("adapter", "key", new byte[] {1, 0, -1});
    assertThat(DefinitionCodec.read(new ByteReader(ByteBuffer.wrap(bytes(note)))))
        .isInstanceOfSatisfying(Definition.Note.class, back -> {
          assertThat(back.id()).isEqualTo(note.id());
          assertThat(back.bytes()).isEqualTo(note.bytes());
          assertThat(back).hasToString("Note[adapter]");
        });
  }

  @Test
  void sizesComeBackAsTheyWere() {
    for (int size : new int[] {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE}) {
      ByteWriter out = ByteWriter.onHeap().size(size);
      assertThat(new ByteReader(ByteBuffer.wrap(out.toBytes())).size()).isEqualTo(size);
    }
  }

  /** A value or one of two exceptions, soon. */
  private static void harmless(byte[] bytes, Function<ByteReader, ?> read) {
    try {
      assertThat(read.apply(new ByteReader(ByteBuffer.wrap(bytes)))).isNotNull();
    } catch (IllegalArgumentException | BufferUnderflowException expected) {
      assertThat(expected).isNotNull();
    }
  }

  private static void mutate(byte[] bytes, Function<ByteReader, ?> read) {
    for (int length = 0; length < bytes.length; length++) {
      harmless(Arrays.copyOf(bytes, length), read);
    }
    for (int at = 0; at < bytes.length; at++) {
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff, bytes[at] ^ 1, bytes[at] ^ 0x40}) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        harmless(changed, read);
      }
    }
  }

  @Test
  void changedAndTruncatedBytesAreRefusedOrRead() {
    Assertions.assertTimeout(Duration.ofSeconds(60), () -> {
      mutate(bytes(Message.of("ex", "key", new byte[9], ALL, ORIGIN)), codec::read);
      mutate(
          bytes(Message.encoded("ex", "k", new byte[9], new Wire(new byte[4]), ORIGIN, true, 1, 5)
              .withMoreKeys(List.of("c"), List.of("d"))),
          codec::read);
      new DefinitionSamples().all().forEach(each -> mutate(bytes(each), DefinitionCodec::read));
    });
  }

  @Test
  void noiseIsRefusedOrRead() {
    Random random = new Random(1);
    Assertions.assertTimeout(Duration.ofSeconds(60), () -> {
      for (int i = 0; i < 20_000; i++) {
        byte[] noise = new byte[random.nextInt(60)];
        random.nextBytes(noise);
        harmless(noise, codec::read);
        harmless(noise, DefinitionCodec::read);
        harmless(noise, ValueCodec::headers);
        harmless(noise, ValueCodec::properties);
      }
    });
  }

  @Test
  void valuesWithinValuesWithinValuesAreRefused() {
    byte[] bytes = new byte[2 + 2 * 200_000];
    bytes[0] = 1;
    for (int i = 2; i < bytes.length; i += 2) {
      bytes[i] = 15;
      bytes[i + 1] = 1;
    }
    Assertions.assertThrows(
        IllegalArgumentException.class,
        () -> ValueCodec.headers(new ByteReader(ByteBuffer.wrap(bytes))));
  }
}

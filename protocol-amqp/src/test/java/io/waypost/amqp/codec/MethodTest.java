package io.waypost.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.rabbitmq.client.impl.AMQImpl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MethodTest {
  static final List<Method> samples = SampleMethods.ALL;

  @Test
  @DisplayName("there is a sample of every method")
  void samplesAreComplete() {
    List<? extends Class<?>> methods = Arrays.stream(Method.class.getPermittedSubclasses())
        .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()))
        .toList();

    assertThat(methods).hasSize(66);
    assertThat(samples.stream().map(Object::getClass)).containsExactlyInAnyOrderElementsOf(methods);
  }

  @ParameterizedTest
  @FieldSource("samples")
  @DisplayName("a method is read back as it was written")
  void roundTrip(Method method) {
    byte[] bytes = write(method);

    Method read = read(method, bytes);

    assertThat(read).isEqualTo(method);
  }

  @ParameterizedTest
  @FieldSource("samples")
  @DisplayName("arguments that end too early are malformed, wherever they end")
  void truncated(Method method) {
    byte[] bytes = write(method);

    assertThat(Stream.iterate(0, n -> n < bytes.length, n -> n + 1))
        .allSatisfy(length -> assertThatExceptionOfType(MalformedException.class)
            .isThrownBy(() -> read(method, Arrays.copyOf(bytes, length))));
  }

  @ParameterizedTest
  @FieldSource("samples")
  @DisplayName("another implementation reads the same method")
  void readByAnotherImplementation(Method method) throws IOException {
    ByteBuf buffer = Unpooled.buffer();
    buffer.writeShort(method.classId()).writeShort(method.methodId());
    method.write(new WireWriter().over(buffer));
    byte[] bytes = Text.bytes(buffer, 0, buffer.readableBytes());
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));

    com.rabbitmq.client.Method read = AMQImpl.readMethodFrom(in);

    assertThat(read.protocolMethodName()).isEqualTo(method.name());
    assertThat(in.available()).isZero();
  }

  private static byte[] write(Method method) {
    ByteBuf buffer = Unpooled.buffer();
    method.write(new WireWriter().over(buffer));
    return Text.bytes(buffer, 0, buffer.readableBytes());
  }

  private static Method read(Method like, byte[] bytes) {
    WireReader in = new WireReader().over(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
    Method method = Method.read(like.classId(), like.methodId(), in);
    assertThat(in.remaining()).isZero();
    return Objects.requireNonNull(method);
  }
}

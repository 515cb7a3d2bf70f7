package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import java.util.List;
import java.util.function.Consumer;

/** Bytes of a whole conversation: the protocol header, every method, content of several sizes, heartbeats. */
final class SampleStream {
  static final Properties PROPERTIES =
      Properties.EMPTY.withHeaders(Headers.of(List.of(new Header("k", "v")))).withReplyTo("r");

  private SampleStream() {}

  /** Everything. */
  static byte[] everything() {
    return bytes(encoder -> {
      encoder.protocolHeader();
      for (Method method : SampleMethods.ALL) {
        encoder.method(1, method);
      }
      encoder.heartbeat();
      content(encoder, 0);
      content(encoder, 1);
      content(encoder, 300);
      encoder.heartbeat();
    });
  }

  /** One {@code basic.publish} with content. */
  static void content(FrameEncoder encoder, int size) {
    encoder.method(7, new BasicMethod.Publish("exchange", "key", false, false));
    encoder.content(7, ContentHeader.of(PROPERTIES), new byte[size]);
  }

  /** What an encoder writes. */
  static byte[] bytes(Consumer<FrameEncoder> writing) {
    ByteBuf all = Unpooled.buffer();
    FrameEncoder encoder = new FrameEncoder(UnpooledByteBufAllocator.DEFAULT, buffer -> {
      all.writeBytes(buffer);
      buffer.release();
    });
    encoder.maxFrame(128);
    writing.accept(encoder);
    encoder.flush();
    return ByteBufUtil.getBytes(all);
  }
}

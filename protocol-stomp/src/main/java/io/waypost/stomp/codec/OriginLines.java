package io.waypost.stomp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import io.waypost.message.Header;
import io.waypost.message.HeaderText;
import io.waypost.transport.OriginForms;
import io.waypost.transport.OriginHeaders;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The header lines about where a message came from, that each loop has written lately. */
final class OriginLines {
  private static final FastThreadLocal<Map<StompVersion, OriginForms<byte[]>>> OF_THREAD =
      new FastThreadLocal<>() {
        @Override
        protected Map<StompVersion, OriginForms<byte[]>> initialValue() {
          return new EnumMap<>(StompVersion.class);
        }
      };

  private OriginLines() {}

  /** Those of the calling thread, in the escapes of a version. */
  static OriginForms<byte[]> of(StompVersion version) {
    return OF_THREAD.get().computeIfAbsent(version, OriginLines::make);
  }

  private static OriginForms<byte[]> make(StompVersion version) {
    return new OriginForms<>(
        origin -> lines(OriginHeaders.of(origin), version),
        topic -> lines(List.of(new Header(OriginHeaders.TOPIC, topic)), version));
  }

  private static byte[] lines(List<Header> headers, StompVersion version) {
    ByteBuf out = Unpooled.buffer(128);
    for (Header header : headers) {
      Text.writeName(out, header.name(), version);
      out.writeByte(':');
      Text.write(out, HeaderText.of(header.value()), version);
      out.writeByte('\n');
    }
    return Arrays.copyOf(out.array(), out.readableBytes());
  }
}

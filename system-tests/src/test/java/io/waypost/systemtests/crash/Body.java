package io.waypost.systemtests.crash;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Bodies which tell whose they are, and whether every byte of them is right. */
final class Body {
  /** The least size, in bytes. */
  static final int LEAST = 20;

  private static final int MAGIC = 0x57415950;
  private static final int CHECKSUM_AT = 16;

  private Body() {}

  /** The body of a message; no two messages have equal ones. */
  static byte[] of(MessageId id, int size) {
    byte[] body = new byte[Math.max(LEAST, size)];
    new SplittableRandom(((long) id.publisher() << 32) + id.number()).nextBytes(body);
    ByteBuffer.wrap(body)
        .putInt(MAGIC)
        .putInt(id.publisher())
        .putInt(id.number())
        .putInt(body.length)
        .putInt(checksum(body));
    return body;
  }

  /** Whose body it is; nobody's, if one bit of it is wrong. */
  static Optional<MessageId> read(byte[] body) {
    if (body.length < LEAST) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    int magic = in.getInt();
    MessageId id = new MessageId(in.getInt(), in.getInt());
    int length = in.getInt();
    int checksum = in.getInt();
    return magic == MAGIC && length == body.length && checksum == checksum(body)
        ? Optional.of(id)
        : Optional.empty();
  }

  private static int checksum(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body, 0, CHECKSUM_AT);
    crc.update(body, LEAST, body.length - LEAST);
    return (int) crc.getValue();
  }
}

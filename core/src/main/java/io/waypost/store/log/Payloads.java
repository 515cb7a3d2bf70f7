package io.waypost.store.log;

import io.waypost.message.Message;
import io.waypost.store.codec.MessageCodec;
import java.util.IdentityHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Puts payloads into the present frame, and into the row of each where it is. A message that goes to several queues is
 * written once in a segment. Belongs to the writing thread.
 */
final class Payloads {
  /** When messages that go to several queues have more bytes, they are not remembered beyond the cycle. */
  private static final long MOST = 8L << 20;

  private record Payload(int at, int length, int checksum) {}

  private final MessageCodec codec;
  private final FrameWriter frame;
  private final LongAdder received;

  /** Messages that go to several queues, and where this segment has them. */
  private final IdentityHashMap<Message, Payload> shared = new IdentityHashMap<>();

  private long sharedBytes;

  /**
   * Nothing written so far.
   *
   * @param received counts the bytes of payloads
   */
  Payloads(MessageCodec codec, FrameWriter frame, LongAdder received) {
    this.codec = codec;
    this.frame = frame;
    this.received = received;
  }

  /**
   * Writes a message, unless it was.
   *
   * @param share to how many queues it goes
   * @throws RuntimeException if the message can't be encoded; the frame may hold a part of it then
   */
  void write(Row row, Message message, int share) {
    Payload known = share == 1 ? null : shared.get(message);
    if (known == null) {
      int at = frame.payloadAt();
      codec.write(frame.payload(), message);
      int length = frame.payloadAt() - at;
      known = new Payload(at, length, frame.payloadChecksum(at));
      received.add(length);
      if (share > 1) {
        shared.put(message, known);
        sharedBytes += length;
      }
    }
    row.payloadAt = known.at;
    row.payloadLength = known.length;
    row.checksum = known.checksum;
  }

  /** Writes a definition. */
  void write(Row row, byte[] definition) {
    int at = frame.payloadAt();
    frame.payload().raw(definition);
    row.payloadAt = at;
    row.payloadLength = definition.length;
    row.checksum = frame.payloadChecksum(at);
    received.add(definition.length);
  }

  /** Forgets where messages are: the segment gets no more frames. */
  void forget() {
    shared.clear();
    sharedBytes = 0;
  }

  /** Forgets where messages are if they hold much memory: the cycle has ended. */
  void forgetIfMany() {
    if (sharedBytes > MOST) {
      forget();
    }
  }
}

package io.waypost.store.codec;

import io.waypost.message.EncodedProperties;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.PropertiesForm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages. Properties stay in the wire form that they came in, so that a stored message leaves as cheaply as any other;
 * properties that the broker made itself are written in a form of the store's own. The body comes last. Any thread may
 * read; one thread writes.
 */
public final class MessageCodec {
  private static final int PERSISTENT = 1;
  private static final int EXPIRES = 2;
  private static final int MORE_KEYS = 4;
  private static final int MOVED = 8;

  /** The form of properties that no adapter encoded. */
  private static final byte OWN = 0;

  private final @Nullable PropertiesForm[] forms = new PropertiesForm[Byte.MAX_VALUE + 1];
  private final ByteWriter scratch = new ByteWriter(256);

  /**
   * A codec.
   *
   * @param forms the forms of all adapters
   * @throws IllegalStateException if two have the same code
   */
  public MessageCodec(Iterable<? extends PropertiesForm> forms) {
    for (PropertiesForm form : forms) {
      if (form.code() <= OWN || this.forms[form.code()] != null) {
        throw new IllegalStateException("the code of " + form.getClass() + " is taken");
      }
      this.forms[form.code()] = form;
    }
  }

  /** Writes a message. */
  public void write(ByteWriter out, Message message) {
    boolean expires = message.timeToLive() != Message.NO_EXPIRY;
    boolean moreKeys = !message.copyKeys().isEmpty() || !message.blindKeys().isEmpty();
    EncodedProperties encoded = message.encoded();
    out.ensure(message.body().length + 256);
    Origin origin = message.origin();
    Origin.Address first = origin.first();
    out.u8((message.persistent() ? PERSISTENT : 0)
        | (expires ? EXPIRES : 0)
        | (first != null ? MOVED : 0)
        | (moreKeys ? MORE_KEYS : 0));
    out.u8(message.priority());
    if (expires) {
      out.i64(message.timeToLive());
    }
    out.text(message.exchange());
    out.text(message.routingKey());
    if (moreKeys) {
      keys(out, message.copyKeys());
      keys(out, message.blindKeys());
    }
    out.i64(origin.session()).text(origin.protocol()).text(origin.user()).text(origin.clientId());
    if (first != null) {
      out.text(first.exchange()).text(first.key());
    }
    if (encoded != null && encoded.form() != OWN) {
      out.u8(encoded.form()).bytes(encoded.bytes());
    } else {
      own(out, message);
    }
    out.raw(message.body());
  }

  private void own(ByteWriter out, Message message) {
    scratch.clear(4096);
    ValueCodec.write(scratch, message.properties());
    ByteBuffer written = scratch.buffer().flip();
    out.u8(OWN).size(written.remaining());
    out.ensure(written.remaining());
    out.buffer().put(written);
  }

  private static void keys(ByteWriter out, List<String> keys) {
    out.size(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      out.text(keys.get(i));
    }
  }

  /**
   * Reads a message from all that the reader has.
   *
   * @throws IllegalArgumentException if it came by an adapter that is not there any more
   */
  public Message read(ByteReader in) {
    int flags = in.u8();
    int priority = in.u8();
    long timeToLive = (flags & EXPIRES) != 0 ? in.i64() : Message.NO_EXPIRY;
    String exchange = in.text();
    String routingKey = in.text();
    List<String> copies = List.of();
    List<String> blind = List.of();
    if ((flags & MORE_KEYS) != 0) {
      copies = keys(in);
      blind = keys(in);
    }
    long session = in.i64();
    Origin origin = new Origin(
        session,
        in.text(),
        in.text(),
        in.text(),
        (flags & MOVED) != 0 ? new Origin.Address(in.text(), in.text()) : null);
    byte form = (byte) in.u8();
    byte[] properties = in.bytes();
    byte[] body = in.raw(in.remaining());
    Message message = form == OWN
        ? Message.of(
            exchange,
            routingKey,
            body,
            ValueCodec.properties(new ByteReader(ByteBuffer.wrap(properties))),
            origin)
        : Message.encoded(
            exchange,
            routingKey,
            body,
            form(form).read(properties),
            origin,
            (flags & PERSISTENT) != 0,
            priority,
            timeToLive);
    return copies.isEmpty() && blind.isEmpty() ? message : message.withMoreKeys(copies, blind);
  }

  private PropertiesForm form(byte code) {
    PropertiesForm form = code < 0 ? null : forms[code];
    if (form == null) {
      throw new IllegalArgumentException(
          "the adapter that it came by (form " + code + ") is not installed");
    }
    return form;
  }

  private static List<String> keys(ByteReader in) {
    int size = in.size();
    List<String> keys = new ArrayList<>(Math.min(size, in.remaining()));
    for (int i = 0; i < size; i++) {
      keys.add(in.text());
    }
    return keys;
  }
}

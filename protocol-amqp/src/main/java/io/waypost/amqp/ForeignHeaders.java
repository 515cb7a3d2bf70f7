package io.waypost.amqp;

import io.netty.util.concurrent.FastThreadLocal;
import io.waypost.amqp.codec.ContentHeader;
import io.waypost.amqp.codec.FieldTable;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.transport.OriginForms;
import io.waypost.transport.OriginHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Content headers that say where a message of another protocol came from. What of them repeats is encoded once: what is
 * said of a publisher and of a topic, and of messages about which nothing else is said, as most readings of sensors are,
 * the whole header. One for each thread.
 */
final class ForeignHeaders {
  private static final int PLACES = 2048;
  private static final int LONGEST_KEPT = 512;
  private static final byte[] NOTHING = {};
  private static final Properties PERSISTENT = new Properties(
      null,
      null,
      Headers.empty(),
      true,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null);

  private static final FastThreadLocal<ForeignHeaders> OF_THREAD = new FastThreadLocal<>() {
    @Override
    protected ForeignHeaders initialValue() {
      return new ForeignHeaders();
    }
  };

  private record Plain(
      Origin origin, String exchange, String key, boolean persistent, ContentHeader header) {
    boolean isOf(Message message, boolean isPersistent) {
      Origin other = message.origin();
      return persistent == isPersistent
          && origin.session() == other.session()
          && key.equals(message.routingKey())
          && exchange.equals(message.exchange())
          && origin.clientId().equals(other.clientId())
          && origin.user().equals(other.user())
          && origin.protocol().equals(other.protocol());
    }
  }

  private final OriginForms<byte[]> forms = new OriginForms<>(
      origin -> FieldTable.encodeEntries(Headers.of(OriginHeaders.of(origin))),
      topic ->
          FieldTable.encodeEntries(Headers.of(List.of(new Header(OriginHeaders.TOPIC, topic)))));

  // Direct-mapped: a newcomer takes the place of whoever is there.
  private final @Nullable Plain[] plain = new @Nullable Plain[PLACES];

  private ForeignHeaders() {}

  /** The calling thread's own; nobody else may use it. */
  static ForeignHeaders ofThisThread() {
    return OF_THREAD.get();
  }

  /**
   * The header of a message.
   *
   * @param said its properties, as AMQP can carry them
   * @param room the largest header, in bytes, that may say where it came from; what has no room in it is left out
   */
  ContentHeader header(Message message, Properties said, int room) {
    boolean persistent = said.persistent();
    if (message.origin().first() != null
        || !said.equals(persistent ? PERSISTENT : Properties.EMPTY)) {
      return encoded(message, said, room);
    }
    int hash = message.routingKey().hashCode() * 31 + (int) message.origin().session();
    int place = (hash ^ hash >>> 16) & (PLACES - 1);
    Plain known = plain[place];
    if (known != null && known.isOf(message, persistent) && known.header.size() <= room) {
      return known.header;
    }
    ContentHeader header = encoded(message, said, room);
    if (header.size() <= LONGEST_KEPT && LONGEST_KEPT <= room) {
      plain[place] =
          new Plain(message.origin(), message.exchange(), message.routingKey(), persistent, header);
    }
    return header;
  }

  private ContentHeader encoded(Message message, Properties said, int room) {
    Headers own = OriginHeaders.stripped(said.headers());
    Properties properties = own.size() == said.headers().size() ? said : said.withHeaders(own);
    byte[] origin = forms.origin(message);
    byte[] topic = forms.topic(message);
    ContentHeader header = ContentHeader.of(properties, origin, topic == null ? NOTHING : topic);
    if (header.size() > room) {
      header = ContentHeader.of(properties, origin, NOTHING);
    }
    return header.size() > room ? ContentHeader.of(properties) : header;
  }
}

package io.waypost.transport;

import io.waypost.message.Message;
import io.waypost.message.Origin;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter writes of {@link OriginHeaders}, made once for what many messages have in common: their publishers, and
 * their topics. Two direct-mapped tables, in which a newcomer takes the place of whoever is there. Confined to a thread.
 *
 * @param <F> the form in which the adapter writes it
 */
public final class OriginForms<F> {
  private static final int PLACES = 1024;

  /** Longer names and topics are made again each time, so that what is remembered stays small. */
  private static final int LONGEST = 256;

  private record OfOrigin<F>(Origin origin, F form) {
    boolean isOf(Origin other) {
      return origin.session() == other.session()
          && origin.clientId().equals(other.clientId())
          && origin.user().equals(other.user())
          && origin.protocol().equals(other.protocol());
    }
  }

  private record OfTopic<F>(String exchange, String key, F form) {}

  private final Function<Origin, F> ofOrigin;
  private final Function<String, F> ofTopic;
  private final @Nullable OfOrigin<F>[] origins = places();
  private final @Nullable OfTopic<F>[] topics = topicPlaces();

  /**
   * Nothing made yet.
   *
   * @param ofOrigin makes what {@link OriginHeaders#of} says
   * @param ofTopic makes the header for a topic
   */
  public OriginForms(Function<Origin, F> ofOrigin, Function<String, F> ofTopic) {
    this.ofOrigin = ofOrigin;
    this.ofTopic = ofTopic;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know nothing of type parameters
  private static <F> @Nullable OfOrigin<F>[] places() {
    return new OfOrigin[PLACES];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <F> @Nullable OfTopic<F>[] topicPlaces() {
    return new OfTopic[PLACES];
  }

  /** What is to be written of the message's publisher. */
  public F origin(Message message) {
    Origin origin = message.origin();
    int place = (int) origin.session() & (PLACES - 1);
    OfOrigin<F> known = origins[place];
    if (known != null && known.isOf(origin)) {
      return known.form;
    }
    F form = ofOrigin.apply(origin);
    if (origin.clientId().length() + origin.user().length() <= LONGEST) {
      origins[place] = new OfOrigin<>(origin, form);
    }
    return form;
  }

  /** What is to be written of the topic that it was published to; null when it was to none. */
  public @Nullable F topic(Message message) {
    if (!OriginHeaders.hasTopic(message)) {
      return null;
    }
    if (message.origin().first() != null) {
      return made(message);
    }
    String key = message.routingKey();
    int hash = key.hashCode();
    int place = (hash ^ hash >>> 16) & (PLACES - 1);
    OfTopic<F> known = topics[place];
    if (known != null && known.key.equals(key) && known.exchange.equals(message.exchange())) {
      return known.form;
    }
    F form = made(message);
    if (form != null && key.length() <= LONGEST) {
      topics[place] = new OfTopic<>(message.exchange(), key, form);
    }
    return form;
  }

  private @Nullable F made(Message message) {
    String topic = OriginHeaders.topic(message);
    return topic == null || topic.isEmpty() ? null : ofTopic.apply(topic);
  }
}

package io.waypost.mqtt;

import io.waypost.broker.Broker;
import io.waypost.broker.Session;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import io.waypost.mqtt.codec.PropertyWriter;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the connections of one loop share. Belongs to that loop. */
final class LoopRoom {
  private final Broker broker;
  private final Loop loop;
  private final boolean withOrigin;
  private final MqttCounters counters = new MqttCounters();
  private final PropertyWriter writer = new PropertyWriter();

  // The translation before: a message of another protocol that goes to many is translated once.
  private @Nullable Message last;
  private @Nullable Publication lastPublication;

  LoopRoom(Broker broker, Loop loop, boolean withOrigin) {
    this.broker = broker;
    this.loop = loop;
    this.withOrigin = withOrigin;
  }

  MqttCounters counters() {
    return counters;
  }

  PropertyWriter writer() {
    return writer;
  }

  /** A session with every right, on this loop. */
  CompletionStage<Session> maintain(String virtualHost) {
    return broker.maintain(virtualHost, loop);
  }

  /** What a PUBLISH says of the message. */
  Publication publication(Message message) {
    if (message.encoded() instanceof Publication publication) {
      return publication;
    }
    Publication known = lastPublication;
    if (known == null || last != message) {
      known = MqttTranslator.publication(message, withOrigin);
      last = message;
      lastPublication = known;
    }
    return known;
  }
}

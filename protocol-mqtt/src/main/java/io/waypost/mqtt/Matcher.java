package io.waypost.mqtt;

import io.waypost.message.Message;
import io.waypost.topic.TopicNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of a session's subscriptions match a message. Remembers the topic before: messages of one come in rows. */
final class Matcher {
  private final MqttSession session;
  private final LoopRoom room;
  private List<Subscription> revoked = List.of();
  private boolean noLocal;
  private @Nullable String lastTopic;
  private Match last = Match.ANY;

  Matcher(MqttSession session, LoopRoom room) {
    this.session = session;
    this.room = room;
    changed();
  }

  /** The subscriptions are others. */
  void changed() {
    lastTopic = null;
    noLocal = session.subscriptions().values().stream().anyMatch(Subscription::noLocal);
  }

  /** A subscription of the session was dropped, since the client may not read that any more. */
  void revoked(Subscription subscription) {
    if (revoked.isEmpty()) {
      revoked = new ArrayList<>();
    }
    revoked.add(subscription);
  }

  /** What matches a message from the session's own queue. */
  Match match(Publication publication, Message message) {
    String topic = publication.topic();
    boolean plain = !noLocal && !publication.moved();
    if (plain && topic.equals(lastTopic)) {
      return last;
    }
    Match found = compute(publication, message);
    if (plain) {
      lastTopic = topic;
      last = found;
    }
    return found;
  }

  private Match compute(Publication publication, Message message) {
    List<Subscription> matching = new ArrayList<>(2);
    for (Subscription one : session.subscriptions().values()) {
      // One that was moved may have come through a share.
      boolean concerned = !one.isShared() || (publication.moved() && !publication.replayed());
      if (concerned
          && TopicNames.matches(one.topics(), publication.topic())
          && !(one.noLocal() && isOwn(message))) {
        matching.add(one);
      }
    }
    if (!matching.isEmpty()) {
      return Match.of(matching, room.writer());
    }
    boolean lost =
        revoked.stream().anyMatch(one -> TopicNames.matches(one.topics(), publication.topic()));
    return lost ? Match.REVOKED : Match.ANY;
  }

  private boolean isOwn(Message message) {
    return message.origin().clientId().equals(session.key().clientId());
  }
}

package io.waypost.mqtt;

import io.waypost.broker.Delivery;
import io.waypost.message.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages with QoS 2 on their way from shares to the session's own queue: each is this client's from here on, and nobody
 * else's ([MQTT-4.8.2-4], [MQTT-4.8.2-5]).
 */
final class Adoption {
  /** How long a share waits after it could not hand a message over. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ServedClient client;
  private final Runnable fewer;
  private int underWay;
  private @Nullable CompletableFuture<Void> last;

  /**
   * Nothing on its way.
   *
   * @param fewer run when one of them has arrived, or has not, while the client is there
   */
  Adoption(ServedClient client, Runnable fewer) {
    this.client = client;
    this.fewer = fewer;
  }

  /** How many are on their way. */
  int underWay() {
    return underWay;
  }

  void adopt(
      MqttConsumer from, Delivery delivery, Message message, Publication publication, Match match) {
    underWay++;
    client
        .toOwnQueue(message, publication.moved(false, match.qos()), delivery.timeLeft())
        .whenComplete(
            (moved, failure) -> client.loop().run(() -> adopted(from, delivery, failure == null)));
  }

  private void adopted(MqttConsumer from, Delivery delivery, boolean moved) {
    underWay--;
    if (moved) {
      from.finish(delivery);
    } else {
      MqttConsumer.giveBack(delivery);
    }
    if (client.isServing()) {
      if (!moved) {
        // Later, or it would come again at once, round and round.
        client.loop().schedule(from::done, RETRY_NANOS);
      }
      fewer.run();
    }
    if (last != null && underWay == 0) {
      last.complete(null);
    }
  }

  /** No more come; completes when none is under way. Until then their deliveries are open. */
  CompletionStage<Void> end() {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    last = ended;
    if (underWay == 0) {
      ended.complete(null);
    }
    return ended;
  }
}

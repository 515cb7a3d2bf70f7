package io.waypost.stomp;

import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.message.Headers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The queues behind {@code /temp-queue/} addresses: made for the first SEND that names one in its reply-to, and
 * subscribed to at once, under the address as the subscription's id.
 */
final class ReplyQueues {
  private final StompConnection connection;
  private final Map<String, String> queues = new HashMap<>(2);

  ReplyQueues(StompConnection connection) {
    this.connection = connection;
  }

  /** The queue of a name, if there is one. */
  @Nullable
  String known(String name) {
    return queues.get(name);
  }

  /** Makes the queue of a name. */
  CompletionStage<String> make(String address, String name) {
    Session session = connection.session();
    String tag = "T_" + address;
    StompConsumer consumer =
        new StompConsumer(connection, address, tag, AckMode.AUTO, 0, null, false);
    ConsumerSpec spec = new ConsumerSpec(tag, 0, true, true, 0, 0, Headers.empty());
    return session
        .declareQueue(new QueueSpec("", false, true, true, Headers.empty()))
        .thenCompose(declared -> session
            .consume(declared.name(), spec, consumer)
            .thenApply(handle -> {
              queues.put(name, declared.name());
              consumer.attached(handle);
              return declared.name();
            }));
  }
}

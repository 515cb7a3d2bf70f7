package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Persistent messages that wait in a durable queue, and what the broker said about them. */
final class Stock {
  private static final String QUEUE = "stock";
  /** So little that it fits into the buffers of a socket that the broker does not read. */
  private static final int WINDOW_BYTES = 1 << 20;

  private final Ledger ledger = new Ledger(List.of(Lane.plain(QUEUE, 0)));
  private int publishers;

  /**
   * What the broker said.
   *
   * @param confirmed how many messages it has
   * @param refused how many it has not
   * @param unanswered how many it said nothing about, because the connection ended or it took too long
   */
  record Answers(int confirmed, int refused, int unanswered) {}

  /** The broker has started. */
  void started() {
    ledger.started();
  }

  /** The broker was ended. */
  void ended(Ledger.End end) {
    ledger.ended(end, System.nanoTime());
  }

  /**
   * Publishes, and waits for what the broker has to say.
   *
   * @param patience how long at most for the last answers, in milliseconds
   */
  Answers publish(int port, int count, int size, int patience) throws InterruptedException {
    Publishing publishing = new Publishing(Math.max(1, Math.min(100, WINDOW_BYTES / size)));
    int publisher = ++publishers;
    int sent = 0;
    try (Client client = new Client(port)) {
      Channel channel = client.channel();
      channel.queueDeclare(QUEUE, true, false, false, null);
      channel.confirmSelect();
      channel.addConfirmListener(
          publishing.answers(publishing.confirmed, ledger::confirmed),
          publishing.answers(publishing.refused, ledger::refused));
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
      while (sent < count && client.isOpen() && System.nanoTime() < end) {
        if (publishing.window.tryAcquire(10, TimeUnit.MILLISECONDS)) {
          MessageId id = new MessageId(publisher, ++sent);
          ledger.publishing(id, List.of(QUEUE), true, 0, 0, false);
          publishing.unanswered.put(channel.getNextPublishSeqNo(), id);
          channel.basicPublish(
              "", QUEUE, MessageProperties.MINIMAL_PERSISTENT_BASIC, Body.of(id, size));
        }
      }
      while (!publishing.done() && client.isOpen() && System.nanoTime() < end) {
        publishing.awaitAnswers();
      }
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      // The broker ended the connection, or is gone: then there are no more answers.
    }
    int confirmed = publishing.confirmed.get();
    int refused = publishing.refused.get();
    return new Answers(confirmed, refused, sent - confirmed - refused);
  }

  /** Takes out all that is there, and checks that it is all that must be there. */
  void check(int port) throws IOException, InterruptedException, TimeoutException {
    assertThat(faults(port)).isEmpty();
  }

  /** Takes out all that is there, and tells what is wrong with it. */
  List<Fault> faults(int port) throws IOException, InterruptedException, TimeoutException {
    try (Client client = new Client(port)) {
      new Drain(client, ledger).empty(Lane.plain(QUEUE, 0));
    }
    return ledger.faults();
  }

  private static final class Publishing {
    final AtomicInteger confirmed = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final ConcurrentNavigableMap<Long, MessageId> unanswered = new ConcurrentSkipListMap<>();
    final Semaphore window;
    private final int size;

    Publishing(int size) {
      this.size = size;
      this.window = new Semaphore(size);
    }

    ConfirmCallback answers(AtomicInteger count, Consumer<MessageId> answer) {
      return (tag, multiple) -> {
        Map<Long, MessageId> answered = unanswered.subMap(multiple ? 0L : tag, true, tag, true);
        int number = answered.size();
        answered.values().forEach(answer);
        answered.clear();
        count.addAndGet(number);
        window.release(number);
      };
    }

    boolean done() {
      return window.availablePermits() == size;
    }

    void awaitAnswers() throws InterruptedException {
      if (window.tryAcquire(size, 10, TimeUnit.MILLISECONDS)) {
        window.release(size);
      }
    }
  }
}

package io.waypost.broker;

import io.waypost.message.Message;
import io.waypost.message.Origin;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client's standing in one virtual host. Confined to the loop that it was opened with: every call is made there,
 * every callback and every stage arrives there. Stages fail with {@link BrokerException}; a stage that is already known
 * may be complete on return. Requests of one session take effect in the order in which they are made, except that a
 * request may not yet have taken effect while its stage is incomplete.
 */
public interface Session {
  /** The authenticated user. */
  Identity identity();

  /** The virtual host's name. */
  String virtualHost();

  /** What to put into the messages that this session publishes. */
  Origin origin();

  /**
   * Replaces the identity after a renewed authentication; rights are checked against the new one from now on.
   *
   * @throws BrokerException {@link ErrorCode#ACCESS_REFUSED} if it is another user
   */
  void renew(Identity identity);

  /**
   * Checks that a message could be published now, for adapters that gather messages first (transactions).
   *
   * @throws BrokerException as {@link #publish} would
   */
  void checkPublish(Message message);

  /**
   * Hands over one message. Refusals are thrown at once; everything else is told to the listener, once, possibly within
   * this call. One that is to be {@link Message#retain retained} is kept, too, unless it goes to the default exchange, and
   * its outcome is told when both are as safe as they will be.
   *
   * @param token given back to the listener, so that one listener serves many messages
   * @param listener {@link PublishListener#NONE} when nobody waits for the outcome
   * @throws BrokerException if the exchange does not exist, is internal, or the identity may not publish there or with
   *     that key
   */
  void publish(Message message, long token, PublishListener listener);

  /**
   * Checks the user id that a publisher put into a message: its own name, unless it may impersonate others. Adapters ask
   * for each message that has one.
   *
   * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED}
   */
  void checkUserId(String userId);

  /**
   * Declares an exchange, or checks that it exists with equal properties.
   *
   * @param passive only check that the name exists
   */
  CompletionStage<Void> declareExchange(ExchangeSpec exchange, boolean passive);

  /** Deletes an exchange; succeeds when there is none. */
  CompletionStage<Void> deleteExchange(String exchange, boolean ifUnused);

  /**
   * Declares a queue, or checks that it exists with equal properties. An empty name has the broker choose one.
   *
   * @return the queue's name and how many messages are ready and consumers attached
   */
  CompletionStage<QueueStatus> declareQueue(QueueSpec queue);

  /** The status of an existing queue. */
  CompletionStage<QueueStatus> queueStatus(String queue);

  /**
   * Deletes a queue with its messages; succeeds when there is none.
   *
   * @return the number of messages that were ready
   */
  CompletionStage<Integer> deleteQueue(String queue, boolean ifUnused, boolean ifEmpty);

  /** Removes all ready messages of a queue and returns their number. */
  CompletionStage<Integer> purgeQueue(String queue);

  /**
   * {@link #publish} of a message that may be offered again after a crash. Each queue that keeps it notes the stamp with
   * it; a queue that had it when the broker started leaves it out when it comes again. What was stored is found by
   * {@link Notes#stamps} until {@link Notes#forgetStamps}.
   *
   * @param stamp what the publisher knows the message by; never the same for two messages
   */
  void publishOnce(Message message, String stamp, long token, PublishListener told);

  /**
   * Binds a queue or an exchange to an exchange; again is harmless. With {@link BindingSpec#RETAINED} the stage completes
   * when the queue has the retained messages; each such call puts them there.
   */
  CompletionStage<Void> bind(BindingSpec binding);

  /**
   * The kept messages that a binding would get.
   *
   * @param pattern as in a topic exchange's bindings
   * @param hideReserved whether a pattern that begins with a wildcard leaves out keys that begin with {@code $}
   * @return the messages in no order, those left out that the identity may not read
   */
  CompletionStage<RetainedMessages> retained(String exchange, String pattern, boolean hideReserved);

  /** Removes a binding; succeeds when there is none, nor what it would have bound. */
  CompletionStage<Void> unbind(BindingSpec binding);

  /**
   * Attaches a consumer. It has no credit yet: nothing is delivered before {@link ConsumerHandle#addCredit}.
   *
   * @return the handle, before the first delivery
   */
  CompletionStage<ConsumerHandle> consume(String queue, ConsumerSpec spec, Consumer consumer);

  /**
   * Takes one ready message.
   *
   * @param autoAccept whether it is settled by being taken
   * @return the delivery and how many messages remain ready, or null when there is none
   */
  CompletionStage<@Nullable Got> get(String queue, boolean autoAccept);

  /**
   * Whether the connection takes more output. While it does not, the session's consumers are held back, whatever credit
   * they have, so that a slow reader's output stays bounded.
   */
  void writable(boolean writable);

  /**
   * Ends the session: consumers go, unsettled deliveries return to their queues, exclusive queues are deleted.
   *
   * @return completes, never with a failure, when the queues have everything back and the names of the exclusive ones are
   *     free again
   */
  CompletionStage<Void> close();

  /** Retained messages that were found, read in portions: however many there are, few are in memory. */
  @FunctionalInterface
  interface RetainedMessages {
    /**
     * Some more of them, on the session's loop; those that were replaced or removed meanwhile are left out. One portion
     * at a time.
     *
     * @param most how many at most
     * @return none when there are no more
     */
    CompletionStage<List<Retained>> next(int most);
  }

  /**
   * A message that is kept for those who come later.
   *
   * @param message the message as it was published
   * @param timeLeft how many milliseconds it still lives, or {@link Message#NO_EXPIRY}
   */
  record Retained(Message message, long timeLeft) {}

  /**
   * A message taken from a queue.
   *
   * @param delivery the delivery
   * @param remaining how many messages stay ready in the queue
   */
  record Got(Delivery delivery, int remaining) {}
}

package io.waypost.broker;

import io.waypost.message.Headers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is in the broker, for operators. Any thread; each answer is a snapshot and costs nothing between calls. */
public interface Inspector {
  /** The broker as a whole. */
  NodeInfo node();

  /** What is kept on disk. */
  StoreInfo store();

  /** The virtual hosts. */
  List<VirtualHostInfo> virtualHosts();

  /** The exchanges of a virtual host, or (null) of all. */
  List<ExchangeInfo> exchanges(@Nullable String virtualHost);

  /** The queues of a virtual host, or (null) of all. */
  List<QueueInfo> queues(@Nullable String virtualHost);

  /** One queue. */
  Optional<QueueInfo> queue(String virtualHost, String queue);

  /** The bindings of a virtual host, or (null) of all, those of the default exchange included. */
  List<BindingInfo> bindings(@Nullable String virtualHost);

  /** How many messages are retained in a virtual host, or (null) in all. */
  long retainedMessages(@Nullable String virtualHost);

  /** The connections. */
  List<ConnectionInfo> connections();

  /** The consumers of a virtual host, or (null) of all. */
  List<ConsumerInfo> consumers(@Nullable String virtualHost);

  /**
   * The broker as a whole.
   *
   * @param memoryUsed bytes that messages hold
   * @param memoryLimit bytes at which publishers are blocked
   * @param memoryAlarm whether they are blocked now
   * @param connections open connections
   * @param published messages accepted since start
   * @param delivered messages delivered since start
   * @param upMillis milliseconds since start
   */
  record NodeInfo(
      long memoryUsed,
      long memoryLimit,
      boolean memoryAlarm,
      int connections,
      long published,
      long delivered,
      long upMillis) {}

  /**
   * What is kept on disk. Written bytes by received bytes is the write amplification, used bytes by live bytes the space
   * amplification.
   *
   * @param segments files of messages
   * @param usedBytes bytes of those files
   * @param liveBytes bytes of messages in them that are still needed, as of the last count
   * @param messages messages of queues that are stored, and definitions
   * @param receivedBytes bytes of messages and definitions that were to be stored since start
   * @param writtenBytes bytes written for them, compaction and checkpoints included, since start
   * @param forces how often the disk was asked to make writes safe since start
   * @param shortage why publishers are held back, such as {@code low on disk}, or null
   */
  record StoreInfo(
      int segments,
      long usedBytes,
      long liveBytes,
      long messages,
      long receivedBytes,
      long writtenBytes,
      long forces,
      @Nullable String shortage) {}

  /**
   * A virtual host.
   *
   * @param name its name
   * @param description for people
   */
  record VirtualHostInfo(String name, String description) {}

  /**
   * An exchange.
   *
   * @param virtualHost where it is
   * @param spec as declared
   * @param policy the policy that applies, if any
   */
  record ExchangeInfo(
      String virtualHost, ExchangeSpec spec, @Nullable String policy) {}

  /**
   * A queue.
   *
   * @param virtualHost where it is
   * @param spec as declared
   * @param owner name of the connection that it is exclusive to, if any
   * @param policy the policy that applies, if any
   * @param operatorPolicy the operator policy that applies, if any
   * @param effectivePolicy what the two set together
   * @param ready messages ready
   * @param unacknowledged messages delivered and not settled
   * @param bytes bytes of the bodies of both
   * @param consumers consumers attached
   * @param activeConsumer tag of the single active consumer, if that feature is on
   * @param published messages that entered since it was declared
   * @param delivered messages delivered, redeliveries included
   * @param acknowledged messages settled as handled, automatically or not
   * @param redelivered messages delivered again
   */
  record QueueInfo(
      String virtualHost,
      QueueSpec spec,
      @Nullable String owner,
      @Nullable String policy,
      @Nullable String operatorPolicy,
      Headers effectivePolicy,
      long ready,
      long unacknowledged,
      long bytes,
      int consumers,
      @Nullable String activeConsumer,
      long published,
      long delivered,
      long acknowledged,
      long redelivered) {}

  /**
   * A binding.
   *
   * @param virtualHost where it is
   * @param spec source, destination, key, arguments
   * @param propertiesKey names it among those between the same two, as in the HTTP API's paths
   */
  record BindingInfo(String virtualHost, BindingSpec spec, String propertiesKey) {}

  /**
   * A connection.
   *
   * @param id number, unique in the broker's life
   * @param user the authenticated user
   * @param virtualHost the virtual host
   * @param client what is known of it
   * @param connectedAt milliseconds since 1970
   * @param blocked whether it is held back by an alarm
   * @param published messages that it published
   * @param delivered messages delivered to it
   * @param channels its channels
   */
  record ConnectionInfo(
      long id,
      String user,
      String virtualHost,
      ClientInfo client,
      long connectedAt,
      boolean blocked,
      long published,
      long delivered,
      List<ChannelInfo> channels) {}

  /**
   * A consumer.
   *
   * @param virtualHost where it is
   * @param queue its queue
   * @param spec how it consumes
   * @param connection its connection's name
   * @param user its connection's user
   * @param active whether it gets messages: false only for those that wait behind a single active consumer
   */
  record ConsumerInfo(
      String virtualHost,
      String queue,
      ConsumerSpec spec,
      String connection,
      String user,
      boolean active) {}
}

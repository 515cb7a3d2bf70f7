package io.waypost.management.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a message would go, and why.
 *
 * @param exchange the exchange that it is published to
 * @param key its routing key
 * @param topic the same as a topic
 * @param protocol the publisher's protocol
 * @param client the publisher's client id
 * @param user the publisher's user
 * @param refused why publishing it is refused; absent when it is not
 * @param published whether it goes to its own address, too
 * @param ownQueues the queues that it reaches there
 * @param rules what each rule says, in the order in which they apply
 * @param queues all queues that get a message in the end
 */
public record RouteTestReply(
    String exchange,
    String key,
    String topic,
    String protocol,
    String client,
    String user,
    @Nullable String refused,
    boolean published,
    List<String> ownQueues,
    List<Rule> rules,
    List<String> queues) {

  /**
   * What a rule says.
   *
   * @param name its name
   * @param source {@code config} or {@code api}
   * @param matches whether it matches
   * @param reason why it does not; absent when it does
   * @param copy whether it leaves the message where it is, too
   * @param exchange where it sends the message; absent, as is what follows, when it does not match
   * @param key the routing key there
   * @param topic the same as a topic
   * @param headers the headers that it adds
   * @param exchangeExists whether there is such an exchange
   * @param queues the queues that get it there
   */
  public record Rule(
      String name,
      String source,
      boolean matches,
      @Nullable String reason,
      boolean copy,
      @Nullable String exchange,
      @Nullable String key,
      @Nullable String topic,
      @Nullable Map<String, @Nullable Object> headers,
      @Nullable Boolean exchangeExists,
      @Nullable List<String> queues) {}
}

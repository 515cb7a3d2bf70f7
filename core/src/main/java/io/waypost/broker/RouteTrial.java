package io.waypost.broker;

import io.waypost.message.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a message.
 *
 * @param exchange the exchange that it is published to
 * @param key its routing key
 * @param topic the same as a topic
 * @param refusal why publishing it would be refused whoever does it, or null
 * @param published whether it goes to its own address, too
 * @param ownQueues the queues that it reaches there, if it does
 * @param verdicts what each rule says, in order
 * @param queues all queues that get a message in the end
 */
public record RouteTrial(
    String exchange,
    String key,
    String topic,
    @Nullable String refusal,
    boolean published,
    List<String> ownQueues,
    List<Verdict> verdicts,
    List<String> queues) {

  /**
   * What one rule says.
   *
   * @param rule the rule's name
   * @param configured whether it is one of the configuration
   * @param copy whether it leaves the message where it is, too
   * @param mismatch why it does not match, or null when it does
   * @param landing where it sends the message, if it matches
   */
  public record Verdict(
      String rule,
      boolean configured,
      boolean copy,
      @Nullable String mismatch,
      @Nullable Landing landing) {}

  /**
   * Where a rule sends a message.
   *
   * @param exchange the exchange
   * @param key the routing key
   * @param topic the same as a topic
   * @param headers the headers that are added
   * @param exists whether there is such an exchange
   * @param queues the queues that get it there
   */
  public record Landing(
      String exchange,
      String key,
      String topic,
      Headers headers,
      boolean exists,
      List<String> queues) {}
}

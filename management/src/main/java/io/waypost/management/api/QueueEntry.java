package io.waypost.management.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue.
 *
 * @param name its name
 * @param vhost its virtual host
 * @param type always {@code classic}
 * @param durable whether it survives a restart
 * @param autoDelete whether it goes with its last consumer
 * @param exclusive whether one connection alone may use it
 * @param arguments as declared
 * @param policy the policy that applies
 * @param operatorPolicy the operator policy that applies
 * @param effectivePolicyDefinition what the two set together
 * @param ownerPidDetails the connection that it is exclusive to
 * @param node where it lives
 * @param state always {@code running}
 * @param messages ready and unacknowledged ones
 * @param messagesReady ready to be delivered
 * @param messagesUnacknowledged delivered and not settled
 * @param messageBytes bytes of the bodies of both
 * @param consumers how many are attached
 * @param singleActiveConsumerTag who gets the messages, with that feature on
 * @param messageStats counts since it was declared
 * @param consumerDetails its consumers; only where one queue was asked for
 */
public record QueueEntry(
    String name,
    String vhost,
    String type,
    boolean durable,
    boolean autoDelete,
    boolean exclusive,
    Map<String, @Nullable Object> arguments,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String policy,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String operatorPolicy,
    Map<String, @Nullable Object> effectivePolicyDefinition,
    @Nullable ConnectionDetails ownerPidDetails,
    String node,
    String state,
    long messages,
    long messagesReady,
    long messagesUnacknowledged,
    long messageBytes,
    int consumers,
    @Nullable String singleActiveConsumerTag,
    MessageStats messageStats,
    @Nullable List<ConsumerEntry> consumerDetails) {}

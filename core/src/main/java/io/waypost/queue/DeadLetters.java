package io.waypost.queue;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is written into a message when it leaves a queue unhandled: the headers {@code x-death} (newest first, one entry
 * for each queue and reason, which tells of the first such death and counts the others), {@code x-first-death-*} (never
 * changed again) and {@code x-last-death-*}.
 */
public final class DeadLetters {
  /** Why a message died. */
  public enum Reason {
    /** A consumer did not want it. */
    REJECTED("rejected"),
    /** Its time was over. */
    EXPIRED("expired"),
    /** The queue was full. */
    MAXLEN("maxlen"),
    /** It came back too often. */
    DELIVERY_LIMIT("delivery_limit");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  /** What has one entry, and one count, in {@code x-death}. */
  private record Cause(@Nullable String queue, @Nullable String reason) {}

  private static final String DEATHS = "x-death";

  private DeadLetters() {}

  /** The message as it is to be published to the dead-letter exchange. */
  static Message dying(
      Message message,
      String queue,
      Reason reason,
      String exchange,
      @Nullable String key,
      long nowMillis) {
    Properties properties = message.properties();
    Headers headers = withDeath(message, properties, queue, reason, nowMillis);
    if (key != null) {
      // The new key replaces every address that the publisher gave.
      headers = headers.without("CC");
    }
    Message dead = message.republished(
        exchange,
        key == null ? message.routingKey() : key,
        properties.withHeaders(headers).withoutExpiration());
    return key == null ? dead.withMoreKeys(message.copyKeys(), message.blindKeys()) : dead;
  }

  private static Headers withDeath(
      Message message, Properties properties, String queue, Reason reason, long nowMillis) {
    Headers headers = properties.headers();
    // Clients may have written the header: nothing says that it has one entry for each cause.
    Map<Cause, Headers> byCause = new LinkedHashMap<>();
    for (Headers death : deaths(headers)) {
      Cause cause = new Cause(death.text("queue"), death.text("reason"));
      byCause.merge(cause, death, (first, more) -> first.with("count", count(first) + count(more)));
    }
    Headers before = byCause.remove(new Cause(queue, reason.text));
    List<Object> deaths = new ArrayList<>(byCause.size() + 1);
    deaths.add(
        before != null
            ? before.with("count", count(before) + 1)
            : death(message, properties, queue, reason, nowMillis));
    deaths.addAll(byCause.values());
    headers = headers.with(DEATHS, List.copyOf(deaths));
    if (!headers.contains("x-first-death-reason")) {
      headers = headers
          .with("x-first-death-exchange", message.exchange())
          .with("x-first-death-queue", queue)
          .with("x-first-death-reason", reason.text);
    }
    return headers
        .with("x-last-death-exchange", message.exchange())
        .with("x-last-death-queue", queue)
        .with("x-last-death-reason", reason.text);
  }

  private static long count(Headers death) {
    Long count = QueueArguments.integer(death.get("count"));
    return count == null ? 1 : count;
  }

  private static Headers death(
      Message message, Properties properties, String queue, Reason reason, long nowMillis) {
    List<Object> keys = new ArrayList<>();
    keys.add(message.routingKey());
    keys.addAll(message.copyKeys());
    List<Header> death = new ArrayList<>();
    death.add(new Header("count", 1L));
    death.add(new Header("reason", reason.text));
    death.add(new Header("queue", queue));
    death.add(new Header("time", Instant.ofEpochSecond(nowMillis / 1000)));
    death.add(new Header("exchange", message.exchange()));
    death.add(new Header("routing-keys", List.copyOf(keys)));
    if (properties.expiration() != null) {
      death.add(new Header("original-expiration", properties.expiration()));
    }
    return Headers.of(death);
  }

  /**
   * Whether a message that dies again and again without a consumer's doing would come back to this queue for ever: it
   * has died there before, and nobody rejected it since.
   */
  public static boolean isCycle(Message dead, String queue) {
    for (Headers death : deaths(dead.properties().headers())) {
      if (Reason.REJECTED.text.equals(death.text("reason"))) {
        return false;
      }
      if (queue.equals(death.text("queue"))) {
        return true;
      }
    }
    return false;
  }

  private static List<Headers> deaths(Headers headers) {
    if (!(headers.get(DEATHS) instanceof List<?> list)) {
      return List.of();
    }
    List<Headers> deaths = new ArrayList<>(list.size());
    for (Object death : list) {
      if (death instanceof Headers table) {
        deaths.add(table);
      }
    }
    return deaths;
  }
}

package io.waypost.management.http;

import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session.Got;
import io.waypost.broker.Settlement;
import io.waypost.management.api.GetRequest;
import io.waypost.management.api.GotMessage;
import io.waypost.management.api.PublishReply;
import io.waypost.management.api.PublishRequest;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishing, and looking at or taking what is in a queue: for people and tests, not for traffic. */
final class MessageRoutes {
  private static final int MOST_MESSAGES = 10_000;

  private final Gateway gateway;

  MessageRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("POST", "/api/exchanges/{vhost}/{exchange}/publish", this::publish)
        .on("POST", "/api/queues/{vhost}/{queue}/get", this::get);
  }

  private Reply publish(Request request) {
    String exchange = ExchangeRoutes.find(gateway, request).spec().name();
    if (gateway.inspector().node().memoryAlarm()) {
      throw Refusal.unavailable("the memory alarm is on: publishers are blocked");
    }
    // base64 takes 4/3 of a body, text twice as much if every second character is escaped
    PublishRequest wanted =
        request.body(PublishRequest.class, Request.BODY_LIMIT + 2L * gateway.maxMessageBytes());
    String key =
        Request.shortText("routing_key", Request.required("routing_key", wanted.routingKey()));
    byte[] body = payload(Request.required("payload", wanted.payload()), wanted.payloadEncoding());
    Properties properties = PropertiesJson.properties(wanted.properties());
    if (body.length > gateway.maxMessageBytes()) {
      throw Refusal.badRequest(
          "message size " + body.length + " is larger than " + gateway.maxMessageBytes());
    }
    try (RequestSession session = gateway.session(request, request.segment("vhost"))) {
      PublishOutcome outcome =
          session.publish(origin -> Message.of(exchange, key, body, properties, origin));
      return switch (outcome) {
        case ROUTED -> Reply.ok(new PublishReply(true));
        case UNROUTABLE -> Reply.ok(new PublishReply(false));
        case OVERFLOWED -> throw Refusal.badRequest("a queue is full and rejected the message");
        case FAILED -> throw Refusal.unavailable("a queue could not store the message");
      };
    }
  }

  private Reply get(Request request) {
    QueueInfo queue = QueueRoutes.find(gateway, request);
    GetRequest wanted = request.body(GetRequest.class);
    Settlement settlement = settlement(wanted.ackmode());
    boolean base64 = alwaysBase64(wanted.encoding());
    int truncate = wanted.truncate() == null ? Integer.MAX_VALUE : wanted.truncate();
    int count = wanted.count() == null ? 1 : wanted.count();
    if (count < 0 || count > MOST_MESSAGES || truncate < 0) {
      throw Refusal.badRequest("count is 0 to " + MOST_MESSAGES + ", truncate 0 or more");
    }
    // What goes into one answer stays in memory until it is sent: about one message of the largest
    // size.
    long room = gateway.maxMessageBytes();
    List<GotMessage> messages = new ArrayList<>();
    List<Got> taken = new ArrayList<>();
    try (RequestSession session = gateway.session(request, queue.virtualHost())) {
      while (taken.size() < count && room > 0) {
        Got got = session.call(it -> it.get(queue.spec().name(), false));
        if (got == null) {
          break;
        }
        taken.add(got);
        messages.add(shown(got, base64, truncate));
        room -= Math.min(got.delivery().message().body().length, truncate);
      }
      session.call(it -> {
        taken.forEach(got -> got.delivery().settle(settlement));
        return it.queueStatus(queue.spec().name());
      });
    }
    return Reply.ok(messages);
  }

  private static GotMessage shown(Got got, boolean base64, int truncate) {
    Message message = got.delivery().message();
    byte[] body = message.body();
    byte[] part = body.length > truncate ? Arrays.copyOf(body, truncate) : body;
    String text = base64 ? null : Arguments.text(part);
    return new GotMessage(
        body.length,
        got.delivery().redelivered(),
        message.exchange(),
        message.routingKey(),
        got.remaining(),
        PropertiesJson.json(message.properties()),
        text == null ? Base64.getEncoder().encodeToString(part) : text,
        text == null ? "base64" : "string");
  }

  private static Settlement settlement(@Nullable String mode) {
    return switch (mode == null ? "ack_requeue_true" : mode) {
      case "ack_requeue_true" -> Settlement.RELEASE;
      case "reject_requeue_true" -> Settlement.REQUEUE;
      case "ack_requeue_false" -> Settlement.ACCEPT;
      case "reject_requeue_false" -> Settlement.DEAD_LETTER;
      default ->
        throw Refusal.badRequest(
            "ackmode is ack_requeue_true, ack_requeue_false, reject_requeue_true or"
                + " reject_requeue_false");
    };
  }

  private static boolean alwaysBase64(@Nullable String encoding) {
    return switch (encoding == null ? "auto" : encoding) {
      case "auto" -> false;
      case "base64" -> true;
      default -> throw Refusal.badRequest("encoding is auto or base64");
    };
  }

  private static byte[] payload(String payload, @Nullable String encoding) {
    return switch (encoding == null ? "string" : encoding) {
      case "string" -> payload.getBytes(StandardCharsets.UTF_8);
      case "base64" -> decoded(payload);
      default -> throw Refusal.badRequest("payload_encoding is string or base64");
    };
  }

  private static byte[] decoded(String payload) {
    try {
      return Base64.getDecoder().decode(payload);
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest("the payload is not base64");
    }
  }
}

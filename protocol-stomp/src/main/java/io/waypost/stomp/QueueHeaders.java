package io.waypost.stomp;

import io.waypost.broker.QueueSpec;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.HeaderName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What the headers of SUBSCRIBE and SEND say about the queue that is to be there. */
final class QueueHeaders {
  static final HeaderName QUEUE_NAME = new HeaderName("x-queue-name");
  private static final String BINDING = "x-bind-";
  private static final String MATCH = "x-match";

  private enum Type {
    TEXT,
    NUMBER,
    FLAG
  }

  private static final Map<String, Type> ARGUMENTS = Map.ofEntries(
      Map.entry("x-dead-letter-exchange", Type.TEXT),
      Map.entry("x-dead-letter-routing-key", Type.TEXT),
      Map.entry("x-delivery-limit", Type.NUMBER),
      Map.entry("x-expires", Type.NUMBER),
      Map.entry("x-max-age", Type.TEXT),
      Map.entry("x-max-length", Type.NUMBER),
      Map.entry("x-max-length-bytes", Type.NUMBER),
      Map.entry("x-max-priority", Type.NUMBER),
      Map.entry("x-message-ttl", Type.NUMBER),
      Map.entry("x-overflow", Type.TEXT),
      Map.entry("x-queue-type", Type.TEXT),
      Map.entry("x-single-active-consumer", Type.FLAG),
      Map.entry("x-stream-max-segment-size-bytes", Type.NUMBER));

  private QueueHeaders() {}

  /** Whether a SUBSCRIBE says how its queue is to be. */
  static boolean any(Frame frame) {
    return !arguments(frame).isEmpty()
        || frame.has(HeaderName.DURABLE)
        || frame.has(HeaderName.PERSISTENT)
        || frame.has(HeaderName.AUTO_DELETE)
        || frame.has(HeaderName.EXCLUSIVE);
  }

  /** The queue of a {@code /queue/} destination. At a SEND, persistent is about the message. */
  static QueueSpec named(String queue, Frame frame, boolean subscribing) {
    boolean durable =
        subscribing ? durable(frame, true) : FrameHeaders.flag(frame, HeaderName.DURABLE, true);
    return new QueueSpec(
        queue,
        durable,
        FrameHeaders.flag(frame, HeaderName.EXCLUSIVE, false),
        FrameHeaders.flag(frame, HeaderName.AUTO_DELETE, false),
        arguments(frame));
  }

  /** The queue that a subscription to an exchange gets for itself. A durable one is found again by destination and id. */
  static QueueSpec ofSubscription(String destination, String tag, Frame frame) {
    boolean durable = durable(frame, false);
    String given = frame.get(QUEUE_NAME);
    String name = given != null ? given : durable ? derived(destination, tag) : "";
    return new QueueSpec(
        name,
        durable,
        FrameHeaders.flag(frame, HeaderName.EXCLUSIVE, !durable && given == null),
        FrameHeaders.flag(frame, HeaderName.AUTO_DELETE, !durable),
        arguments(frame));
  }

  /** Whether durable, or persistent, which means the same, is true. */
  static boolean durable(Frame frame, boolean otherwise) {
    return FrameHeaders.flag(
        frame, HeaderName.DURABLE, FrameHeaders.flag(frame, HeaderName.PERSISTENT, otherwise));
  }

  /** What a headers exchange is to match by: {@code x-match}, and {@code x-bind-NAME} for each header NAME. */
  static Headers binding(Frame frame) {
    List<Header> arguments = new ArrayList<>();
    List<String> matched = frame.startingWith(BINDING);
    for (int i = 0; i < matched.size(); i += 2) {
      arguments.add(new Header(matched.get(i).substring(BINDING.length()), matched.get(i + 1)));
    }
    String match = frame.get(new HeaderName(MATCH));
    if (match != null) {
      arguments.add(new Header(MATCH, match));
    }
    return Headers.of(arguments);
  }

  private static Headers arguments(Frame frame) {
    List<String> candidates = frame.startingWith("x-");
    if (candidates.isEmpty()) {
      return Headers.empty();
    }
    List<Header> arguments = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i += 2) {
      String name = candidates.get(i);
      Type type = ARGUMENTS.get(name);
      if (type != null && arguments.stream().noneMatch(known -> known.name().equals(name))) {
        arguments.add(new Header(name, value(type, name, candidates.get(i + 1))));
      }
    }
    return Headers.of(arguments);
  }

  private static Object value(Type type, String name, String text) {
    return switch (type) {
      case TEXT -> text;
      case NUMBER -> FrameHeaders.number(name, text);
      case FLAG -> FrameHeaders.flag(name, text);
    };
  }

  private static String derived(String destination, String tag) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5")
          .digest((destination + '\0' + tag).getBytes(StandardCharsets.UTF_8));
      return "stomp-subscription-" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

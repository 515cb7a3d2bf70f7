package io.waypost.management.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Identity;
import io.waypost.management.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of an authenticated user. Belongs to one worker thread. */
final class Request {
  /** Longest body of anything but a message, in bytes. */
  static final long BODY_LIMIT = 1 << 20;

  private static final int LONGEST_NAME = 255;

  private final HttpServerExchange exchange;
  private final String path;
  private final Map<String, String> segments;
  private final Identity identity;
  private final ClientInfo client;

  Request(
      HttpServerExchange exchange,
      String path,
      Map<String, String> segments,
      Identity identity,
      ClientInfo client) {
    this.exchange = exchange;
    this.path = path;
    this.segments = segments;
    this.identity = identity;
    this.client = client;
  }

  Identity identity() {
    return identity;
  }

  ClientInfo client() {
    return client;
  }

  /**
   * What stands in the path where the pattern has that name in braces.
   *
   * @throws Refusal if it is longer than any name may be
   */
  String segment(String name) {
    String value = segments.get(name);
    if (value == null) {
      throw new IllegalStateException("no {" + name + "} in the pattern");
    }
    return shortText(name, value);
  }

  /** The exchange that the path names; the default exchange has an empty name, which no path can hold. */
  String exchangeSegment(String name) {
    String value = segment(name);
    return value.equals("amq.default") ? "" : value;
  }

  /** The first value of a query parameter, decoded. */
  @Nullable
  String query(String name) {
    Deque<String> values = exchange.getQueryParameters().get(name);
    return values == null ? null : values.peekFirst();
  }

  boolean flag(String name) {
    return "true".equals(query(name));
  }

  @Nullable
  String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  /** The path as it was sent. */
  String path() {
    return path;
  }

  <T> T body(Class<T> type) {
    return body(type, BODY_LIMIT);
  }

  /**
   * The body's JSON; none at all counts as an object without fields.
   *
   * @throws Refusal if it is longer than the limit, in bytes, or not such JSON
   */
  <T> T body(Class<T> type, long limit) {
    exchange.setMaxEntitySize(limit);
    try {
      byte[] bytes = exchange.getInputStream().readAllBytes();
      T value = Json.MAPPER.readValue(
          bytes.length == 0 ? "{}".getBytes(StandardCharsets.US_ASCII) : bytes, type);
      if (value == null) {
        throw Refusal.badRequest("the body is null, not a JSON object");
      }
      return value;
    } catch (RequestTooBigException e) {
      throw Refusal.badRequest("the body is longer than " + limit + " bytes");
    } catch (JsonProcessingException e) {
      throw Refusal.badRequest("the body is not the expected JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw Refusal.badRequest("the body did not arrive");
    }
  }

  /**
   * The text, if it is short enough for where every protocol puts such things.
   *
   * @throws Refusal if it is longer than 255 bytes
   */
  static String shortText(String what, String value) {
    if (value.length() > LONGEST_NAME
        || value.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw Refusal.badRequest(what + " is longer than " + LONGEST_NAME + " bytes");
    }
    return value;
  }

  /**
   * The value of a field that must be there.
   *
   * @throws Refusal if it is not
   */
  static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw Refusal.badRequest("the body lacks \"" + field + "\"");
    }
    return value;
  }

  /**
   * Fails unless the user has the tag; the administrator has all.
   *
   * @throws Refusal 401
   */
  void requireTag(String tag) {
    if (!identity.has(tag) && !identity.has("administrator")) {
      throw Refusal.notAuthorised("user '" + identity.user() + "' lacks the tag " + tag);
    }
  }
}

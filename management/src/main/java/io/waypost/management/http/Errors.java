package io.waypost.management.http;

import io.waypost.broker.BrokerException;
import io.waypost.management.api.ErrorReply;
import java.util.Map;

/**
 * What HTTP clients are told when something goes wrong. As in RabbitMQ, 401 is also the answer to known users who may
 * not do what they ask; only the unknown are asked for credentials by {@code WWW-Authenticate}.
 */
final class Errors {
  static final String NOT_FOUND = "Object Not Found";

  private static final Map<String, String> CHALLENGE =
      Map.of("WWW-Authenticate", "Basic realm=\"Waypost\", charset=\"UTF-8\"");

  private Errors() {}

  static Reply of(Refusal refusal) {
    return reply(refusal.status(), refusal.error(), refusal.reason());
  }

  static Reply of(BrokerException refusal) {
    String detail = refusal.detail();
    return switch (refusal.code()) {
      case NOT_FOUND, QUEUE_DELETED, UNKNOWN_VIRTUAL_HOST -> reply(404, NOT_FOUND, detail);
      case ACCESS_REFUSED, VIRTUAL_HOST_REFUSED -> reply(401, "not_authorised", detail);
      case AUTHENTICATION_FAILED -> unauthenticated();
      case RESOURCE_LOCKED,
          EXCLUSIVE_USE,
          PRECONDITION_FAILED,
          MESSAGE_TOO_LARGE,
          LIMIT_REACHED,
          NOT_IMPLEMENTED -> reply(400, "bad_request", detail);
      case CLOSED_BY_OPERATOR, SHUTTING_DOWN -> reply(503, "service_unavailable", detail);
      case INTERNAL -> internal();
    };
  }

  /** Asks for a name and a password; says nothing about which of the two was wrong. */
  static Reply unauthenticated() {
    return new Reply(401, new ErrorReply("not_authorized", "Login failed"), CHALLENGE);
  }

  static Reply internal() {
    return reply(500, "internal_server_error", "the broker failed; its log says why");
  }

  static Reply methodNotAllowed(String allowed) {
    return new Reply(
        405,
        new ErrorReply("method_not_allowed", "this path answers " + allowed),
        Map.of("Allow", allowed));
  }

  private static Reply reply(int status, String error, String reason) {
    return new Reply(status, new ErrorReply(error, reason), Map.of());
  }
}

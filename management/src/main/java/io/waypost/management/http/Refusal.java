package io.waypost.management.http;

/** Refuses a request for a reason that only HTTP knows; what the broker refuses is a BrokerException. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  Refusal(int status, String error, String reason) {
    super(reason, null, false, false);
    this.status = status;
    this.error = error;
  }

  static Refusal badRequest(String reason) {
    return new Refusal(400, "bad_request", reason);
  }

  static Refusal notFound(String reason) {
    return new Refusal(404, Errors.NOT_FOUND, reason);
  }

  static Refusal notAuthorised(String reason) {
    return new Refusal(401, "not_authorised", reason);
  }

  static Refusal unavailable(String reason) {
    return new Refusal(503, "service_unavailable", reason);
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}

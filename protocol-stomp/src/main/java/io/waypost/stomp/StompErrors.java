package io.waypost.stomp;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.stomp.codec.MalformedException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told of an error.
 *
 * @param title the {@code message} header
 * @param detail the body
 */
record StompErrors(String title, String detail) {
  private static final Logger log = LoggerFactory.getLogger(StompErrors.class);

  static String title(ErrorCode code) {
    return switch (code) {
      case NOT_FOUND -> "not_found";
      case ACCESS_REFUSED, EXCLUSIVE_USE -> "access_refused";
      case RESOURCE_LOCKED -> "resource_locked";
      case PRECONDITION_FAILED -> "precondition_failed";
      case MESSAGE_TOO_LARGE -> "message_too_large";
      case AUTHENTICATION_FAILED, UNKNOWN_VIRTUAL_HOST, VIRTUAL_HOST_REFUSED -> "Bad CONNECT";
      case LIMIT_REACHED -> "limit_reached";
      case NOT_IMPLEMENTED -> "not_implemented";
      case QUEUE_DELETED -> "queue_deleted";
      case CLOSED_BY_OPERATOR, SHUTTING_DOWN -> "connection_forced";
      case INTERNAL -> "internal_error";
    };
  }

  /** What a failure means to the client. */
  static StompErrors of(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return of(failure.getCause());
    }
    if (failure instanceof BrokerException refusal) {
      // Why a login failed is not for the client to know; the log has it.
      boolean login = refusal.code() == ErrorCode.AUTHENTICATION_FAILED;
      return new StompErrors(
          title(refusal.code()), login ? "the login was refused" : refusal.detail());
    }
    if (failure instanceof StompException refusal) {
      return new StompErrors(refusal.title(), refusal.detail());
    }
    if (failure instanceof MalformedException malformed) {
      return new StompErrors("Malformed frame", malformed.detail());
    }
    log.error("a frame failed", failure);
    return new StompErrors(title(ErrorCode.INTERNAL), "see the broker's log");
  }
}

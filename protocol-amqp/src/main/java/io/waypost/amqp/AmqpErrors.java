package io.waypost.amqp;

import io.waypost.amqp.codec.Method;
import io.waypost.amqp.codec.ProtocolError;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What AMQP answers to each error: the reply code, which also says whether the channel or the connection ends. */
final class AmqpErrors {
  private static final Logger log = LoggerFactory.getLogger(AmqpErrors.class);

  private AmqpErrors() {}

  static ReplyCode replyCode(ErrorCode code) {
    return switch (code) {
      case NOT_FOUND, QUEUE_DELETED -> ReplyCode.NOT_FOUND;
      case ACCESS_REFUSED, EXCLUSIVE_USE, AUTHENTICATION_FAILED -> ReplyCode.ACCESS_REFUSED;
      case RESOURCE_LOCKED -> ReplyCode.RESOURCE_LOCKED;
      case PRECONDITION_FAILED, MESSAGE_TOO_LARGE -> ReplyCode.PRECONDITION_FAILED;
      case UNKNOWN_VIRTUAL_HOST, VIRTUAL_HOST_REFUSED, LIMIT_REACHED -> ReplyCode.NOT_ALLOWED;
      case NOT_IMPLEMENTED -> ReplyCode.NOT_IMPLEMENTED;
      case CLOSED_BY_OPERATOR, SHUTTING_DOWN -> ReplyCode.CONNECTION_FORCED;
      case INTERNAL -> ReplyCode.INTERNAL_ERROR;
    };
  }

  /**
   * The error that a failure means to the client.
   *
   * @param method the method that failed, or null when none did
   */
  static ProtocolError of(Throwable failure, @Nullable Method method) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return of(failure.getCause(), method);
    }
    if (failure instanceof BrokerException refusal) {
      return error(replyCode(refusal.code()), refusal.detail(), method);
    }
    if (failure instanceof AmqpException refusal) {
      return error(refusal.code(), refusal.detail(), method);
    }
    log.error("a request failed", failure);
    return error(ReplyCode.INTERNAL_ERROR, "see the broker's log", method);
  }

  private static ProtocolError error(ReplyCode code, String detail, @Nullable Method method) {
    return method == null
        ? ProtocolError.of(code, detail)
        : new ProtocolError(code, detail, method.classId(), method.methodId());
  }
}

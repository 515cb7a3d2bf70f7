package io.waypost.mqtt;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What MQTT answers to each error. */
final class MqttErrors {
  private static final Logger log = LoggerFactory.getLogger(MqttErrors.class);

  private MqttErrors() {}

  static Reason reason(ErrorCode code) {
    return switch (code) {
      case NOT_FOUND, NOT_IMPLEMENTED, RESOURCE_LOCKED, EXCLUSIVE_USE, PRECONDITION_FAILED ->
        Reason.IMPLEMENTATION_SPECIFIC_ERROR;
      case ACCESS_REFUSED, UNKNOWN_VIRTUAL_HOST, VIRTUAL_HOST_REFUSED -> Reason.NOT_AUTHORIZED;
      case MESSAGE_TOO_LARGE -> Reason.PACKET_TOO_LARGE;
      case AUTHENTICATION_FAILED -> Reason.BAD_USER_NAME_OR_PASSWORD;
      case LIMIT_REACHED -> Reason.QUOTA_EXCEEDED;
      case QUEUE_DELETED, CLOSED_BY_OPERATOR -> Reason.ADMINISTRATIVE_ACTION;
      case SHUTTING_DOWN -> Reason.SERVER_SHUTTING_DOWN;
      case INTERNAL -> Reason.UNSPECIFIED_ERROR;
    };
  }

  /** The refusal that a failure means to the client. */
  static MqttRefusal of(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return of(failure.getCause());
    }
    if (failure instanceof BrokerException refusal) {
      return new MqttRefusal(reason(refusal.code()), refusal.detail());
    }
    if (failure instanceof MqttRefusal refusal) {
      return refusal;
    }
    log.error("a request failed", failure);
    return new MqttRefusal(Reason.UNSPECIFIED_ERROR, "see the broker's log");
  }
}

package io.waypost.engine;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is told of a failed stage. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** The refusal in the failure; anything else is a fault of ours, logged here and told without detail. */
  static BrokerException told(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof BrokerException refusal) {
      return refusal;
    }
    LOG.error("A request failed", cause);
    return new BrokerException(ErrorCode.INTERNAL, "internal error");
  }

  static ErrorCode code(Throwable failure) {
    return told(failure).code();
  }
}

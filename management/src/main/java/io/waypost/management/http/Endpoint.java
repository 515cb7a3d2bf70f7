package io.waypost.management.http;

/** Answers requests of one method and path. Runs on a worker thread and may block. */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers.
   *
   * @throws Refusal or {@link io.waypost.broker.BrokerException} for what the client did wrong
   */
  Reply answer(Request request);
}

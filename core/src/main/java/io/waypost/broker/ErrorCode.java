package io.waypost.broker;

/**
 * What can go wrong for a client. Every adapter maps each constant in one switch without a default, so that a new
 * constant does not compile until every protocol has an answer to it.
 */
public enum ErrorCode {
  /** No such queue, exchange or other named thing. */
  NOT_FOUND,
  /** The identity may not do that, or nobody may (system exchanges, reserved names). */
  ACCESS_REFUSED,
  /** The queue belongs to another connection alone. */
  RESOURCE_LOCKED,
  /** The queue has an exclusive consumer, or has consumers and the request wants to be the only one. */
  EXCLUSIVE_USE,
  /** The thing exists with other properties, is in use, or the request's arguments are invalid. */
  PRECONDITION_FAILED,
  /** The message is larger than the configured limit. */
  MESSAGE_TOO_LARGE,
  /** Wrong name or password, or an identity that may not come from there. */
  AUTHENTICATION_FAILED,
  /** The virtual host does not exist. */
  UNKNOWN_VIRTUAL_HOST,
  /** The identity may not enter that virtual host, or not from that address. */
  VIRTUAL_HOST_REFUSED,
  /** A configured number of connections, channels, queues or consumers is reached. */
  LIMIT_REACHED,
  /** The request is understood and not offered. */
  NOT_IMPLEMENTED,
  /** The queue that the consumer was attached to is gone. */
  QUEUE_DELETED,
  /** An operator closed the connection. */
  CLOSED_BY_OPERATOR,
  /** The broker is going down. */
  SHUTTING_DOWN,
  /** The broker failed; the log says why. */
  INTERNAL
}

package io.waypost.security;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;

/** The one point at which everything is allowed or refused. Any thread. */
public final class Authorizer {
  private final Users users;

  /** Decides by what these users may do. */
  public Authorizer(Users users) {
    this.users = users;
  }

  /**
   * What an identity may do in a virtual host.
   *
   * @param clientId what {@code {client_id}} stands for in topic permissions; empty when there is none
   */
  public Access access(Identity identity, String virtualHost, String clientId) {
    return new Access(users, identity.user(), virtualHost, clientId, false);
  }

  /** What the broker itself may do in a virtual host: everything. */
  public Access unrestricted(Identity identity, String virtualHost) {
    return new Access(users, identity.user(), virtualHost, "", true);
  }

  /**
   * Refuses an operator's request unless the identity has a tag that allows it.
   *
   * @throws BrokerException {@link ErrorCode#ACCESS_REFUSED}
   */
  public void check(Identity identity, Tag tag) {
    if (!tag.heldBy(identity)) {
      throw new BrokerException(
          ErrorCode.ACCESS_REFUSED,
          "user '" + identity.user() + "' does not have the tag '" + tag + "'");
    }
  }
}

package io.waypost.broker;

import java.util.Objects;

/** How a client says who it is. */
public sealed interface Credentials {
  /**
   * Name and password. The text form hides the password.
   *
   * @param user the name
   * @param password the password in clear
   */
  record Password(String user, String password) implements Credentials {
    /** Checks that both are given. */
    public Password {
      Objects.requireNonNull(user, "user");
      Objects.requireNonNull(password, "password");
    }

    @Override
    public String toString() {
      return "Password[user=" + user + "]";
    }
  }

  /**
   * A name that the transport has already proved, such as a verified TLS client certificate's.
   *
   * @param user the proved name
   */
  record External(String user) implements Credentials {}
}

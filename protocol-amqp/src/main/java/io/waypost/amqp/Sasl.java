package io.waypost.amqp;

import io.waypost.amqp.codec.FieldTable;
import io.waypost.amqp.codec.LongString;
import io.waypost.broker.Credentials;
import io.waypost.message.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The SASL mechanisms of a connection. PLAIN (RFC 4616) and AMQPLAIN, its older form as a table, carry name and
 * password; EXTERNAL (RFC 4422) relies on a name that the transport has proved.
 */
final class Sasl {
  private static final String PASSWORD_MECHANISMS = "PLAIN AMQPLAIN";
  private static final String EXTERNAL = "EXTERNAL";

  private final @Nullable String provedName;

  /**
   * The mechanisms of one connection.
   *
   * @param provedName the name that the transport has proved, or null
   */
  Sasl(@Nullable String provedName) {
    this.provedName = provedName;
  }

  /** The names of the mechanisms offered, separated by spaces. */
  String mechanisms() {
    return provedName == null ? PASSWORD_MECHANISMS : PASSWORD_MECHANISMS + " " + EXTERNAL;
  }

  boolean offers(String mechanism) {
    return switch (mechanism) {
      case "PLAIN", "AMQPLAIN" -> true;
      case EXTERNAL -> provedName != null;
      default -> false;
    };
  }

  /**
   * Whom a response names.
   *
   * @return empty when the response is not what the mechanism asks for
   */
  Optional<Credentials> credentials(String mechanism, LongString response) {
    if (mechanism.equals("PLAIN")) {
      return plain(response.bytes());
    }
    if (mechanism.equals("AMQPLAIN")) {
      return FieldTable.decodeEntries(response.bytes()).flatMap(Sasl::amqplain);
    }
    return Optional.ofNullable(provedName).map(Credentials.External::new);
  }

  private static Optional<Credentials> plain(byte[] response) {
    String[] parts = new String(response, StandardCharsets.UTF_8).split("\0", -1);
    // The first part names whom to act for; nobody acts for somebody else here.
    return parts.length == 3
        ? Optional.of(new Credentials.Password(parts[1], parts[2]))
        : Optional.empty();
  }

  private static Optional<Credentials> amqplain(Headers login) {
    String user = login.text("LOGIN");
    String password = login.text("PASSWORD");
    return user == null || password == null
        ? Optional.empty()
        : Optional.of(new Credentials.Password(user, password));
  }
}

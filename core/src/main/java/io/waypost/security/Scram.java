package io.waypost.security;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.waypost.broker.ScramKeys;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Makes the keys of SCRAM-SHA-256 (RFC 5802 section 3), and writes them down. */
final class Scram {
  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
  private static final int ITERATIONS = 4096;
  private static final int SALT_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Scram() {}

  /** The keys of a password with a new salt; null when the password has characters that SCRAM does not take. */
  static @Nullable ScramKeys keys(String password) {
    byte[] salt = ScramFunctions.salt(SALT_BYTES, RANDOM);
    byte[] salted;
    try {
      salted = ScramFunctions.saltedPassword(
          MECHANISM, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, ITERATIONS);
    } catch (IllegalArgumentException unfit) {
      return null;
    }
    byte[] storedKey =
        ScramFunctions.storedKey(MECHANISM, ScramFunctions.clientKey(MECHANISM, salted));
    return new ScramKeys(
        base64(salt),
        ITERATIONS,
        base64(storedKey),
        base64(ScramFunctions.serverKey(MECHANISM, salted)));
  }

  /**
   * Keys that no proof fits, the same for a name each time, so that they do not tell that there is no such user.
   *
   * @param secret known to this process only
   */
  static ScramKeys unmatchable(byte[] secret, String user) {
    byte[] salt = ScramFunctions.hmac(
        MECHANISM, secret, user.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    return new ScramKeys(
        base64(java.util.Arrays.copyOf(salt, SALT_BYTES)),
        ITERATIONS,
        base64(random),
        base64(random));
  }

  static String encoded(ScramKeys keys) {
    return keys.iterations() + "," + keys.salt() + "," + keys.storedKey() + "," + keys.serverKey();
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static ScramKeys parse(String encoded) {
    String[] parts = encoded.split(",", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("SCRAM keys have four parts");
    }
    return new ScramKeys(parts[1], Integer.parseInt(parts[0]), parts[2], parts[3]);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}

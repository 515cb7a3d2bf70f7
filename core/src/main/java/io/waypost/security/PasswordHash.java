package io.waypost.security;

import com.password4j.BcryptFunction;
import com.password4j.types.Bcrypt;
import io.waypost.broker.ScramKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A salted hash of a password. Immutable, any thread; making and checking one is slow by design.
 *
 * @param algorithm how it was made
 * @param value the hash in that algorithm's own notation, with its salt
 * @param scram what SCRAM-SHA-256 needs of the same password; null when only the hash is known
 */
public record PasswordHash(
    Algorithm algorithm, String value, @Nullable ScramKeys scram) {
  /** The longest password, in bytes of UTF-8: bcrypt would ignore the rest. */
  public static final int MAX_PASSWORD_BYTES = 72;

  private static final Pattern BCRYPT_VALUE =
      Pattern.compile("\\$2[abxy]\\$\\d\\d\\$[./A-Za-z0-9]{53}");
  private static final int SALT_BYTES = 4;
  private static final char SCRAM_FOLLOWS = '|';

  /** How a password is hashed. */
  public enum Algorithm {
    /** Bcrypt in its usual notation: what new passwords get. */
    BCRYPT("bcrypt"),
    /** Base64 of four bytes of salt and the SHA-256 of salt and password: what other brokers' definitions have. */
    SHA_256("rabbit_password_hashing_sha256"),
    /** The same with SHA-512. */
    SHA_512("rabbit_password_hashing_sha512");

    private final String label;

    Algorithm(String label) {
      this.label = label;
    }

    /** The name in definitions. */
    public String label() {
      return label;
    }
  }

  /** A hash of a password of which SCRAM knows nothing. */
  public PasswordHash(Algorithm algorithm, String value) {
    this(algorithm, value, null);
  }

  /**
   * Checks that the value is in the algorithm's notation.
   *
   * @throws IllegalArgumentException if it is not
   */
  public PasswordHash {
    boolean valid = switch (algorithm) {
      case BCRYPT -> BCRYPT_VALUE.matcher(value).matches();
      case SHA_256 -> Base64.getDecoder().decode(value).length == SALT_BYTES + 32;
      case SHA_512 -> Base64.getDecoder().decode(value).length == SALT_BYTES + 64;
    };
    if (!valid) {
      throw new IllegalArgumentException("not a password hash of " + algorithm.label());
    }
  }

  /**
   * Hashes a password with a new random salt.
   *
   * @param cost logarithm of bcrypt's rounds, 4 to 31; each step doubles the time
   * @throws IllegalArgumentException if the password is empty or longer than {@link #MAX_PASSWORD_BYTES}
   */
  public static PasswordHash of(String password, int cost) {
    int length = password.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0) {
      throw new IllegalArgumentException("a password must not be empty");
    }
    if (length > MAX_PASSWORD_BYTES) {
      throw new IllegalArgumentException("a password has at most " + MAX_PASSWORD_BYTES + " bytes");
    }
    BcryptFunction bcrypt = BcryptFunction.getInstance(Bcrypt.B, cost);
    return new PasswordHash(
        Algorithm.BCRYPT, bcrypt.hash(password).getResult(), Scram.keys(password));
  }

  /** A hash that no password matches and that takes as long to check as one of that cost. */
  public static PasswordHash unmatchable(int cost) {
    return new PasswordHash(Algorithm.BCRYPT, String.format("$2b$%02d$%s", cost, ".".repeat(53)));
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static PasswordHash parse(String encoded) {
    for (Algorithm algorithm : Algorithm.values()) {
      String prefix = algorithm.label() + ":";
      if (encoded.startsWith(prefix)) {
        return parse(algorithm, encoded.substring(prefix.length()));
      }
    }
    throw new IllegalArgumentException("a password hash begins with its algorithm and a colon");
  }

  private static PasswordHash parse(Algorithm algorithm, String rest) {
    int end = rest.indexOf(SCRAM_FOLLOWS);
    return end < 0
        ? new PasswordHash(algorithm, rest)
        : new PasswordHash(algorithm, rest.substring(0, end), Scram.parse(rest.substring(end + 1)));
  }

  /** One string of algorithm and value, and what SCRAM needs. */
  public String encoded() {
    String hash = algorithm.label() + ":" + value;
    return scram == null ? hash : hash + SCRAM_FOLLOWS + Scram.encoded(scram);
  }

  /**
   * What may be shown of a stored hash: it without what SCRAM needs, with which one could pose as the broker.
   *
   * @param encoded what {@link #encoded} wrote; empty for a user without a password
   */
  public static String shown(String encoded) {
    int end = encoded.indexOf(SCRAM_FOLLOWS);
    return end < 0 ? encoded : encoded.substring(0, end);
  }

  /** Whether this is the password's hash. Takes the same time whether or not it is. */
  public boolean matches(String password) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    return switch (algorithm) {
      case BCRYPT ->
        bytes.length <= MAX_PASSWORD_BYTES
            && BcryptFunction.getInstanceFromHash(value).check(password, value);
      case SHA_256 -> matchesDigest("SHA-256", bytes);
      case SHA_512 -> matchesDigest("SHA-512", bytes);
    };
  }

  private boolean matchesDigest(String name, byte[] password) {
    byte[] saltAndDigest = Base64.getDecoder().decode(value);
    try {
      MessageDigest digest = MessageDigest.getInstance(name);
      digest.update(saltAndDigest, 0, SALT_BYTES);
      digest.update(password);
      byte[] expected = Arrays.copyOfRange(saltAndDigest, SALT_BYTES, saltAndDigest.length);
      return MessageDigest.isEqual(expected, digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has " + name, impossible);
    }
  }

  /** Without the hash itself. */
  @Override
  public String toString() {
    return "PasswordHash[" + algorithm.label() + "]";
  }
}

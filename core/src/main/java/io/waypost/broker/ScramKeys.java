package io.waypost.broker;

/**
 * What a server needs of a user for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677); the password can't be had from it. All
 * but the number is Base64.
 *
 * @param salt the salt
 * @param iterations how often the hash was applied
 * @param storedKey proves the client
 * @param serverKey proves the server
 */
public record ScramKeys(String salt, int iterations, String storedKey, String serverKey) {
  /** Without the keys. */
  @Override
  public String toString() {
    return "ScramKeys[iterations=" + iterations + "]";
  }
}

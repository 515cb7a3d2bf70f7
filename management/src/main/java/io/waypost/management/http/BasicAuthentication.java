package io.waypost.management.http;

import io.waypost.broker.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the credentials of HTTP's Basic scheme (RFC 7617). */
final class BasicAuthentication {
  private static final String SCHEME = "basic ";

  private BasicAuthentication() {}

  /** The credentials in the header's value; null when there are none to be read. */
  static Credentials.@Nullable Password credentials(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    byte[] decoded;
    try {
      decoded =
          Base64.getDecoder().decode(authorization.substring(SCHEME.length()).trim());
    } catch (IllegalArgumentException e) {
      return null;
    }
    String pair = new String(decoded, StandardCharsets.UTF_8);
    int colon = pair.indexOf(':');
    return colon < 0
        ? null
        : new Credentials.Password(pair.substring(0, colon), pair.substring(colon + 1));
  }
}

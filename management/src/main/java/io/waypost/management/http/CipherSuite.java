package io.waypost.management.http;

import java.util.Locale;

/**
 * A cipher suite, taken apart as other brokers show it.
 *
 * @param keyExchange how keys were agreed on; {@code any} where the name does not say
 * @param cipher what encrypts
 * @param hash what guards against changes; {@code aead} where the cipher does
 */
record CipherSuite(String keyExchange, String cipher, String hash) {
  private static final String PREFIX = "tls_";
  private static final String WITH = "_with_";

  /** Reads a standard name: {@code TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256}, {@code TLS_AES_256_GCM_SHA384}. */
  static CipherSuite of(String standardName) {
    String name = standardName.toLowerCase(Locale.ROOT);
    if (!name.startsWith(PREFIX)) {
      return new CipherSuite("any", name, "");
    }
    int with = name.indexOf(WITH);
    String keyExchange = with < 0 ? "any" : name.substring(PREFIX.length(), with);
    String rest = name.substring(with < 0 ? PREFIX.length() : with + WITH.length());
    int last = rest.lastIndexOf('_');
    if (last < 0) {
      return new CipherSuite(keyExchange, rest, "");
    }
    String cipher = rest.substring(0, last);
    boolean guards =
        cipher.endsWith("_gcm") || cipher.endsWith("_ccm") || cipher.contains("poly1305");
    return new CipherSuite(keyExchange, cipher, guards ? "aead" : rest.substring(last + 1));
  }
}

package io.waypost.broker;

import org.jspecify.annotations.Nullable;

/**
 * How a connection is encrypted, and who proved to be on the other side.
 *
 * @param protocol the version of TLS, such as {@code TLSv1.3}
 * @param cipher the cipher suite by its standard name, such as {@code TLS_AES_256_GCM_SHA384}
 * @param certificate the client's verified certificate; null when it showed none
 */
public record Encryption(
    String protocol, String cipher, @Nullable Certificate certificate) {

  /** The user whom the client's certificate stands for; null when there is none. */
  public @Nullable String user() {
    return certificate == null ? null : certificate.user();
  }

  /**
   * A client's certificate, verified.
   *
   * @param subject whom it names, as RFC 2253 writes it: {@code CN=device,O=farm}
   * @param issuer who signed it, in the same form
   * @param validity from when until when it is valid
   * @param user the user whom it stands for; null when it does not say
   */
  public record Certificate(
      String subject,
      String issuer,
      String validity,
      @Nullable String user) {}
}

package io.waypost.transport.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.List;

/**
 * A certificate that the broker can show, with its key.
 *
 * @param file where the certificate is from
 * @param chain the certificate, and those that lead to its CA
 * @param key its private key
 */
record HostKey(Path file, List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = {1, 2, 3, 4};

  HostKey {
    chain = List.copyOf(chain);
  }

  private PublicKey publicKey() {
    return chain.get(0).getPublicKey();
  }

  /** Whether it can do what is asked of keys of that type, in the words of Java or of OpenSSL. */
  boolean serves(String keyType) {
    String algorithm = publicKey().getAlgorithm();
    return keyType.equals(algorithm) || (algorithm.equals("EC") && keyType.startsWith("EC"));
  }

  /** Whether the key is that of the certificate. */
  boolean matches() {
    PublicKey shown = publicKey();
    if (shown instanceof RSAKey one && key instanceof RSAKey other) {
      return one.getModulus().equals(other.getModulus());
    }
    String algorithm = shown.getAlgorithm();
    if (!algorithm.equals(key.getAlgorithm())) {
      return false;
    }
    try {
      Signature signature =
          Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(shown);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}

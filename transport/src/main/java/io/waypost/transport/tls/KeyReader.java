package io.waypost.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Reads certificates and keys: PEM (RFC 7468), PKCS#12 (RFC 7292), or Java's own key stores. */
final class KeyReader {
  private static final String PEM = "-----BEGIN ";

  private final String password;

  /** A reader that opens what is encrypted with that password. */
  KeyReader(String password) {
    this.password = password;
  }

  /** A certificate with its key. */
  HostKey hostKey(KeyFiles files) throws TlsException {
    byte[] certificate = bytes(files.certificate());
    HostKey read =
        isPem(certificate) ? fromPem(files, certificate) : fromStore(files.certificate());
    if (!read.matches()) {
      throw new TlsException("the key in " + files.keyFile() + " is not that of the certificate in "
          + files.certificate());
    }
    return read;
  }

  /** The certificates of CAs. */
  List<X509Certificate> authorities(Path file) throws TlsException {
    byte[] bytes = bytes(file);
    List<X509Certificate> found = new ArrayList<>();
    if (isPem(bytes)) {
      found.addAll(certificates(file, bytes));
    } else {
      KeyStore store = store(file);
      try {
        for (String alias : Collections.list(store.aliases())) {
          if (store.getCertificate(alias) instanceof X509Certificate certificate) {
            found.add(certificate);
          }
        }
      } catch (KeyStoreException e) {
        throw new IllegalStateException(e);
      }
    }
    if (found.isEmpty()) {
      throw new TlsException("there is no certificate in " + file);
    }
    return found;
  }

  private HostKey fromPem(KeyFiles files, byte[] certificate) throws TlsException {
    List<X509Certificate> chain = certificates(files.certificate(), certificate);
    if (chain.isEmpty()) {
      throw new TlsException("there is no certificate in " + files.certificate());
    }
    byte[] key = bytes(files.keyFile());
    if (!isPem(key)) {
      throw new TlsException("the key in " + files.keyFile() + " can't be read: it is not PEM");
    }
    String pem = new String(key, StandardCharsets.ISO_8859_1);
    return new HostKey(
        files.certificate(), chain, PrivateKeys.read(files.keyFile().toString(), pem, password));
  }

  private HostKey fromStore(Path file) throws TlsException {
    KeyStore store = store(file);
    try {
      List<String> keys = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)) {
          keys.add(alias);
        }
      }
      if (keys.size() != 1) {
        throw new TlsException("there must be one private key in " + file + ", not " + keys.size());
      }
      Key key = store.getKey(keys.get(0), password.toCharArray());
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : store.getCertificateChain(keys.get(0))) {
        chain.add((X509Certificate) certificate);
      }
      return new HostKey(file, chain, (PrivateKey) key);
    } catch (GeneralSecurityException e) {
      throw new TlsException("the key in " + file + " can't be opened by tls.key-password");
    }
  }

  private KeyStore store(Path file) throws TlsException {
    try {
      return KeyStore.getInstance(file.toFile(), password.toCharArray());
    } catch (KeyStoreException neither) {
      throw new TlsException(file + " can't be read: it is neither PEM nor PKCS#12");
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsException(file + " can't be opened by tls.key-password, or is damaged");
    }
  }

  private static List<X509Certificate> certificates(Path file, byte[] pem) throws TlsException {
    // What is not a certificate, such as a key in the same file, is no concern of the factory.
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    String only = String.join(
        "\n",
        Arrays.stream(text.split("(?=-----BEGIN )", -1))
            .filter(block -> block.startsWith("-----BEGIN CERTIFICATE-----")
                || block.startsWith("-----BEGIN X509 CERTIFICATE-----"))
            .map(block -> block.replace("X509 CERTIFICATE", "CERTIFICATE"))
            .map(block -> block.replaceFirst("(?s)(-----END CERTIFICATE-----).*", "$1"))
            .toList());
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate each : CertificateFactory.getInstance("X.509")
          .generateCertificates(
              new ByteArrayInputStream(only.getBytes(StandardCharsets.ISO_8859_1)))) {
        certificates.add((X509Certificate) each);
      }
      return certificates;
    } catch (CertificateException e) {
      throw new TlsException("the certificate in " + file + " can't be read: it is damaged");
    }
  }

  private static boolean isPem(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(PEM);
  }

  private static byte[] bytes(Path file) throws TlsException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TlsException("cannot read " + file + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw new TlsException("cannot read " + file + ": permission denied");
    } catch (IOException e) {
      throw new TlsException("cannot read " + file + ": "
          + (Files.isDirectory(file) ? "it is a folder" : e.getMessage()));
    }
  }
}

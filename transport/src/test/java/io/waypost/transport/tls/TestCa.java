package io.waypost.transport.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A CA of a test, and what it issues; everything in files, as operators have it. */
public final class TestCa {
  private final Path folder;
  private final X509Bundle root;
  private int issued;

  private TestCa(Path folder, X509Bundle root) {
    this.folder = folder;
    this.root = root;
  }

  /**
   * A certificate with its key.
   *
   * @param certificate the PEM file with the certificate
   * @param key the PEM file with its key
   * @param bundle both of them
   */
  public record Issued(Path certificate, Path key, X509Bundle bundle) {
    /** The same under a password, in one PKCS#12 file. */
    public Path store(String password) throws Exception {
      Path file = certificate.resolveSibling(certificate.getFileName() + ".p12");
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "key",
          bundle.getKeyPair().getPrivate(),
          password.toCharArray(),
          bundle.getCertificatePath());
      try (OutputStream out = Files.newOutputStream(file)) {
        store.store(out, password.toCharArray());
      }
      return file;
    }

    /** Takes the place of another one in its files. */
    public void replace(Issued other) throws IOException {
      Files.copy(certificate, other.certificate, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.copy(key, other.key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** A new CA that keeps its files there. */
  public static TestCa in(Path folder) throws Exception {
    return new TestCa(
        folder,
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Test CA")
            .setIsCertificateAuthority(true)
            .notAfter(Instant.now().plus(Duration.ofDays(1000)))
            .buildSelfSigned());
  }

  /** The PEM file with the CA's own certificate. */
  public Path certificate() throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), root.getRootCertificatePEM());
  }

  /**
   * A certificate for a year.
   *
   * @param hosts the host names and addresses that it is for
   */
  public Issued issue(String subject, String... hosts) throws Exception {
    return issue(new CertificateBuilder().ecp256(), Duration.ofDays(365), subject, hosts);
  }

  /** A certificate whose key is of the builder's kind, valid for that long. */
  public Issued issue(CertificateBuilder builder, Duration valid, String subject, String... hosts)
      throws Exception {
    builder
        .subject(subject)
        .notBefore(Instant.now().minus(Duration.ofDays(1)))
        .notAfter(Instant.now().plus(valid));
    for (String host : hosts) {
      if (host.matches("[0-9.]+")) {
        builder.addSanIpAddress(host);
      } else {
        builder.addSanDnsName(host);
      }
    }
    X509Bundle bundle = builder.buildIssuedBy(root);
    String name = "issued-" + issued++;
    return new Issued(
        Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePathPEM()),
        Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM()),
        bundle);
  }

  /** What a client encrypts by that believes this CA and, unless null, shows that certificate. */
  public SSLContext client(@Nullable Issued shown) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        shown == null ? new KeyManager[0] : shown.bundle().toKeyManagerFactory().getKeyManagers(),
        new TrustManager[] {root.toTrustManager()},
        null);
    return context;
  }

  /** What a client trusts that believes this CA. */
  public TrustManager trust() {
    return root.toTrustManager();
  }
}

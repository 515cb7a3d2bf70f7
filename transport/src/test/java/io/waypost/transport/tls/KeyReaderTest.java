package io.waypost.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.pkitesting.CertificateBuilder;
import io.waypost.transport.tls.TestCa.Issued;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyReaderTest {
  private static final String PASSWORD = "open sesame";

  private static Path folder;
  private static TestCa ca;
  private static Issued own;

  @BeforeAll
  static void issue(@TempDir Path temp) throws Exception {
    folder = temp;
    ca = TestCa.in(temp);
    own = ca.issue("CN=broker", "localhost");
  }

  private static HostKey read(Path certificate, @Nullable Path key) throws TlsException {
    return new KeyReader(PASSWORD).hostKey(new KeyFiles(certificate, key));
  }

  private static String refusal(Path certificate, @Nullable Path key) {
    return String.valueOf(
        catchThrowableOfType(TlsException.class, () -> read(certificate, key)).getMessage());
  }

  private static Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN " + kind + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END " + kind + "-----\n";
  }

  private enum Kind {
    RSA2048,
    RSA4096,
    ECP256,
    ECP384,
    ED25519
  }

  private static Issued issued(Kind kind) throws Exception {
    CertificateBuilder.Algorithm algorithm =
        CertificateBuilder.Algorithm.valueOf(kind.name().toLowerCase(Locale.ROOT));
    return ca.issue(
        new CertificateBuilder().algorithm(algorithm),
        Duration.ofDays(10),
        "CN=" + kind,
        "localhost");
  }

  @ParameterizedTest
  @EnumSource
  void keysOfEveryKindAreReadFromPem(Kind kind) throws Exception {
    Issued issued = issued(kind);
    HostKey read = read(issued.certificate(), issued.key());
    assertThat(read.key()).isEqualTo(issued.bundle().getKeyPair().getPrivate());
    assertThat(read.chain()).contains(issued.bundle().getCertificate());
  }

  /** What OpenSSL wrote for years, and still does when asked to. */
  @ParameterizedTest
  @EnumSource(names = {"RSA2048", "RSA4096", "ECP256", "ECP384"})
  void keysInTheirOlderFormsAreReadToo(Kind kind) throws Exception {
    Issued issued = issued(kind);
    PrivateKey key = issued.bundle().getKeyPair().getPrivate();
    byte[] inner = PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKey().getOctets();
    if (kind.name().startsWith("EC")) {
      org.bouncycastle.asn1.sec.ECPrivateKey bare =
          org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(inner);
      inner = new org.bouncycastle.asn1.sec.ECPrivateKey(
              kind == Kind.ECP256 ? 256 : 384,
              bare.getKey(),
              PrivateKeyInfo.getInstance(key.getEncoded())
                  .getPrivateKeyAlgorithm()
                  .getParameters())
          .getEncoded();
    }
    String older = kind.name().startsWith("EC") ? "EC PRIVATE KEY" : "RSA PRIVATE KEY";
    HostKey read = read(issued.certificate(), file("older-" + kind, pem(older, inner)));
    assertThat(read.matches()).isTrue();
  }

  @Test
  void encryptedKeysAreOpened() throws Exception {
    byte[] key = own.bundle().getKeyPair().getPrivate().getEncoded();
    Path encrypted = file("encrypted.key", pem("ENCRYPTED PRIVATE KEY", encrypted(key, PASSWORD)));
    assertThat(read(own.certificate(), encrypted).matches()).isTrue();
    Path other = file("other.key", pem("ENCRYPTED PRIVATE KEY", encrypted(key, "another")));
    assertThat(refusal(own.certificate(), other))
        .isEqualTo("the key in " + other + " can't be opened by tls.key-password");
    assertThat(catchThrowableOfType(
            TlsException.class,
            () -> new KeyReader("").hostKey(new KeyFiles(own.certificate(), encrypted))))
        .hasMessage("the key in " + encrypted + " is encrypted: tls.key-password must open it");
  }

  /** As OpenSSL encrypts. */
  private static byte[] encrypted(byte[] key, String password) throws Exception {
    return new PKCS8Generator(
            PrivateKeyInfo.getInstance(key),
            new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                .setPRF(PKCS8Generator.PRF_HMACSHA256)
                .setProvider(new BouncyCastleProvider())
                .setPassword(password.toCharArray())
                .build())
        .generate()
        .getContent();
  }

  @Test
  void oneFileMayHaveEverything() throws Exception {
    String both = "# the broker's\n" + Files.readString(own.key())
        + "Bag Attributes\n    friendlyName: broker\n" + Files.readString(own.certificate());
    assertThat(read(file("both.pem", both), null).matches()).isTrue();
    assertThat(read(own.store(PASSWORD), null).matches()).isTrue();
  }

  @Test
  void whatCannotBeUsedIsRefusedInOneLine() throws Exception {
    Path missing = folder.resolve("missing.pem");
    assertThat(refusal(missing, null))
        .isEqualTo("cannot read " + missing + ": there is no such file");
    assertThat(refusal(own.certificate(), missing))
        .isEqualTo("cannot read " + missing + ": there is no such file");
    assertThat(refusal(folder, null)).isEqualTo("cannot read " + folder + ": it is a folder");
    Issued other = ca.issue("CN=other");
    assertThat(refusal(own.certificate(), other.key()))
        .isEqualTo("the key in " + other.key() + " is not that of the certificate in "
            + own.certificate());
    Issued rsa = issued(Kind.RSA2048);
    assertThat(refusal(own.certificate(), rsa.key())).contains("is not that of the certificate");
    assertThat(refusal(own.certificate(), null))
        .isEqualTo("there is no private key in " + own.certificate());
    assertThat(refusal(own.key(), own.key())).isEqualTo("there is no certificate in " + own.key());
    Path noise = file("noise", "nothing of the kind");
    assertThat(refusal(noise, null))
        .isEqualTo(noise + " can't be read: it is neither PEM nor PKCS#12");
    assertThat(refusal(own.certificate(), noise))
        .isEqualTo("the key in " + noise + " can't be read: it is not PEM");
    Path damaged = file("damaged.pem", pem("CERTIFICATE", new byte[] {1, 2, 3}));
    assertThat(refusal(damaged, own.key()))
        .isEqualTo("the certificate in " + damaged + " can't be read: it is damaged");
    Path damagedKey = file("damaged.key", pem("PRIVATE KEY", new byte[] {1, 2, 3}));
    assertThat(refusal(own.certificate(), damagedKey))
        .isEqualTo("the key in " + damagedKey + " can't be read: it is damaged, or not for TLS");
    Path store = other.store("another password");
    assertThat(refusal(store, null))
        .isEqualTo(store + " can't be opened by tls.key-password, or is damaged");
  }

  @Test
  void aKeyThatOpenSslEncryptedInItsOldWayIsNamed() throws Exception {
    ByteArrayOutputStream noise = new ByteArrayOutputStream();
    noise.writeBytes(new byte[48]);
    String body = pem("RSA PRIVATE KEY", noise.toByteArray())
        .replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n");
    Path old = file("old.key", body);
    assertThat(refusal(own.certificate(), old))
        .startsWith(
            "the key in " + old + " is encrypted in a way that is out of use; \"openssl pkcs8");
    Path dsa = file("dsa.key", pem("DSA PRIVATE KEY", new byte[3]));
    assertThat(refusal(own.certificate(), dsa))
        .isEqualTo("the key in " + dsa + " is of a kind that can't be read: DSA PRIVATE KEY");
  }

  @Test
  void authoritiesAreReadFromAnyKindOfFile() throws Exception {
    KeyReader reader = new KeyReader(PASSWORD);
    Path several = file(
        "several.pem", Files.readString(ca.certificate()) + Files.readString(own.certificate()));
    assertThat(reader.authorities(several)).hasSizeGreaterThan(1);
    assertThat(reader.authorities(own.store(PASSWORD))).contains(own.bundle().getCertificate());
    assertThat(catchThrowableOfType(TlsException.class, () -> reader.authorities(own.key())))
        .hasMessage("there is no certificate in " + own.key());
  }
}

package io.waypost.transport.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the broker shows of itself in TLS, and what it asks of clients. The text form hides the password.
 *
 * @param own the certificate that clients get whose host name is none of {@code byHost}
 * @param byHost further certificates, by the host name that a client asks for; {@code *.} stands for one label
 * @param keyPassword what opens encrypted keys and PKCS#12 files; empty for nothing
 * @param trusted a file with the CAs whose client certificates are believed; null when nobody is asked for one
 * @param clientCertificate whether clients are asked for one
 * @param protocols the versions offered, such as {@code TLSv1.3}
 * @param userFrom the part of a client's certificate that names the user
 * @param handshakeTimeout how long a client may take to agree on encryption
 * @param reloadInterval how often files are looked at for changes
 * @param nativeLibrary whether the native library does it where there is one; else Java does
 */
public record TlsSettings(
    KeyFiles own,
    Map<String, KeyFiles> byHost,
    String keyPassword,
    @Nullable Path trusted,
    ClientCertificate clientCertificate,
    List<String> protocols,
    UserFrom userFrom,
    Duration handshakeTimeout,
    Duration reloadInterval,
    boolean nativeLibrary) {

  /** Copies the collections. */
  public TlsSettings {
    byHost = Map.copyOf(byHost);
    protocols = List.copyOf(protocols);
  }

  @Override
  public String toString() {
    return "TlsSettings[own=" + own + ", byHost=" + byHost + ", trusted=" + trusted + "]";
  }
}

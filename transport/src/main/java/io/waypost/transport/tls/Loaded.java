package io.waypost.transport.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was in the files, ready for use: once for sockets and once for the HTTP server, which knows Java's way only.
 *
 * @param sockets encrypts channels
 * @param http encrypts whatever the HTTP server serves
 * @param certificates everything that expires
 */
record Loaded(SslContext sockets, SSLContext http, List<Dated> certificates) {
  /** How long before it expires a certificate is worth a line in the log. */
  private static final Duration SOON = Duration.ofDays(30);

  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  /**
   * A certificate and where it is from.
   *
   * @param file the file
   * @param certificate the certificate
   */
  record Dated(String file, X509Certificate certificate) {
    String subject() {
      return certificate.getSubjectX500Principal().getName();
    }

    Instant end() {
      return certificate.getNotAfter().toInstant();
    }
  }

  /**
   * Reads the files.
   *
   * @throws TlsException if they can't be used
   */
  static Loaded from(TlsSettings settings) throws TlsException {
    KeyReader reader = new KeyReader(settings.keyPassword());
    HostKey own = reader.hostKey(settings.own());
    Map<String, HostKey> byHost = new HashMap<>();
    for (Map.Entry<String, KeyFiles> each : settings.byHost().entrySet()) {
      byHost.put(each.getKey(), reader.hostKey(each.getValue()));
    }
    List<X509Certificate> authorities =
        settings.trusted() == null ? List.of() : reader.authorities(settings.trusted());
    HostKeys keys = new HostKeys(own, byHost);
    try {
      TrustManagerFactory trust = authorities.isEmpty() ? null : trust(authorities);
      return new Loaded(
          sockets(settings, keys, trust),
          http(keys, trust),
          dated(settings, own, byHost, authorities));
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException("certificates and keys can't be used: " + e.getMessage());
    }
  }

  private static SslContext sockets(
      TlsSettings settings, HostKeys keys, @Nullable TrustManagerFactory trust)
      throws SSLException {
    SslProvider provider =
        settings.nativeLibrary() && OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    return SslContextBuilder.forServer(keys)
        .sslProvider(provider)
        .trustManager(trust)
        .clientAuth(settings.clientCertificate().netty())
        .protocols(settings.protocols())
        .build();
  }

  private static SSLContext http(HostKeys keys, @Nullable TrustManagerFactory trust)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {keys}, trust == null ? null : trust.getTrustManagers(), null);
    return context;
  }

  private static TrustManagerFactory trust(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("ca" + i, authorities.get(i));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  private static List<Dated> dated(
      TlsSettings settings,
      HostKey own,
      Map<String, HostKey> byHost,
      List<X509Certificate> authorities) {
    List<HostKey> keys = new ArrayList<>(byHost.values());
    keys.add(0, own);
    List<Dated> dated = new ArrayList<>();
    for (HostKey key : keys) {
      key.chain().forEach(each -> dated.add(new Dated(key.file().toString(), each)));
    }
    authorities.forEach(each -> dated.add(new Dated(String.valueOf(settings.trusted()), each)));
    return List.copyOf(dated);
  }

  /** Says in the log which certificates have expired or soon will. */
  void warnOfExpiry(Instant now) {
    for (Dated each : certificates) {
      long days = ChronoUnit.DAYS.between(now, each.end());
      if (each.end().isBefore(now)) {
        LOG.warn(
            "TLS: certificate {} of {} expired at {}", each.subject(), each.file(), each.end());
      } else if (each.end().isBefore(now.plus(SOON))) {
        LOG.warn(
            "TLS: certificate {} of {} expires in {} days, at {}",
            each.subject(),
            each.file(),
            days,
            each.end());
      }
    }
  }
}

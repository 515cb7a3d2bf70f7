package io.waypost.transport.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.waypost.broker.Encryption;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** What a channel tells of its encryption, however it is encrypted. */
public final class TlsPeer {
  private static final AttributeKey<Encryption> ENCRYPTION =
      AttributeKey.valueOf(TlsPeer.class, "encryption");

  private TlsPeer() {}

  /** How the channel is encrypted; null when it is not. Any thread. */
  public static @Nullable Encryption of(Channel channel) {
    Encryption known = channel.attr(ENCRYPTION).get();
    if (known != null) {
      return known;
    }
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return tls == null ? null : of(tls.engine().getSession(), UserFrom.DISTINGUISHED_NAME);
  }

  /** Notes that the channel is encrypted as that session says, when the handshake is over. */
  public static void note(Channel channel, SSLSession session, UserFrom from) {
    channel.attr(ENCRYPTION).set(of(session, from));
  }

  private static Encryption of(SSLSession session, UserFrom from) {
    return new Encryption(
        session.getProtocol(), session.getCipherSuite(), certificate(session, from));
  }

  private static Encryption.@Nullable Certificate certificate(SSLSession session, UserFrom from) {
    try {
      if (session.getPeerCertificates()[0] instanceof X509Certificate shown) {
        return new Encryption.Certificate(
            shown.getSubjectX500Principal().getName(),
            shown.getIssuerX500Principal().getName(),
            shown.getNotBefore().toInstant() + " - " + shown.getNotAfter().toInstant(),
            from.user(shown.getSubjectX500Principal()));
      }
      return null;
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }
}

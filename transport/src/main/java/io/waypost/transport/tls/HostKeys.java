package io.waypost.transport.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the certificate by the host name that a client asks for (RFC 6066, section 3): the one of that name, else the
 * one of the names a level above, else the broker's own. Immutable.
 */
final class HostKeys extends X509ExtendedKeyManager {
  private static final String OWN = "";

  /** The alias of a key is its host name. */
  private final Map<String, HostKey> keys = new HashMap<>();

  HostKeys(HostKey own, Map<String, HostKey> byHost) {
    byHost.forEach((host, key) -> keys.put(host.toLowerCase(Locale.ROOT), key));
    keys.put(OWN, own);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    String alias = alias(requested(engine.getHandshakeSession()));
    HostKey key = keys.get(alias);
    return key != null && key.serves(keyType) ? alias : null;
  }

  private String alias(@Nullable String host) {
    if (host == null) {
      return OWN;
    }
    if (keys.containsKey(host)) {
      return host;
    }
    int dot = host.indexOf('.');
    String above = dot < 0 ? OWN : "*" + host.substring(dot);
    return keys.containsKey(above) ? above : OWN;
  }

  private static @Nullable String requested(@Nullable SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : extended.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return host.getAsciiName().toLowerCase(Locale.ROOT);
        }
      }
    }
    return null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    HostKey key = keys.get(alias);
    return key == null ? null : key.key();
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    HostKey key = keys.get(alias);
    return key == null ? null : key.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    List<String> serving = keys.entrySet().stream()
        .filter(each -> each.getValue().serves(keyType))
        .map(Map.Entry::getKey)
        .toList();
    return serving.toArray(String[]::new);
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }
}

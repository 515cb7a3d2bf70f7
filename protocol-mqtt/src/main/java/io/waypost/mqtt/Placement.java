package io.waypost.mqtt;

import io.waypost.transport.ProtocolSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where clients come to: which virtual host, and which exchange their topics live on. The more particular wins. Immutable.
 *
 * @param exchange the exchange of whoever has no other
 * @param virtualHost the virtual host of whoever has no other; empty for the broker's default
 * @param listenerExchange the exchange of those who come by this listener; empty for {@code exchange}
 * @param listenerVirtualHost the virtual host of those who come by this listener; empty for {@code virtualHost}
 * @param exchangesOfUsers exchanges by the users who have their own
 * @param virtualHostsOfUsers virtual hosts by the users who have their own
 * @param virtualHostsOfSubjects virtual hosts by the subjects of certificates
 */
record Placement(
    String exchange,
    String virtualHost,
    String listenerExchange,
    String listenerVirtualHost,
    Map<String, String> exchangesOfUsers,
    Map<String, String> virtualHostsOfUsers,
    Map<String, String> virtualHostsOfSubjects) {

  static Placement of(ProtocolSettings settings) {
    return new Placement(
        settings.get(MqttSettings.EXCHANGE),
        settings.get(MqttSettings.VHOST),
        settings.get(MqttSettings.LISTENER_EXCHANGE),
        settings.get(MqttSettings.LISTENER_VHOST),
        settings.get(MqttSettings.USER_EXCHANGES),
        settings.get(MqttSettings.USER_VHOSTS),
        settings.get(MqttSettings.CERTIFICATE_VHOSTS));
  }

  /**
   * The virtual host of a client.
   *
   * @param said the user name that it gave, which may begin with a virtual host and a colon
   * @param user who it is
   * @param subject the subject of its certificate, or null when it showed none
   * @param otherwise the broker's default
   */
  String virtualHost(String said, String user, @Nullable String subject, String otherwise) {
    int colon = said.lastIndexOf(':');
    if (colon >= 0) {
      return said.substring(0, colon);
    }
    String own = virtualHostsOfUsers.get(user);
    if (own != null) {
      return own;
    }
    if (!listenerVirtualHost.isEmpty()) {
      return listenerVirtualHost;
    }
    String certified = subject == null ? null : virtualHostsOfSubjects.get(subject);
    if (certified != null) {
      return certified;
    }
    return virtualHost.isEmpty() ? otherwise : virtualHost;
  }

  /** The exchange of a user's topics. */
  String exchange(String user) {
    String own = exchangesOfUsers.get(user);
    if (own != null) {
      return own;
    }
    return listenerExchange.isEmpty() ? exchange : listenerExchange;
  }
}

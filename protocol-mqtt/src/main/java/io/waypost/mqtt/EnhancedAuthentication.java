package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * The exchange of AUTH packets (section 4.12): while a client connects, and when it authenticates anew. It goes by the
 * method that the CONNECT named.
 */
final class EnhancedAuthentication {
  private static final byte[] NOTHING = {};

  private final MqttConnection connection;
  private final Broker broker;
  private final String method;
  private @Nullable ScramExchange exchange;
  private byte[] last = NOTHING;

  /**
   * An exchange that has not begun.
   *
   * @throws MqttRefusal if the method is not offered
   */
  EnhancedAuthentication(MqttConnection connection, Broker broker, String method) {
    if (!method.equals(ScramExchange.METHOD)) {
      throw new MqttRefusal(
          Reason.BAD_AUTHENTICATION_METHOD, "the authentication method is not offered");
    }
    this.connection = connection;
    this.broker = broker;
    this.method = method;
  }

  /**
   * Begins with what the client sent in CONNECT, or in an AUTH that asks for it anew.
   *
   * @throws MqttRefusal if that is not what the method begins with
   */
  void begin(MqttProperties properties) {
    byte[] data = MqttTranslator.binary(properties, MqttProperties.AUTHENTICATION_DATA);
    ScramExchange begun = new ScramExchange(data == null ? NOTHING : data, broker::scramKeys);
    exchange = begun;
    connection.answers().auth(Reason.CONTINUE_AUTHENTICATION, properties(begun.challenge()));
  }

  /**
   * The client goes on.
   *
   * @return who it has proved to be
   * @throws MqttRefusal if it has proved nothing, or there is no exchange
   */
  String proceed(MqttMessage packet) {
    ScramExchange under = exchange;
    MqttProperties given = properties(packet);
    if (under == null || reason(packet) != Reason.CONTINUE_AUTHENTICATION.value()) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "AUTH without an exchange under way");
    }
    exchange = null;
    byte[] data = MqttTranslator.binary(given, MqttProperties.AUTHENTICATION_DATA);
    last = under.finish(data == null ? NOTHING : data);
    return under.user();
  }

  /**
   * A client that is in authenticates anew.
   *
   * @throws MqttRefusal if it has proved nothing, or there is no exchange
   */
  void again(MqttMessage packet) {
    if (reason(packet) == Reason.REAUTHENTICATE.value()) {
      begin(properties(packet));
    } else {
      renew(proceed(packet));
    }
  }

  /** The client has proved anew who it is: its rights are looked at again. */
  private void renew(String user) {
    String name = user.substring(user.lastIndexOf(':') + 1);
    ClientInfo client = connection
        .peer()
        .clientInfo(connection.version(), connection.clientId(), ScramExchange.METHOD);
    connection.await(
        broker.authenticate(new Credentials.External(name), client, connection.loop()),
        identity -> {
          try {
            connection.session().renew(identity);
            connection.answers().auth(Reason.SUCCESS, conclusion());
          } catch (BrokerException refused) {
            connection.fail(MqttErrors.of(refused));
          }
        });
  }

  /**
   * Checks that the packet goes by this method ([MQTT-4.12.0-5], [MQTT-4.12.1-1]).
   *
   * @throws MqttRefusal if not
   */
  void checkMethod(MqttMessage packet) {
    String named = MqttTranslator.text(properties(packet), MqttProperties.AUTHENTICATION_METHOD);
    if (!method.equals(named)) {
      throw new MqttRefusal(
          Reason.PROTOCOL_ERROR, "the authentication method is another than in CONNECT");
    }
  }

  /** What goes with the answer that ends the exchange. */
  MqttProperties conclusion() {
    return properties(last);
  }

  private static MqttProperties properties(MqttMessage packet) {
    return ((MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader()).properties();
  }

  private static byte reason(MqttMessage packet) {
    return ((MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader()).reasonCode();
  }

  private MqttProperties properties(byte[] data) {
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.StringProperty(MqttProperties.AUTHENTICATION_METHOD, method));
    properties.add(new MqttProperties.BinaryProperty(MqttProperties.AUTHENTICATION_DATA, data));
    return properties;
  }
}

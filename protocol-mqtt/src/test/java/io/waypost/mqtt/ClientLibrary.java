package io.waypost.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;

/** A client library, as far as every one of them can be asked for the same. */
interface ClientLibrary extends AutoCloseable {
  /** Seconds that a session outlives its connection if it does. */
  int EXPIRY = 3600;

  /** What arrived. */
  record Arrival(String topic, String payload, int qos, boolean retain) {}

  /**
   * Connects.
   *
   * @param fresh whether the session begins and ends with the connection
   */
  void connect(boolean fresh) throws Exception;

  void subscribe(String filter, int qos) throws Exception;

  void unsubscribe(String filter) throws Exception;

  /** Publishes, and waits until that is answered as its QoS says. */
  void publish(String topic, String payload, int qos, boolean retain) throws Exception;

  /** The next message that comes. */
  Arrival next() throws Exception;

  void disconnect() throws Exception;

  /** Ends it, connected or not. */
  @Override
  void close();

  /** Paho for MQTT 3.1 and 3.1.1. */
  final class PahoThree implements ClientLibrary {
    private final int version;
    private final org.eclipse.paho.client.mqttv3.MqttClient client;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    PahoThree(String url, String clientId, int version) throws Exception {
      this.version = version;
      client =
          new org.eclipse.paho.client.mqttv3.MqttClient(url, clientId, new MemoryPersistence());
      client.setCallback(new Arrived());
    }

    private final class Arrived implements org.eclipse.paho.client.mqttv3.MqttCallback {
      @Override
      public void connectionLost(Throwable cause) {}

      @Override
      public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
        arrivals.add(new Arrival(
            topic,
            new String(message.getPayload(), UTF_8),
            message.getQos(),
            message.isRetained()));
      }

      @Override
      public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {}
    }

    @Override
    public void connect(boolean fresh) throws Exception {
      MqttConnectOptions options = new MqttConnectOptions();
      options.setMqttVersion(version);
      options.setCleanSession(fresh);
      client.connect(options);
    }

    @Override
    public void subscribe(String filter, int qos) throws Exception {
      client.subscribe(filter, qos);
    }

    @Override
    public void unsubscribe(String filter) throws Exception {
      client.unsubscribe(filter);
    }

    @Override
    public void publish(String topic, String payload, int qos, boolean retain) throws Exception {
      client.publish(topic, payload.getBytes(UTF_8), qos, retain);
    }

    @Override
    public Arrival next() throws Exception {
      return Objects.requireNonNull(arrivals.poll(30, TimeUnit.SECONDS), "nothing came");
    }

    @Override
    public void disconnect() throws Exception {
      client.disconnect();
    }

    @Override
    public void close() {
      try {
        if (client.isConnected()) {
          client.disconnect();
        }
        client.close();
      } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Paho for MQTT 5. */
  final class PahoFive implements ClientLibrary, IMqttMessageListener {
    private final org.eclipse.paho.mqttv5.client.MqttClient client;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    PahoFive(String url, String clientId) throws Exception {
      client = new org.eclipse.paho.mqttv5.client.MqttClient(
          url, clientId, new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      client.setCallback(new Messages());
    }

    private final class Messages implements org.eclipse.paho.mqttv5.client.MqttCallback {
      @Override
      public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {}

      @Override
      public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException exception) {}

      @Override
      public void messageArrived(String topic, MqttMessage message) {
        PahoFive.this.messageArrived(topic, message);
      }

      @Override
      public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

      @Override
      public void connectComplete(boolean reconnect, String server) {}

      @Override
      public void authPacketArrived(
          int reason, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      arrivals.add(new Arrival(
          topic, new String(message.getPayload(), UTF_8), message.getQos(), message.isRetained()));
    }

    @Override
    public void connect(boolean fresh) throws Exception {
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setCleanStart(fresh);
      options.setSessionExpiryInterval(fresh ? 0L : EXPIRY);
      client.connect(options);
    }

    @Override
    public void subscribe(String filter, int qos) throws Exception {
      client.subscribe(new MqttSubscription[] {new MqttSubscription(filter, qos)});
    }

    @Override
    public void unsubscribe(String filter) throws Exception {
      client.unsubscribe(filter);
    }

    @Override
    public void publish(String topic, String payload, int qos, boolean retain) throws Exception {
      client.publish(topic, payload.getBytes(UTF_8), qos, retain);
    }

    @Override
    public Arrival next() throws Exception {
      return Objects.requireNonNull(arrivals.poll(30, TimeUnit.SECONDS), "nothing came");
    }

    @Override
    public void disconnect() throws Exception {
      client.disconnect();
    }

    @Override
    public void close() {
      try {
        if (client.isConnected()) {
          client.disconnect();
        }
        client.close();
      } catch (org.eclipse.paho.mqttv5.common.MqttException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** HiveMQ's client for MQTT 3.1.1. */
  final class HiveThree implements ClientLibrary {
    private final Mqtt3BlockingClient client;
    private final Mqtt3BlockingClient.Mqtt3Publishes arrivals;

    HiveThree(int port, String clientId) {
      client = MqttClient.builder()
          .useMqttVersion3()
          .identifier(clientId)
          .serverHost("127.0.0.1")
          .serverPort(port)
          .buildBlocking();
      arrivals = client.publishes(MqttGlobalPublishFilter.ALL);
    }

    @Override
    public void connect(boolean fresh) {
      client.connectWith().cleanSession(fresh).send();
    }

    @Override
    public void subscribe(String filter, int qos) {
      client
          .subscribeWith()
          .topicFilter(filter)
          .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
          .send();
    }

    @Override
    public void unsubscribe(String filter) {
      client.unsubscribeWith().topicFilter(filter).send();
    }

    @Override
    public void publish(String topic, String payload, int qos, boolean retain) {
      client
          .publishWith()
          .topic(topic)
          .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
          .payload(payload.getBytes(UTF_8))
          .retain(retain)
          .send();
    }

    @Override
    public Arrival next() throws Exception {
      Mqtt3Publish got = arrivals.receive(30, TimeUnit.SECONDS).orElseThrow();
      return new Arrival(
          got.getTopic().toString(),
          new String(got.getPayloadAsBytes(), UTF_8),
          got.getQos().getCode(),
          got.isRetain());
    }

    @Override
    public void disconnect() {
      client.disconnect();
    }

    @Override
    public void close() {
      arrivals.close();
      if (client.getState().isConnected()) {
        client.disconnect();
      }
    }
  }

  /** HiveMQ's client for MQTT 5. */
  final class HiveFive implements ClientLibrary {
    private final Mqtt5BlockingClient client;
    private final Mqtt5BlockingClient.Mqtt5Publishes arrivals;

    HiveFive(int port, String clientId) {
      client = MqttClient.builder()
          .useMqttVersion5()
          .identifier(clientId)
          .serverHost("127.0.0.1")
          .serverPort(port)
          .buildBlocking();
      arrivals = client.publishes(MqttGlobalPublishFilter.ALL);
    }

    @Override
    public void connect(boolean fresh) {
      client
          .connectWith()
          .cleanStart(fresh)
          .sessionExpiryInterval(fresh ? 0 : EXPIRY)
          .send();
    }

    @Override
    public void subscribe(String filter, int qos) {
      client
          .subscribeWith()
          .topicFilter(filter)
          .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
          .send();
    }

    @Override
    public void unsubscribe(String filter) {
      client.unsubscribeWith().topicFilter(filter).send();
    }

    @Override
    public void publish(String topic, String payload, int qos, boolean retain) {
      client
          .publishWith()
          .topic(topic)
          .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
          .payload(payload.getBytes(UTF_8))
          .retain(retain)
          .send();
    }

    @Override
    public Arrival next() throws Exception {
      Mqtt5Publish got = arrivals.receive(30, TimeUnit.SECONDS).orElseThrow();
      return new Arrival(
          got.getTopic().toString(),
          new String(got.getPayloadAsBytes(), UTF_8),
          got.getQos().getCode(),
          got.isRetain());
    }

    @Override
    public void disconnect() {
      client.disconnect();
    }

    @Override
    public void close() {
      arrivals.close();
      if (client.getState().isConnected()) {
        client.disconnect();
      }
    }
  }
}

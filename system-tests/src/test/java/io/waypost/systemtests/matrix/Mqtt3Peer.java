package io.waypost.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Paho's client for MQTT 3.1.1. */
final class Mqtt3Peer implements Peer, MqttCallback {
  private record Arrived(String topic, MqttMessage message) {}

  private final MqttClient client;
  private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();

  Mqtt3Peer(String url) throws MqttException {
    client = new MqttClient(url, "three-" + System.nanoTime(), new MemoryPersistence());
    client.setCallback(this);
    client.connect();
  }

  @Override
  public void listen() throws Exception {
    client.subscribe("matrix/#", 2);
  }

  @Override
  public void publish(Map<Property, String> said) throws Exception {
    byte[] payload = HexFormat.of().parseHex(said.getOrDefault(Property.PAYLOAD, ""));
    int qos = said.containsKey(Property.PERSISTENT) ? 1 : 0;
    client.publish(Property.TOPIC.example(), payload, qos, false);
  }

  @Override
  public Map<Property, String> next() throws Exception {
    Arrived next = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    Map<Property, String> heard = new EnumMap<>(Property.class);
    heard.put(Property.PAYLOAD, HexFormat.of().formatHex(next.message.getPayload()));
    heard.put(Property.TOPIC, next.topic);
    if (next.message.getQos() > 0) {
      heard.put(Property.PERSISTENT, "true");
    }
    return heard;
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    arrived.add(new Arrived(topic, message));
  }

  @Override
  public void connectionLost(Throwable cause) {}

  @Override
  public void deliveryComplete(IMqttDeliveryToken token) {}

  @Override
  public void close() throws IOException {
    try {
      client.disconnect();
      client.close();
    } catch (MqttException e) {
      throw new IOException(e);
    }
  }
}

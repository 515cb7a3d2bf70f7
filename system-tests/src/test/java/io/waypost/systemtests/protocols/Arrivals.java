package io.waypost.systemtests.protocols;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** What an MQTT client received, to be waited for. */
final class Arrivals implements MqttCallback {
  private final BlockingQueue<MqttMessage> messages = new LinkedBlockingQueue<>();

  MqttMessage next() throws InterruptedException {
    MqttMessage message = messages.poll(60, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    messages.add(message);
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {}

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String server) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}

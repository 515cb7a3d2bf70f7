package io.waypost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** What a client of MQTT 5 received, to be waited for. */
public final class MqttArrivals implements MqttCallback {
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  /**
   * A message that came.
   *
   * @param topic its topic
   * @param message the message
   */
  public record Arrival(String topic, MqttMessage message) {
    /** Its payload. */
    public String text() {
      return new String(message.getPayload(), StandardCharsets.UTF_8);
    }
  }

  /** The next one. */
  public Arrival next() throws InterruptedException {
    Arrival next = arrivals.poll(60, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    arrivals.add(new Arrival(topic, message));
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

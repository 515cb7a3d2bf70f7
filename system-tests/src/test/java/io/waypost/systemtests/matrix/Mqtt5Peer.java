package io.waypost.systemtests.matrix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/** Paho's client for MQTT 5. */
final class Mqtt5Peer implements Peer, MqttCallback {
  private static final String QUEUE = "$queue/";

  private record Arrived(String topic, MqttMessage message) {}

  private final MqttClient client;
  private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();

  Mqtt5Peer(String url) throws MqttException {
    client = new MqttClient(url, "five-" + System.nanoTime(), new MemoryPersistence());
    client.setCallback(this);
    client.connect();
  }

  @Override
  public void listen() throws Exception {
    client.subscribe(new MqttSubscription[] {new MqttSubscription("matrix/#", 2)});
  }

  @Override
  public void publish(Map<Property, String> said) throws Exception {
    MqttMessage message = new MqttMessage();
    message.setQos(0);
    MqttProperties properties = new MqttProperties();
    List<UserProperty> pairs = new ArrayList<>();
    for (Map.Entry<Property, String> each : said.entrySet()) {
      String value = each.getValue();
      switch (each.getKey()) {
        case PAYLOAD -> message.setPayload(HexFormat.of().parseHex(value));
        case TOPIC -> {}
        case PERSISTENT -> message.setQos(1);
        case EXPIRATION -> properties.setMessageExpiryInterval(Long.parseLong(value) / 1000);
        case REPLY_TOPIC -> properties.setResponseTopic(value);
        case REPLY_QUEUE -> properties.setResponseTopic(QUEUE + value);
        case CORRELATION -> properties.setCorrelationData(value.getBytes(UTF_8));
        case CORRELATION_BYTES ->
          properties.setCorrelationData(Base64.getDecoder().decode(value));
        case CONTENT_TYPE -> properties.setContentType(value);
        case UTF_8 -> properties.setPayloadFormat(true);
        case TEXT -> pairs.add(new UserProperty("text", value));
        case LIST -> {
          pairs.add(new UserProperty("list", "a"));
          pairs.add(new UserProperty("list", "b"));
        }
        case ORDER ->
          List.of(value.split(" ")).forEach(name -> pairs.add(new UserProperty(name, "")));
        default -> throw new IllegalArgumentException("can't say " + each.getKey());
      }
    }
    properties.setUserProperties(pairs);
    message.setProperties(properties);
    client.publish(Property.TOPIC.example(), message);
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
    MqttProperties properties = next.message.getProperties();
    if (properties.getMessageExpiryInterval() != null) {
      heard.put(Property.EXPIRATION, Peer.minute(properties.getMessageExpiryInterval() * 1000));
    }
    String response = properties.getResponseTopic();
    if (response != null && response.startsWith(QUEUE)) {
      heard.put(Property.REPLY_QUEUE, response.substring(QUEUE.length()));
    } else {
      put(heard, Property.REPLY_TOPIC, response);
    }
    byte[] correlation = properties.getCorrelationData();
    if (correlation != null) {
      String text = new String(correlation, UTF_8);
      boolean isText = text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
      heard.put(
          isText ? Property.CORRELATION : Property.CORRELATION_BYTES,
          isText ? text : Base64.getEncoder().encodeToString(correlation));
    }
    put(heard, Property.CONTENT_TYPE, properties.getContentType());
    if (properties.getPayloadFormat()) {
      heard.put(Property.UTF_8, "utf-8");
    }
    Map<String, List<String>> pairs = properties.getUserProperties().stream()
        .collect(Collectors.groupingBy(
            UserProperty::getKey, Collectors.mapping(UserProperty::getValue, Collectors.toList())));
    Map.of(
            "content-encoding", Property.CONTENT_ENCODING,
            "message-id", Property.MESSAGE_ID,
            "priority", Property.PRIORITY,
            "timestamp", Property.TIMESTAMP,
            "type", Property.TYPE,
            "user-id", Property.USER_ID,
            "app-id", Property.APP_ID)
        .forEach((name, property) -> only(heard, property, pairs.get(name)));
    only(heard, Property.TEXT, pairs.get("text"));
    only(heard, Property.NUMBER, pairs.get("number"));
    only(heard, Property.FLAG, pairs.get("flag"));
    only(heard, Property.BYTES, pairs.get("bytes"));
    only(heard, Property.TABLE, pairs.get("table"));
    List<String> list = pairs.get("list");
    if (list != null) {
      heard.put(
          Property.LIST,
          list.stream().map(each -> '"' + each + '"').collect(Collectors.joining(",", "[", "]")));
    }
    String order = properties.getUserProperties().stream()
        .map(UserProperty::getKey)
        .filter(name -> name.length() == 1)
        .collect(Collectors.joining(" "));
    put(heard, Property.ORDER, order.isEmpty() ? null : order);
    return heard;
  }

  private static void only(
      Map<Property, String> heard, Property property, @Nullable List<String> values) {
    if (values != null) {
      heard.put(property, String.join(" and ", values));
    }
  }

  private static void put(Map<Property, String> heard, Property property, @Nullable String value) {
    if (value != null) {
      heard.put(property, value);
    }
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    arrived.add(new Arrived(topic, message));
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

package io.waypost.systemtests.matrix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import java.io.IOException;
import java.util.Base64;
import java.util.Date;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Java client of RabbitMQ. */
@SuppressWarnings("JavaUtilDate") // as the client has it
final class AmqpPeer implements Peer {
  private static final String TOPIC = "matrix.7%2Ea..temp";
  private static final String REPLY_TOPIC = "/topic/answers.1%2Eb";
  private static final String BINARY = "binary:";

  private final Connection connection;
  private final Channel channel;
  private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();

  AmqpPeer(int port) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    connection = factory.newConnection();
    channel = connection.createChannel();
    channel.confirmSelect();
  }

  @Override
  public void listen() throws Exception {
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, "amq.topic", "matrix.#");
    channel.basicConsume(queue, true, (tag, delivery) -> arrived.add(delivery), tag -> {});
  }

  @Override
  public void publish(Map<Property, String> said) throws Exception {
    BasicProperties.Builder properties = new BasicProperties.Builder();
    Map<String, Object> headers = new LinkedHashMap<>();
    byte[] body = new byte[0];
    for (Map.Entry<Property, String> each : said.entrySet()) {
      String value = each.getValue();
      switch (each.getKey()) {
        case PAYLOAD -> body = HexFormat.of().parseHex(value);
        case TOPIC -> {}
        case PERSISTENT -> properties.deliveryMode(2);
        case EXPIRATION -> properties.expiration(value);
        case REPLY_TOPIC -> properties.replyTo(REPLY_TOPIC);
        case REPLY_QUEUE -> properties.replyTo(value);
        case CORRELATION -> properties.correlationId(value);
        case CORRELATION_BYTES -> properties.correlationId(BINARY + value);
        case CONTENT_TYPE -> properties.contentType(value);
        case UTF_8, CONTENT_ENCODING -> properties.contentEncoding(value);
        case MESSAGE_ID -> properties.messageId(value);
        case PRIORITY -> properties.priority(Integer.valueOf(value));
        case TIMESTAMP -> properties.timestamp(new Date(Long.parseLong(value) * 1000));
        case TYPE -> properties.type(value);
        case USER_ID -> properties.userId(value);
        case APP_ID -> properties.appId(value);
        case TEXT -> headers.put("text", value);
        case NUMBER -> headers.put("number", Integer.valueOf(value));
        case FLAG -> headers.put("flag", Boolean.valueOf(value));
        case BYTES -> headers.put("bytes", Base64.getDecoder().decode(value));
        case LIST -> headers.put("list", List.of("a", "b"));
        case TABLE -> headers.put("table", Map.of("k", 1));
        case ORDER -> List.of(value.split(" ")).forEach(name -> headers.put(name, ""));
      }
    }
    channel.basicPublish("amq.topic", TOPIC, properties.headers(headers).build(), body);
    assertThat(channel.waitForConfirms(PATIENCE_SECONDS * 1000L)).isTrue();
  }

  @Override
  public Map<Property, String> next() throws Exception {
    Delivery delivery = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(delivery).isNotNull();
    Map<Property, String> heard = new EnumMap<>(Property.class);
    BasicProperties properties = delivery.getProperties();
    heard.put(Property.PAYLOAD, HexFormat.of().formatHex(delivery.getBody()));
    String key = delivery.getEnvelope().getRoutingKey();
    heard.put(Property.TOPIC, key.equals(TOPIC) ? Property.TOPIC.example() : key);
    if (Integer.valueOf(2).equals(properties.getDeliveryMode())) {
      heard.put(Property.PERSISTENT, "true");
    }
    if (properties.getExpiration() != null) {
      heard.put(Property.EXPIRATION, Peer.minute(Long.parseLong(properties.getExpiration())));
    }
    replyTo(properties.getReplyTo(), heard);
    String correlation = properties.getCorrelationId();
    if (correlation != null && correlation.startsWith(BINARY)) {
      heard.put(Property.CORRELATION_BYTES, correlation.substring(BINARY.length()));
    } else {
      put(heard, Property.CORRELATION, correlation);
    }
    put(heard, Property.CONTENT_TYPE, properties.getContentType());
    String encoding = properties.getContentEncoding();
    put(heard, "utf-8".equals(encoding) ? Property.UTF_8 : Property.CONTENT_ENCODING, encoding);
    put(heard, Property.MESSAGE_ID, properties.getMessageId());
    put(heard, Property.PRIORITY, properties.getPriority());
    Date timestamp = properties.getTimestamp();
    put(heard, Property.TIMESTAMP, timestamp == null ? null : timestamp.getTime() / 1000);
    put(heard, Property.TYPE, properties.getType());
    put(heard, Property.USER_ID, properties.getUserId());
    put(heard, Property.APP_ID, properties.getAppId());
    headers(properties, heard);
    return heard;
  }

  private static void replyTo(@Nullable String replyTo, Map<Property, String> heard) {
    if (replyTo != null && replyTo.startsWith("/")) {
      heard.put(
          Property.REPLY_TOPIC,
          replyTo.equals(REPLY_TOPIC) ? Property.REPLY_TOPIC.example() : replyTo);
    } else {
      put(heard, Property.REPLY_QUEUE, replyTo);
    }
  }

  private static void headers(AMQP.BasicProperties properties, Map<Property, String> heard) {
    if (properties.getHeaders() == null) {
      return;
    }
    Map<String, Object> headers = properties.getHeaders();
    put(heard, Property.TEXT, headers.get("text"));
    put(heard, Property.NUMBER, headers.get("number"));
    put(heard, Property.FLAG, headers.get("flag"));
    if (headers.get("bytes") instanceof byte[] bytes) {
      heard.put(Property.BYTES, Base64.getEncoder().encodeToString(bytes));
    } else {
      put(heard, Property.BYTES, headers.get("bytes"));
    }
    Object list = headers.get("list");
    put(heard, Property.LIST, "[a, b]".equals(String.valueOf(list)) ? "[\"a\",\"b\"]" : list);
    Object table = headers.get("table");
    put(heard, Property.TABLE, Map.of("k", 1).equals(table) ? "{\"k\":1}" : table);
    // The client tells headers in an order of its own.
    if (headers.keySet().containsAll(List.of("z", "a", "m"))) {
      heard.put(Property.ORDER, Property.ORDER.example());
    }
  }

  private static void put(Map<Property, String> heard, Property property, @Nullable Object value) {
    if (value != null) {
      heard.put(
          property,
          value instanceof LongString text ? new String(text.getBytes(), UTF_8) : value.toString());
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}

package io.waypost.systemtests.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** STOMP 1.2, frame by frame. */
final class StompPeer implements Peer {
  private static final String DESTINATION = "/topic/matrix.7%252Ea..temp";
  private static final String REPLY_TOPIC = "/topic/answers.1%252Eb";
  private static final String REPLY_QUEUE = "/reply-queue/";
  private static final String BINARY = "binary:";

  private final StompWire wire;

  StompPeer(StompWire wire) throws Exception {
    this.wire = wire;
    wire.send(
        "CONNECT",
        Map.of("accept-version", "1.2", "host", "/", "login", "guest", "passcode", "guest"),
        new byte[0]);
    assertThat(wire.receive().command()).isEqualTo("CONNECTED");
  }

  @Override
  public void listen() throws Exception {
    ask("SUBSCRIBE", Map.of("id", "0", "destination", "/topic/matrix.#"), new byte[0]);
  }

  private void ask(String command, Map<String, String> headers, byte[] body) throws Exception {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("receipt", "r");
    wire.send(command, all, body);
    StompWire.Frame answer = wire.receive();
    assertThat(answer.command()).as(answer.headers().toString()).isEqualTo("RECEIPT");
  }

  @Override
  public void publish(Map<Property, String> said) throws Exception {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("destination", DESTINATION);
    byte[] body = new byte[0];
    for (Map.Entry<Property, String> each : said.entrySet()) {
      String value = each.getValue();
      switch (each.getKey()) {
        case PAYLOAD -> body = HexFormat.of().parseHex(value);
        case TOPIC -> {}
        case PERSISTENT -> headers.put("persistent", "true");
        case EXPIRATION -> headers.put("expiration", value);
        case REPLY_TOPIC -> headers.put("reply-to", REPLY_TOPIC);
        case REPLY_QUEUE -> headers.put("reply-to", REPLY_QUEUE + value);
        case CORRELATION -> headers.put("correlation-id", value);
        case CORRELATION_BYTES -> headers.put("correlation-id", escaped(BINARY + value));
        case CONTENT_TYPE -> headers.put("content-type", value);
        case UTF_8, CONTENT_ENCODING -> headers.put("content-encoding", value);
        case MESSAGE_ID -> headers.put("amqp-message-id", value);
        case PRIORITY -> headers.put("priority", value);
        case TIMESTAMP -> headers.put("timestamp", value);
        case TYPE -> headers.put("type", value);
        case USER_ID -> headers.put("user-id", value);
        case APP_ID -> headers.put("app-id", value);
        case TEXT -> headers.put("text", escaped(value));
        case ORDER -> List.of(value.split(" ")).forEach(name -> headers.put(name, ""));
        default -> throw new IllegalArgumentException("can't say " + each.getKey());
      }
    }
    ask("SEND", headers, body);
  }

  private static String escaped(String plain) {
    return plain.replace("\\", "\\\\").replace(":", "\\c");
  }

  @Override
  public Map<Property, String> next() throws Exception {
    StompWire.Frame frame = wire.receive();
    assertThat(frame.command()).as(frame.headers().toString()).isEqualTo("MESSAGE");
    Map<Property, String> heard = new EnumMap<>(Property.class);
    heard.put(Property.PAYLOAD, HexFormat.of().formatHex(frame.body()));
    String destination = frame.header("destination");
    put(
        heard,
        Property.TOPIC,
        DESTINATION.equals(destination) ? Property.TOPIC.example() : destination);
    put(heard, Property.PERSISTENT, frame.header("persistent"));
    String expiration = frame.header("expiration");
    put(
        heard,
        Property.EXPIRATION,
        expiration == null ? null : Peer.minute(Long.parseLong(expiration)));
    String replyTo = frame.header("reply-to");
    if (replyTo != null && replyTo.startsWith(REPLY_QUEUE)) {
      heard.put(Property.REPLY_QUEUE, replyTo.substring(REPLY_QUEUE.length()));
    } else {
      put(
          heard,
          Property.REPLY_TOPIC,
          REPLY_TOPIC.equals(replyTo) ? Property.REPLY_TOPIC.example() : replyTo);
    }
    String correlation = frame.header("correlation-id");
    if (correlation != null && correlation.startsWith(BINARY)) {
      heard.put(Property.CORRELATION_BYTES, correlation.substring(BINARY.length()));
    } else {
      put(heard, Property.CORRELATION, correlation);
    }
    put(heard, Property.CONTENT_TYPE, frame.header("content-type"));
    String encoding = frame.header("content-encoding");
    put(heard, "utf-8".equals(encoding) ? Property.UTF_8 : Property.CONTENT_ENCODING, encoding);
    put(heard, Property.MESSAGE_ID, frame.header("amqp-message-id"));
    put(heard, Property.PRIORITY, frame.header("priority"));
    put(heard, Property.TIMESTAMP, frame.header("timestamp"));
    put(heard, Property.TYPE, frame.header("type"));
    put(heard, Property.USER_ID, frame.header("user-id"));
    put(heard, Property.APP_ID, frame.header("app-id"));
    put(heard, Property.TEXT, frame.header("text"));
    put(heard, Property.NUMBER, frame.header("number"));
    put(heard, Property.FLAG, frame.header("flag"));
    put(heard, Property.BYTES, frame.header("bytes"));
    List<String> list = frame.all("list");
    put(
        heard,
        Property.LIST,
        list.size() < 2
            ? frame.header("list")
            : list.stream()
                .map(each -> '"' + each + '"')
                .collect(Collectors.joining(",", "[", "]")));
    put(heard, Property.TABLE, frame.header("table"));
    String order = frame.headers().stream()
        .map(Map.Entry::getKey)
        .filter(name -> name.length() == 1)
        .collect(Collectors.joining(" "));
    put(heard, Property.ORDER, order.isEmpty() ? null : order);
    return heard;
  }

  private static void put(Map<Property, String> heard, Property property, @Nullable String value) {
    if (value != null) {
      heard.put(property, value);
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}

package io.waypost.distribution;

import io.waypost.transport.Setting;
import java.util.List;

/** The settings of connections, whatever their protocol. */
final class ConnectionKeys {
  static final Setting<Integer> MAX = Setting.number(
      "connections.max",
      100_000,
      1,
      10_000_000,
      "How many connections may be open; more are turned away.");
  static final Setting<Integer> BACKLOG = Setting.number(
      "connections.backlog",
      1024,
      1,
      65535,
      "How many connections may wait on a port until they are accepted.");
  static final Setting<Long> WRITE_HIGH_WATERMARK = Setting.size(
      "connections.write-high-watermark",
      256L << 10,
      4L << 10,
      1L << 30,
      "How much output may wait for a connection that reads slowly; deliveries to it pause beyond.");
  static final Setting<Integer> MAX_CONSUMERS = Setting.number(
      "connections.max-consumers",
      100_000,
      1,
      10_000_000,
      "How many consumers one connection may have.");

  static final List<Setting<?>> ALL = List.of(MAX, BACKLOG, WRITE_HIGH_WATERMARK, MAX_CONSUMERS);

  private ConnectionKeys() {}
}

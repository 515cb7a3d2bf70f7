package io.waypost.management.http;

import io.waypost.broker.QueueSpec;
import io.waypost.management.api.HealthReply;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Map;

/** Checks for probes and load balancers: 200 when all is well, 503 with the reason when not. */
final class HealthRoutes {
  private static final Reply OK = Reply.ok(new HealthReply("ok", null));
  private static final String TEST_QUEUE = "aliveness-test";

  private final Gateway gateway;

  HealthRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/health/checks/alarms", this::alarms)
        .on("GET", "/api/health/checks/local-alarms", this::alarms)
        .on("GET", "/api/health/checks/virtual-hosts", request -> OK)
        .on("GET", "/api/health/checks/port-listener/{port}", this::port)
        .on("GET", "/api/health/checks/protocol-listener/{protocol}", this::protocol)
        .on(
            "GET",
            "/api/health/checks/certificate-expiration/{within}/{unit}",
            this::certificateExpiration)
        .on("GET", "/api/aliveness-test/{vhost}", this::aliveness);
  }

  private Reply alarms(Request request) {
    if (gateway.inspector().node().memoryAlarm()) {
      return failed("the memory alarm is on: publishers are blocked");
    }
    String shortage = gateway.inspector().store().shortage();
    return shortage == null ? OK : failed(shortage + ": publishers are blocked");
  }

  private Reply port(Request request) {
    String port = request.segment("port");
    return gateway.node().listeners().get().stream()
            .anyMatch(listener -> Integer.toString(listener.port()).equals(port))
        ? OK
        : failed("nothing listens on port " + port);
  }

  private Reply protocol(Request request) {
    String protocol = request.segment("protocol");
    return gateway.node().listeners().get().stream()
            .anyMatch(listener -> listener.protocol().equalsIgnoreCase(protocol))
        ? OK
        : failed("nothing listens for " + protocol);
  }

  private Reply certificateExpiration(Request request) {
    Period within = period(request.segment("within"), request.segment("unit"));
    Instant expiry = gateway.node().certificateExpiry().get();
    return expiry == null
            || expiry.isAfter(OffsetDateTime.now(ZoneOffset.UTC).plus(within).toInstant())
        ? OK
        : failed("a certificate expires at " + expiry);
  }

  private static Period period(String number, String unit) {
    if (!number.matches("[0-9]{1,5}")) {
      throw Refusal.badRequest("not a number: " + number);
    }
    int count = Integer.parseInt(number);
    return switch (unit) {
      case "days" -> Period.ofDays(count);
      case "weeks" -> Period.ofWeeks(count);
      case "months" -> Period.ofMonths(count);
      case "years" -> Period.ofYears(count);
      default -> throw Refusal.badRequest("not one of days, weeks, months, years: " + unit);
    };
  }

  /** Sends a message through a queue. */
  private Reply aliveness(Request request) {
    try (RequestSession session = gateway.session(request, request.segment("vhost"))) {
      QueueSpec queue = new QueueSpec(TEST_QUEUE, false, false, false, Headers.empty());
      session.call(it -> it.declareQueue(queue));
      session.publish(origin -> Message.of(
          "", TEST_QUEUE, "alive".getBytes(StandardCharsets.US_ASCII), Properties.EMPTY, origin));
      return session.call(it -> it.get(TEST_QUEUE, true)) == null
          ? failed("the message did not come back")
          : OK;
    }
  }

  private static Reply failed(String reason) {
    return new Reply(503, new HealthReply("failed", reason), Map.of());
  }
}

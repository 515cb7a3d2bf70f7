package io.waypost.store.codec;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BindingSpec.DestinationKind;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Permissions;
import io.waypost.broker.PolicySpec;
import io.waypost.broker.PolicySpec.ApplyTo;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.RouteSpec;
import io.waypost.broker.TopicPermissions;
import io.waypost.store.Definition;
import java.util.LinkedHashSet;
import java.util.Set;

/** Definitions. */
public final class DefinitionCodec {
  private static final int VIRTUAL_HOST = 1;
  private static final int USER = 2;
  private static final int GRANT = 3;
  private static final int TOPIC_GRANT = 4;
  private static final int POLICY = 5;
  private static final int EXCHANGE = 6;
  private static final int QUEUE = 7;
  private static final int BINDING = 8;
  private static final int NOTE = 9;
  private static final int STAMP = 10;
  private static final int RETAINED = 11;
  private static final int ROUTE = 12;

  private DefinitionCodec() {}

  /** Writes a definition. */
  public static void write(ByteWriter out, Definition definition) {
    if (definition instanceof Definition.VirtualHost host) {
      out.u8(VIRTUAL_HOST).text(host.name()).text(host.description());
    } else if (definition instanceof Definition.User user) {
      out.u8(USER).text(user.name()).text(user.passwordHash()).size(user.tags().size());
      user.tags().forEach(out::text);
    } else if (definition instanceof Definition.Grant grant) {
      Permissions permissions = grant.permissions();
      out.u8(GRANT).text(grant.virtualHost()).text(grant.user());
      out.text(permissions.configure()).text(permissions.write()).text(permissions.read());
    } else if (definition instanceof Definition.TopicGrant grant) {
      TopicPermissions permissions = grant.permissions();
      out.u8(TOPIC_GRANT).text(grant.virtualHost()).text(grant.user());
      out.text(permissions.exchange()).text(permissions.write()).text(permissions.read());
    } else if (definition instanceof Definition.Policy policy) {
      PolicySpec spec = policy.spec();
      out.u8(POLICY).text(policy.virtualHost()).text(spec.name()).u8(spec.operator() ? 1 : 0);
      out.text(spec.pattern()).u8(code(spec.applyTo())).u32(spec.priority());
      ValueCodec.write(out, spec.definition());
    } else if (definition instanceof Definition.Exchange exchange) {
      ExchangeSpec spec = exchange.spec();
      out.u8(EXCHANGE).text(exchange.virtualHost()).i64(exchange.number());
      out.text(spec.name()).text(spec.type());
      out.u8((spec.durable() ? 1 : 0) | (spec.autoDelete() ? 2 : 0) | (spec.internal() ? 4 : 0));
      ValueCodec.write(out, spec.arguments());
    } else if (definition instanceof Definition.Queue queue) {
      QueueSpec spec = queue.spec();
      out.u8(QUEUE).text(queue.virtualHost()).i64(queue.number()).text(spec.name());
      out.u8((spec.durable() ? 1 : 0)
          | (spec.exclusive() ? 2 : 0)
          | (spec.autoDelete() ? 4 : 0)
          | kind(spec.kind()));
      ValueCodec.write(out, spec.arguments());
    } else if (definition instanceof Definition.Binding binding) {
      BindingSpec spec = binding.spec();
      out.u8(BINDING).text(binding.virtualHost()).text(spec.source()).text(spec.destination());
      out.u8(spec.kind() == DestinationKind.QUEUE ? 0 : 1).text(spec.key());
      ValueCodec.write(out, spec.arguments());
    } else if (definition instanceof Definition.Note note) {
      out.u8(NOTE).text(note.adapter()).text(note.key()).bytes(note.bytes());
    } else if (definition instanceof Definition.Stamp stamp) {
      out.u8(STAMP).text(stamp.text()).i64(stamp.queue());
    } else if (definition instanceof Definition.Retained retained) {
      out.u8(RETAINED).text(retained.virtualHost()).i64(retained.number());
    } else if (definition instanceof Definition.Route route) {
      out.u8(ROUTE).text(route.virtualHost()).text(route.spec().name());
      ValueCodec.write(out, route.spec().definition());
    } else {
      throw new IllegalStateException("no kind of definition: " + definition.getClass());
    }
  }

  /**
   * Reads a definition.
   *
   * @throws IllegalArgumentException if it is of an unknown kind
   */
  public static Definition read(ByteReader in) {
    int kind = in.u8();
    return switch (kind) {
      case VIRTUAL_HOST -> new Definition.VirtualHost(in.text(), in.text());
      case USER -> new Definition.User(in.text(), in.text(), texts(in));
      case GRANT ->
        new Definition.Grant(
            in.text(), in.text(), new Permissions(in.text(), in.text(), in.text()));
      case TOPIC_GRANT ->
        new Definition.TopicGrant(
            in.text(), in.text(), new TopicPermissions(in.text(), in.text(), in.text()));
      case POLICY ->
        new Definition.Policy(
            in.text(),
            new PolicySpec(
                in.text(),
                in.u8() == 1,
                in.text(),
                applyTo(in.u8()),
                in.u32(),
                ValueCodec.headers(in)));
      case EXCHANGE -> exchange(in);
      case QUEUE -> queue(in);
      case BINDING ->
        new Definition.Binding(
            in.text(),
            new BindingSpec(
                in.text(),
                in.text(),
                in.u8() == 0 ? DestinationKind.QUEUE : DestinationKind.EXCHANGE,
                in.text(),
                ValueCodec.headers(in)));
      case NOTE -> new Definition.Note(in.text(), in.text(), in.bytes());
      case STAMP -> new Definition.Stamp(in.text(), in.i64());
      case RETAINED -> new Definition.Retained(in.text(), in.i64());
      case ROUTE ->
        new Definition.Route(in.text(), new RouteSpec(in.text(), ValueCodec.headers(in)));
      default -> throw new IllegalArgumentException("unknown kind of definition " + kind);
    };
  }

  private static Definition exchange(ByteReader in) {
    String virtualHost = in.text();
    long number = in.i64();
    String name = in.text();
    String type = in.text();
    int flags = in.u8();
    ExchangeSpec spec = new ExchangeSpec(
        name, type, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, ValueCodec.headers(in));
    return new Definition.Exchange(virtualHost, spec, number);
  }

  private static QueueSpec.Kind kind(int flags) {
    return (flags & 16) != 0
        ? QueueSpec.Kind.SESSION
        : (flags & 8) != 0 ? QueueSpec.Kind.REPLY : QueueSpec.Kind.STANDARD;
  }

  private static int kind(QueueSpec.Kind kind) {
    return switch (kind) {
      case STANDARD -> 0;
      case REPLY -> 8;
      case SESSION -> 16;
    };
  }

  private static Definition queue(ByteReader in) {
    String virtualHost = in.text();
    long number = in.i64();
    String name = in.text();
    int flags = in.u8();
    QueueSpec spec = new QueueSpec(
        name,
        (flags & 1) != 0,
        (flags & 2) != 0,
        (flags & 4) != 0,
        ValueCodec.headers(in),
        kind(flags));
    return new Definition.Queue(virtualHost, spec, number);
  }

  private static int code(ApplyTo applyTo) {
    return switch (applyTo) {
      case QUEUES -> 0;
      case EXCHANGES -> 1;
      case ALL -> 2;
    };
  }

  private static ApplyTo applyTo(int code) {
    return switch (code) {
      case 0 -> ApplyTo.QUEUES;
      case 1 -> ApplyTo.EXCHANGES;
      case 2 -> ApplyTo.ALL;
      default -> throw new IllegalArgumentException("unknown target of a policy " + code);
    };
  }

  private static Set<String> texts(ByteReader in) {
    int size = in.size();
    Set<String> texts = new LinkedHashSet<>();
    for (int i = 0; i < size; i++) {
      texts.add(in.text());
    }
    return texts;
  }
}

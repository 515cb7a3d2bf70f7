package io.waypost.store.log;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Permissions;
import io.waypost.broker.PolicySpec;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.TopicPermissions;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.store.Definition;
import java.util.List;
import java.util.Set;

/** One definition of each kind. */
public final class DefinitionSamples {
  private final Headers arguments =
      Headers.of(List.of(new Header("x-max-length", 10L), new Header("x", List.of("y", 1))));

  public Definition.User user() {
    return new Definition.User("anna", "$2b$hash", Set.of("administrator", "monitoring"));
  }

  public Definition.User otherUser() {
    return new Definition.User("anna", "", Set.of());
  }

  public Definition.Policy policy() {
    return new Definition.Policy(
        "/", new PolicySpec("p", true, "^q\\.", PolicySpec.ApplyTo.QUEUES, -3, arguments));
  }

  public List<Definition> all() {
    return List.of(
        new Definition.VirtualHost("/", "für alle"),
        user(),
        new Definition.Grant("/", "anna", new Permissions(".*", "", "^x")),
        new Definition.TopicGrant("/", "anna", new TopicPermissions("amq.topic", "a", "b")),
        policy(),
        new Definition.Policy(
            "/", new PolicySpec("all", false, ".*", PolicySpec.ApplyTo.ALL, 7, Headers.empty())),
        new Definition.Policy(
            "/",
            new PolicySpec("ex", false, ".*", PolicySpec.ApplyTo.EXCHANGES, 7, Headers.empty())),
        new Definition.Exchange(
            "/", new ExchangeSpec("ex", "topic", true, true, false, arguments), 0),
        new Definition.Exchange(
            "/", new ExchangeSpec("in", "x-delayed-message", true, false, true, arguments), 77),
        new Definition.Queue("/", new QueueSpec("q", true, false, true, arguments), 99),
        new Definition.Queue("/", new QueueSpec("e", true, true, false, Headers.empty()), 98),
        new Definition.Binding(
            "/", new BindingSpec("ex", "q", BindingSpec.DestinationKind.QUEUE, "a.#", arguments)),
        new Definition.Binding(
            "/",
            new BindingSpec(
                "ex", "in", BindingSpec.DestinationKind.EXCHANGE, "", Headers.empty())));
  }
}

package io.waypost.engine;

import io.waypost.broker.QueueSpec;
import java.security.SecureRandom;
import java.util.Base64;

/** Names for queues whose declarer leaves the choice to the broker: nobody can guess them. */
final class GeneratedNames {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  private GeneratedNames() {}

  static QueueSpec named(QueueSpec spec) {
    byte[] bits = new byte[16];
    RANDOM.nextBytes(bits);
    return new QueueSpec(
        "amq.gen-" + TEXT.encodeToString(bits),
        spec.durable(),
        spec.exclusive(),
        spec.autoDelete(),
        spec.arguments(),
        spec.kind());
  }
}

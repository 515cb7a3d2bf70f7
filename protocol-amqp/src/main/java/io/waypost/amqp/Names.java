package io.waypost.amqp;

/** Names as clients send them. */
final class Names {
  private Names() {}

  /** The name without line breaks: clients that read names from files leave them in. */
  static String clean(String name) {
    return name.indexOf('\n') < 0 && name.indexOf('\r') < 0
        ? name
        : name.replace("\r", "").replace("\n", "");
  }

  /** The queue that a client means: by its name, or with an empty one the queue declared last. */
  static String queue(AmqpChannel channel, String name) {
    String clean = clean(name);
    return clean.isEmpty() ? channel.lastQueue() : clean;
  }
}

package io.waypost.engine;

import io.waypost.message.Message;
import java.util.List;

/**
 * A message on its way to where its route leads.
 *
 * @param message the message, as it was published or as a rule made it
 * @param route where it goes
 */
record Sending(Message message, Route route) {
  /** How many queues and exchanges that delay get one of the messages. */
  static int targets(List<Sending> sendings) {
    int sum = 0;
    for (int i = 0; i < sendings.size(); i++) {
      sum += sendings.get(i).route().targets();
    }
    return sum;
  }
}

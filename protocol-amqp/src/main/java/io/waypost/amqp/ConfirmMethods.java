package io.waypost.amqp;

import io.waypost.amqp.codec.ConfirmMethod;

/** Class confirm. */
final class ConfirmMethods {
  private ConfirmMethods() {}

  static void select(AmqpChannel channel, ConfirmMethod.Select select) {
    channel.publisher().confirm();
    if (!select.noWait()) {
      channel.send(new ConfirmMethod.SelectOk());
    }
  }
}

package io.waypost.amqp;

import io.waypost.amqp.codec.ReplyCode;
import io.waypost.amqp.codec.TxMethod;

/** Class tx. */
final class TxMethods {
  private TxMethods() {}

  static void perform(AmqpChannel channel, TxMethod method) {
    if (method instanceof TxMethod.Select) {
      channel.publisher().transact();
      channel.send(new TxMethod.SelectOk());
    } else if (method instanceof TxMethod.Commit) {
      channel
          .order()
          .await(
              transaction(channel).commit(),
              method,
              nothing -> channel.send(new TxMethod.CommitOk()));
    } else if (method instanceof TxMethod.Rollback) {
      transaction(channel).rollback();
      channel.send(new TxMethod.RollbackOk());
    } else {
      throw ChannelMethods.unexpected(method);
    }
  }

  private static Transaction transaction(AmqpChannel channel) {
    Transaction transaction = channel.publisher().transaction();
    if (transaction == null) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "channel is not transactional");
    }
    return transaction;
  }
}

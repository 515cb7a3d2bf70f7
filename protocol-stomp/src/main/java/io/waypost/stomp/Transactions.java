package io.waypost.stomp;

import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.HeaderName;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open transactions of a connection, within its limits. */
final class Transactions {
  private static final String BAD = "Bad transaction";

  private final StompConnection connection;
  private final Publisher publisher;
  private final Map<String, Transaction> open = new HashMap<>(2);

  Transactions(StompConnection connection, Publisher publisher) {
    this.connection = connection;
    this.publisher = publisher;
  }

  /** The transaction that a frame belongs to, or null if to none. */
  @Nullable
  Transaction of(Frame frame) {
    return frame.has(HeaderName.TRANSACTION) ? known(open.get(name(frame)), frame) : null;
  }

  void begin(Frame frame, byte @Nullable [] receipt) {
    String name = name(frame);
    if (open.containsKey(name)) {
      throw new StompException(BAD, "transaction '" + name + "' has begun already");
    }
    int most = connection.settings().maxTransactions();
    if (open.size() >= most) {
      throw new StompException(BAD, "there are " + most + " open transactions, which is the limit");
    }
    open.put(name, new Transaction(this));
    connection.done(receipt);
  }

  void commit(Frame frame, byte @Nullable [] receipt) {
    Transaction transaction = known(open.remove(name(frame)), frame);
    connection.await(
        transaction.commit(connection.session(), publisher),
        receipt,
        nothing -> connection.done(receipt));
  }

  void abort(Frame frame, byte @Nullable [] receipt) {
    known(open.remove(name(frame)), frame).abort();
    connection.done(receipt);
  }

  void checkFrames(int frames) {
    int most = connection.settings().maxTransactionFrames();
    if (frames > most) {
      throw new StompException(BAD, "a transaction has more than " + most + " frames");
    }
  }

  void checkBytes(long more) {
    long most = connection.settings().maxTransactionBytes();
    long sum = more;
    for (Transaction transaction : open.values()) {
      sum += transaction.bytes();
    }
    if (sum > most) {
      throw new StompException(
          BAD, "the messages in open transactions have more than " + most + " bytes");
    }
  }

  private static String name(Frame frame) {
    return FrameHeaders.required(frame, HeaderName.TRANSACTION);
  }

  private static Transaction known(@Nullable Transaction transaction, Frame frame) {
    if (transaction == null) {
      throw new StompException(BAD, "transaction '" + name(frame) + "' has not begun");
    }
    return transaction;
  }
}

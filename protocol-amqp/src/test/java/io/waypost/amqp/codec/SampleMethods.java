package io.waypost.amqp.codec;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.util.List;

/** One of each method, with arguments that differ from each other and from nothing. */
public final class SampleMethods {
  private static final Headers TABLE = Headers.of(
      List.of(new Header("x-one", 1), new Header("x-two", "zwei"), new Header("x-none", null)));

  /** All of them. */
  public static final List<Method> ALL = List.of(
      new ConnectionMethod.Start(0, 9, TABLE, "PLAIN AMQPLAIN", "en_US"),
      new ConnectionMethod.StartOk(
          TABLE, "PLAIN", new LongString(new byte[] {0, 'u', 0, 'p'}), "en_US"),
      new ConnectionMethod.Secure(new LongString(new byte[] {1, 2, 3})),
      new ConnectionMethod.SecureOk(new LongString(new byte[] {4, 5})),
      new ConnectionMethod.Tune(2047, 131072, 60),
      new ConnectionMethod.TuneOk(1, 0xFFFF_FFFFL, 0xFFFF),
      new ConnectionMethod.Open("/höhe"),
      new ConnectionMethod.OpenOk(),
      new ConnectionMethod.Close(320, "CONNECTION_FORCED - bye", 60, 40),
      new ConnectionMethod.CloseOk(),
      new ConnectionMethod.Blocked("low on memory"),
      new ConnectionMethod.Unblocked(),
      new ConnectionMethod.UpdateSecret(new LongString(new byte[] {9}), "renewed"),
      new ConnectionMethod.UpdateSecretOk(),
      new ChannelMethod.Open(),
      new ChannelMethod.OpenOk(),
      new ChannelMethod.Flow(true),
      new ChannelMethod.FlowOk(false),
      new ChannelMethod.Close(404, "NOT_FOUND - no queue", 50, 10),
      new ChannelMethod.CloseOk(),
      new AccessMethod.Request("/data", false, true, true, false, true),
      new AccessMethod.RequestOk(1),
      new ExchangeMethod.Declare("x", "topic", false, true, false, true, true, TABLE),
      new ExchangeMethod.DeclareOk(),
      new ExchangeMethod.Delete("x", true, false),
      new ExchangeMethod.DeleteOk(),
      new ExchangeMethod.Bind("to", "from", "k", true, TABLE),
      new ExchangeMethod.BindOk(),
      new ExchangeMethod.Unbind("to", "from", "k", false, TABLE),
      new ExchangeMethod.UnbindOk(),
      new QueueMethod.Declare("q", true, false, true, false, true, TABLE),
      new QueueMethod.DeclareOk("q", 7, 0xFFFF_FFFFL),
      new QueueMethod.Bind("q", "x", "k", true, TABLE),
      new QueueMethod.BindOk(),
      new QueueMethod.Purge("q", true),
      new QueueMethod.PurgeOk(3),
      new QueueMethod.Delete("q", true, false, true),
      new QueueMethod.DeleteOk(4),
      new QueueMethod.Unbind("q", "x", "k", TABLE),
      new QueueMethod.UnbindOk(),
      new BasicMethod.Qos(0, 100, true),
      new BasicMethod.QosOk(),
      new BasicMethod.Consume("q", "tag", true, false, true, false, TABLE),
      new BasicMethod.ConsumeOk("tag"),
      new BasicMethod.Cancel("tag", true),
      new BasicMethod.CancelOk("tag"),
      new BasicMethod.Publish("x", "k", true, false),
      new BasicMethod.Return(312, "NO_ROUTE", "x", "k"),
      new BasicMethod.Deliver("tag", Long.MAX_VALUE, true, "x", "k"),
      new BasicMethod.Get("q", true),
      new BasicMethod.GetOk(5, false, "x", "k", 6),
      new BasicMethod.GetEmpty(),
      new BasicMethod.Ack(8, true),
      new BasicMethod.Reject(9, true),
      new BasicMethod.RecoverAsync(true),
      new BasicMethod.Recover(false),
      new BasicMethod.RecoverOk(),
      new BasicMethod.Nack(10, false, true),
      new ConfirmMethod.Select(true),
      new ConfirmMethod.SelectOk(),
      new TxMethod.Select(),
      new TxMethod.SelectOk(),
      new TxMethod.Commit(),
      new TxMethod.CommitOk(),
      new TxMethod.Rollback(),
      new TxMethod.RollbackOk());

  private SampleMethods() {}
}

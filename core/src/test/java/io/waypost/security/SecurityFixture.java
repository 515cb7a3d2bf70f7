package io.waypost.security;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.ErrorCode;
import io.waypost.message.Headers;
import io.waypost.store.MemoryDefinitionStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.Assertions;

/** Users over a store, changed on the calling thread. */
final class SecurityFixture {
  static final int COST = 4;

  final MemoryDefinitionStore store = new MemoryDefinitionStore();
  final Passwords passwords = new Passwords(COST, Runnable::run);
  final Users users = new Users(store, Runnable::run, passwords);

  static ClientInfo clientFrom(int... octets) {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    InetAddress remote;
    try {
      remote = InetAddress.getByAddress(bytes);
    } catch (UnknownHostException wrongLength) {
      throw new IllegalArgumentException(wrongLength);
    }
    return new ClientInfo(
        "amqp",
        "0-9-1",
        "",
        new InetSocketAddress(remote, 50000),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 5672),
        null,
        "PLAIN",
        Headers.empty());
  }

  static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  static void assertFails(CompletionStage<?> stage, ErrorCode code, String detail) {
    Assertions.assertThatThrownBy(() -> await(stage))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(BrokerException.class)
        .hasMessage(detail)
        .extracting(refusal -> ((BrokerException) refusal).code())
        .isEqualTo(code);
  }
}

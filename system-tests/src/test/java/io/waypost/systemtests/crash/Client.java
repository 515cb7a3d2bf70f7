package io.waypost.systemtests.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An AMQP connection of which one can tell when the last of its callbacks has run. */
final class Client implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int GOODBYE_MILLIS = 5_000;

  private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Connection connection;

  Client(int port) throws IOException, TimeoutException {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(PATIENCE_MILLIS);
    factory.setHandshakeTimeout(PATIENCE_MILLIS);
    factory.setChannelRpcTimeout(PATIENCE_MILLIS);
    try {
      connection = factory.newConnection(callbacks);
    } catch (IOException | TimeoutException e) {
      callbacks.shutdown();
      throw e;
    }
    connection.addShutdownListener(cause -> ended.countDown());
  }

  Channel channel() throws IOException {
    return connection.openChannel().orElseThrow();
  }

  Connection connection() {
    return connection;
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  /** Waits until the broker has ended the connection, and nothing that came over it is still to be seen. */
  void awaitEnd() throws InterruptedException {
    boolean closed = ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    callbacks.shutdown();
    if (!closed || !callbacks.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("a connection does not end");
    }
  }

  /** Says goodbye, but not for long to a broker that does not listen because publishers are blocked. */
  @Override
  public void close() {
    connection.abort(GOODBYE_MILLIS);
    callbacks.shutdown();
  }
}

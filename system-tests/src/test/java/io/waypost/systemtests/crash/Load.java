package io.waypost.systemtests.crash;

import io.waypost.systemtests.HttpApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Everybody who uses the broker at a time, each in a thread of their own. */
final class Load {
  private static final int PUBLISHERS = 4;

  private final Ledger ledger;
  private final List<Client> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean ending;

  /**
   * Starts to use a broker.
   *
   * @param firstNumber the number of the first publisher
   */
  Load(
      int port,
      HttpApi api,
      Ledger ledger,
      Declared declared,
      Map<String, String> passwords,
      SplittableRandom random,
      int firstNumber)
      throws IOException, TimeoutException {
    this.ledger = ledger;
    int number = firstNumber;
    List<Worker> workers = new ArrayList<>();
    Client publishing = client(port);
    for (int i = 0; i < PUBLISHERS; i++) {
      Client client = i == 0 ? client(port) : publishing;
      workers.add(new Publisher(client, number++, ledger, random.split(), stop, i == 0));
    }
    workers.add(new Transactor(client(port), number++, ledger, random.split(), stop));
    workers.add(new AmqpChurn(client(port), number++, ledger, declared, random.split(), stop));
    workers.add(new HttpChurn(api, declared, passwords, random.split(), stop));
    Client shared = client(port);
    for (Lane lane : Topology.LANES) {
      for (int i = 0; i < lane.consumers(); i++) {
        Client client = random.nextBoolean() ? shared : client(port);
        workers.add(new Subscriber(client, lane, ledger, random.split(), stop));
      }
    }
    workers.forEach(this::start);
  }

  /** How many publishers a load has at most. */
  static int numbers() {
    return PUBLISHERS + 2;
  }

  private Client client(int port) throws IOException, TimeoutException {
    Client client = new Client(port);
    clients.add(client);
    return client;
  }

  private void start(Worker worker) {
    Thread thread = new Thread(() -> run(worker), worker.getClass().getSimpleName());
    threads.add(thread);
    thread.start();
  }

  private void run(Worker worker) {
    try {
      worker.work();
    } catch (Exception e) {
      if (!ending) {
        ledger.unexpected(worker.getClass().getSimpleName() + " failed: " + e + " " + e.getCause());
      }
    }
  }

  /** Whoever works is about to lose the broker; nothing that goes wrong from now on is a fault. */
  void expectEnd() {
    ending = true;
  }

  /** Everybody finishes what they have begun and says goodbye. */
  void sayGoodbye() throws InterruptedException {
    stop.countDown();
    join();
    clients.forEach(Client::close);
  }

  /** After the end of the broker: waits until everybody has noticed. */
  void awaitEnd() throws InterruptedException {
    stop.countDown();
    for (Client client : clients) {
      client.awaitEnd();
    }
    join();
  }

  private void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(TimeUnit.MINUTES.toMillis(2));
      if (thread.isAlive()) {
        throw new IllegalStateException(thread.getName() + " does not end");
      }
    }
  }
}

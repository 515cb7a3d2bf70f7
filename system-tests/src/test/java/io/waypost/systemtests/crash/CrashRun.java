package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.waypost.systemtests.HttpApi;
import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import io.waypost.systemtests.crash.Ledger.End;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A broker is loaded and ended, again and again on the same data folder, mostly by SIGKILL at a moment that nobody chose.
 * After each start it must have everything that it promised to keep, and nothing that it promised to forget.
 */
final class CrashRun {
  /** Small files, so that each run begins and deletes some. */
  private static final String[] SETTINGS = {};

  private static final int LONGEST_LOAD_MILLIS = 1500;

  private final Path folder;
  private final long seed;
  private final SplittableRandom random;
  private final Ledger ledger = new Ledger(Topology.LANES);
  private final Declared declared = new Declared();
  private final Map<String, String> passwords = new ConcurrentHashMap<>();

  /**
   * A run that is about to begin.
   *
   * @param folder where the broker keeps its data
   * @param seed decides everything but the moments
   */
  CrashRun(Path folder, long seed) {
    this.folder = folder;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /** Ends the broker so many times, and once more in peace. */
  void rounds(int rounds) throws Exception {
    for (int round = 0; round <= rounds; round++) {
      boolean last = round == rounds;
      if (round > 0 && random.nextInt(6) == 0) {
        killAtStart();
      }
      WaypostProcess broker = WaypostProcess.start(folder, SETTINGS);
      try {
        ledger.started();
        HttpApi api = new HttpApi(broker.port("http"));
        if (round == 0) {
          declare(broker, api);
        } else {
          compare(api);
          check(round, broker);
          examine(broker, last);
        }
        check(round, broker);
        if (last) {
          end(broker, End.STOPPED_IN_PEACE);
        } else {
          loadAndEnd(broker, api, round);
        }
        check(round, broker);
      } finally {
        broker.program().kill();
      }
    }
  }

  /** Loads a broker that does not end: what can be seen without a restart must hold, too. */
  void loads(int loads) throws Exception {
    try (WaypostProcess broker = WaypostProcess.start(folder, SETTINGS)) {
      HttpApi api = new HttpApi(broker.port("http"));
      ledger.started();
      declare(broker, api);
      for (int round = 0; round < loads; round++) {
        Load load = load(broker, api, round);
        load.sayGoodbye();
        ledger.ended(End.GOES_ON, System.nanoTime());
        ledger.started();
        declared.compare(Things.in(api)).forEach(ledger::declaration);
        drain(broker, chosen(round == loads - 1));
        check(round, broker);
      }
    }
  }

  /** A crash while it recovers from the one before. */
  private void killAtStart() throws Exception {
    Program program = WaypostProcess.launch(folder, Map.of(), SETTINGS);
    ledger.started();
    ledger.awaitFault(random.nextInt(100, 1500));
    long now = System.nanoTime();
    program.kill();
    ledger.ended(End.KILLED, now);
  }

  private void declare(WaypostProcess broker, HttpApi api) throws Exception {
    assertThat(Files.readAllLines(folder.resolve("data/waypost.pid")).get(0))
        .as("the process that is killed is the broker")
        .isEqualTo(Long.toString(broker.program().pid()));
    declared.adopt(Things.in(api));
    try (Client client = new Client(broker.port("amqp"));
        Channel channel = client.channel()) {
      Topology.declare(channel, declared);
    }
  }

  private void compare(HttpApi api) throws Exception {
    declared.compare(Things.in(api)).forEach(ledger::declaration);
    for (Map.Entry<String, String> login : passwords.entrySet()) {
      if (!api.knows(login.getKey(), login.getValue())) {
        ledger.declaration("the password of " + login.getKey() + " is not what it was");
      }
    }
  }

  private void examine(WaypostProcess broker, boolean all) throws Exception {
    Predicate<String> there = name -> !declared.names(name::equals).isEmpty();
    AmqpChurn.queues().stream()
        .filter(queue -> !there.test(Things.queue("/", queue)))
        .forEach(ledger::deleted);
    drain(broker, chosen(all));
  }

  private void drain(WaypostProcess broker, List<Lane> lanes) throws Exception {
    try (Client client = new Client(broker.port("amqp"))) {
      Drain drain = new Drain(client, ledger);
      for (Lane lane : lanes) {
        drain.empty(lane);
      }
    }
  }

  /** Some queues are emptied, others go on with what they have. */
  private List<Lane> chosen(boolean all) {
    boolean deaths = all || random.nextBoolean();
    List<Lane> chosen = new ArrayList<>();
    for (Lane lane : Topology.LANES) {
      boolean dies = lane.deadLetters() != null || lane.nature() == Lane.Nature.DEAD;
      int chance = lane.queue().startsWith("backlog") ? 25 : 60;
      if (dies ? deaths : all || random.nextInt(100) < chance) {
        chosen.add(lane);
      }
    }
    String churned = Things.queue("/", AmqpChurn.PREFIX);
    for (String name : declared.names(name -> name.startsWith(churned))) {
      if (all || random.nextInt(3) == 0) {
        chosen.add(Lane.plain(name.substring(name.lastIndexOf(' ') + 1), 0));
      }
    }
    return chosen;
  }

  private Load load(WaypostProcess broker, HttpApi api, int round) throws Exception {
    Load load = new Load(
        broker.port("amqp"),
        api,
        ledger,
        declared,
        passwords,
        random.split(),
        round * Load.numbers() + 1);
    ledger.awaitFault(random.nextInt(50, LONGEST_LOAD_MILLIS));
    return load;
  }

  private void loadAndEnd(WaypostProcess broker, HttpApi api, int round) throws Exception {
    Load load = load(broker, api, round);
    End end =
        round % 5 == 4 ? random.nextBoolean() ? End.STOPPED : End.STOPPED_IN_PEACE : End.KILLED;
    if (end == End.STOPPED_IN_PEACE) {
      load.sayGoodbye();
    }
    load.expectEnd();
    long now = System.nanoTime();
    end(broker, end);
    if (end != End.STOPPED_IN_PEACE) {
      load.awaitEnd();
    }
    ledger.ended(end, now);
    declared.ended();
  }

  private void end(WaypostProcess broker, End end) throws Exception {
    if (end == End.KILLED) {
      if (random.nextInt(6) == 0) {
        // In the middle of its own end.
        broker.program().terminate();
        ledger.awaitFault(random.nextInt(1, 300));
      }
      broker.kill();
    } else {
      broker.close();
    }
  }

  private void check(int round, WaypostProcess broker) throws Exception {
    if (ledger.faultCount() > 0) {
      StringBuilder text = new StringBuilder();
      text.append("%d faults in round %d, crash.seed=%d, data in %s%n"
          .formatted(ledger.faultCount(), round, seed, folder));
      ledger.faults().forEach(fault -> text.append(fault).append('\n'));
      text.append("the broker printed:\n").append(broker.program().output());
      text.append("the last of its log:\n").append(logTail());
      throw new AssertionError(text);
    }
  }

  private String logTail() throws Exception {
    try (Stream<String> lines = Files.lines(folder.resolve("log/waypost.log"))) {
      List<String> all = lines
          .filter(line -> !line.contains(" connected as user ") && !line.endsWith(" disconnected"))
          .toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
    }
  }

  /** What the ledger knows. */
  String summary() {
    return ledger.summary();
  }
}

package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ChannelMethod;
import io.waypost.amqp.codec.ConfirmMethod;
import io.waypost.amqp.codec.ConnectionMethod;
import io.waypost.amqp.codec.Method;
import io.waypost.amqp.codec.SampleMethods;
import io.waypost.amqp.codec.TxMethod;
import io.waypost.broker.Delivery;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Settlement;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random conversations between clients that mostly behave and a broker that takes its time: whatever they say in
 * whatever order, the connection must not fail by its own fault, nor settle a delivery twice.
 */
class ConversationTest {
  private static final int CONVERSATIONS = 1_500;
  private static final int STEPS = 120;

  @Test
  @DisplayName("no conversation is a fault of the broker, and none leaves its session open")
  void conversations() {
    for (int seed = 0; seed < CONVERSATIONS; seed++) {
      new Conversation(seed).run();
    }
  }

  /** A channel as the client sees it. */
  private static final class ClientChannel {
    boolean open;
    boolean closing;
    boolean transactional;
    final List<Long> tags = new ArrayList<>();
  }

  private static final class Conversation {
    private static final int CHANNELS = 3;

    private final int seed;
    private final Random random;
    private final ScriptedConnection connection = ScriptedConnection.open(true, 0);
    private final ScriptedBroker broker = connection.broker;
    private final ClientChannel[] channels = new ClientChannel[CHANNELS + 1];
    private final List<Loan> loans = new ArrayList<>();
    private int decided;
    private int consumers;

    Conversation(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
      for (int number = 1; number <= CHANNELS; number++) {
        channels[number] = new ClientChannel();
        channels[number].open = number <= 2;
      }
      connection.watcher = this::received;
    }

    void run() {
      for (int step = 0; step < STEPS && connection.socket.isOpen(); step++) {
        step(1 + random.nextInt(CHANNELS));
        if (random.nextInt(3) == 0) {
          connection.flush();
        }
      }
      connection.flush();
      if (random.nextBoolean()) {
        connection.send(0, new ConnectionMethod.Close(200, "bye", 0, 0));
      }
      while (broker.isAsked()) {
        broker.answer();
      }
      connection.turn();
      connection.close();
      check();
    }

    private void check() {
      assertThat(connection.received).as("conversation %d", seed).noneMatch(Conversation::isFault);
      assertThat(broker.requests)
          .filteredOn("close"::equals)
          .as("conversation %d", seed)
          .hasSize(1);
      assertThat(loans).as("conversation %d", seed).allMatch(loan -> loan.settlements.size() <= 1);
    }

    /** The client answers what must be answered, and remembers what it got. */
    private void received(int number, Method method) {
      if (method instanceof ChannelMethod.Close) {
        channels[number] = new ClientChannel();
        connection.write(number, new ChannelMethod.CloseOk());
      } else if (method instanceof ChannelMethod.CloseOk) {
        channels[number] = new ClientChannel();
      } else if (method instanceof BasicMethod.Deliver deliver) {
        channels[number].tags.add(deliver.deliveryTag());
      }
    }

    private void step(int number) {
      ClientChannel channel = channels[number];
      switch (random.nextInt(14)) {
        case 0, 1 -> deliver();
        case 2 -> decide();
        case 3, 4, 5 -> answer();
        case 6 -> unlikely(number);
        default -> {
          if (channel.open && !channel.closing) {
            request(number, channel);
          } else if (!channel.closing) {
            open(number, channel);
          }
        }
      }
    }

    private void open(int number, ClientChannel channel) {
      channel.open = true;
      channel.transactional = random.nextBoolean();
      connection.write(number, new ChannelMethod.Open());
      connection.write(
          number, channel.transactional ? new TxMethod.Select() : new ConfirmMethod.Select(false));
    }

    private void request(int number, ClientChannel channel) {
      switch (random.nextInt(13)) {
        case 0, 1, 2 -> connection.publish(number, "q", new byte[random.nextInt(300)]);
        case 3, 4 -> connection.write(number, consume());
        case 5 -> connection.write(number, new BasicMethod.Cancel("t" + random.nextInt(9), false));
        case 6, 7 -> settle(number, channel);
        case 8 ->
          connection.write(number, new BasicMethod.Qos(0, random.nextInt(4), random.nextBoolean()));
        case 9 -> {
          channel.tags.clear();
          connection.write(number, new BasicMethod.Recover(true));
        }
        case 10 -> connection.write(number, new BasicMethod.Get("q", false));
        case 11 -> {
          if (channel.transactional) {
            connection.write(
                number, random.nextBoolean() ? new TxMethod.Commit() : new TxMethod.Rollback());
          }
        }
        default -> {
          channel.closing = true;
          connection.write(number, new ChannelMethod.Close(200, "", 0, 0));
        }
      }
    }

    /** Settles what the client has or, seldom, has not. */
    private void settle(int number, ClientChannel channel) {
      boolean multiple = random.nextBoolean();
      long tag = 0;
      if (!channel.tags.isEmpty()) {
        tag = channel.tags.get(random.nextInt(channel.tags.size()));
        long last = tag;
        channel.tags.removeIf(one -> multiple ? one <= last : one == last);
      } else if (random.nextInt(20) != 0) {
        return;
      }
      connection.write(
          number,
          random.nextBoolean()
              ? new BasicMethod.Ack(tag, multiple)
              : new BasicMethod.Nack(tag, multiple, random.nextBoolean()));
    }

    private Method consume() {
      String queue = random.nextInt(4) == 0 ? "amq.rabbitmq.reply-to" : "q";
      boolean noAck = queue.startsWith("amq") || random.nextInt(4) == 0;
      return new BasicMethod.Consume(
          queue, "t" + consumers++, false, noAck, false, false, Headers.empty());
    }

    private void unlikely(int number) {
      if (random.nextInt(12) == 0) {
        connection.write(
            random.nextInt(4), SampleMethods.ALL.get(random.nextInt(SampleMethods.ALL.size())));
      } else if (random.nextInt(12) == 0) {
        connection.content(number, new byte[random.nextInt(3)]);
      } else if (!broker.consumers.isEmpty()) {
        broker.consumers.get(random.nextInt(broker.consumers.size())).lose();
      }
    }

    private void deliver() {
      connection.flush();
      for (ScriptedBroker.Attached consumer : List.copyOf(broker.consumers)) {
        Loan loan = new Loan();
        loans.add(loan);
        consumer.deliver(loan);
        connection.turn();
      }
    }

    private void decide() {
      connection.flush();
      while (decided < broker.published.size()) {
        ScriptedBroker.Published published = broker.published.get(decided++);
        PublishOutcome[] outcomes = PublishOutcome.values();
        published
            .listener()
            .published(published.token(), outcomes[random.nextInt(outcomes.length)]);
      }
      connection.turn();
    }

    private void answer() {
      connection.flush();
      if (broker.isAsked()) {
        broker.answer();
        connection.turn();
      }
    }

    private static boolean isFault(Object received) {
      return received instanceof ConnectionMethod.Close close && close.replyCode() == 541;
    }
  }

  private static final class Loan implements Delivery {
    final List<Settlement> settlements = new ArrayList<>();

    @Override
    public Message message() {
      return Message.of("", "q", new byte[3], Properties.EMPTY, Origin.BROKER);
    }

    @Override
    public boolean redelivered() {
      return false;
    }

    @Override
    public int attempts() {
      return 0;
    }

    @Override
    public String queue() {
      return "q";
    }

    @Override
    public long position() {
      return 0;
    }

    @Override
    public long timeLeft() {
      return Message.NO_EXPIRY;
    }

    @Override
    public boolean settled() {
      return false;
    }

    @Override
    public void settle(Settlement how) {
      settlements.add(how);
    }
  }
}

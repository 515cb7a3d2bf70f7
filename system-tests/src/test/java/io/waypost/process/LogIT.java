package io.waypost.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogIT {
  private final Installation installation;

  LogIT(@TempDir Path temp) throws IOException {
    this.installation = Installation.in(temp.resolve("installed"));
  }

  @Test
  void everyLineSaysWhichConnectionChannelAndConsumerItIsAbout() throws Exception {
    String peers;
    try (RunningScript broker = installation.startBroker("--set", "log.level=debug")) {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setHost("127.0.0.1");
      factory.setPort(broker.port("amqp"));
      try (Connection connection = factory.newConnection()) {
        Channel channel = connection.createChannel(3);
        String queue = channel.queueDeclare().getQueue();
        channel.basicConsume(queue, true, "a tag\nin two lines", (tag, delivery) -> {}, tag -> {});
        channel.basicConsume(queue, true, "plain", (tag, delivery) -> {}, tag -> {});
        peers = "-> 127.0.0.1:" + connection.getPort();
      }
      broker.signal("TERM");
      assertThat(broker.awaitEnd().exitCode()).isZero();
    }
    List<String> lines = Files.readAllLines(installation.home().resolve("log/waypost.log"));
    assertThat(lines)
        .anySatisfy(line -> assertThat(line)
            .contains("channel=3", "consumer=plain", "connection=127.0.0.1:", peers)
            .endsWith(" takes from queue '" + queueIn(line) + "'"))
        .anySatisfy(line -> assertThat(line)
            .contains("consumer=a tag in two lines", "consumer 'a tag in two lines' takes from"))
        .allSatisfy(line -> assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT.*"));
  }

  private static String queueIn(String line) {
    return line.substring(line.indexOf("amq.gen-"), line.length() - 1);
  }
}

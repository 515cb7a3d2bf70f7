package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PublishAndConsumeTest {
  @RegisterExtension static final TestBroker broker = new TestBroker();

  @Test
  void helloWorld() throws Exception {
    Channel channel = broker.connect().createChannel();
    String queue = channel.queueDeclare().getQueue();
    BlockingQueue<Delivery> received = new LinkedBlockingQueue<>();
    channel.basicConsume(queue, true, (tag, delivery) -> received.add(delivery), tag -> {});

    channel.basicPublish("", queue, MessageProperties.TEXT_PLAIN, "hello".getBytes(StandardCharsets.UTF_8));

    Delivery delivery = received.poll(5, TimeUnit.SECONDS);
    assertThat(delivery).isNotNull();
    assertThat(delivery.getBody()).asString().isEqualTo("hello");
    assertThat(delivery.getProperties().getContentType()).isEqualTo("text/plain");
    assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo(queue);
  }
}

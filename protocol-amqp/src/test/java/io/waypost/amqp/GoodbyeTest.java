package io.waypost.amqp;

import com.rabbitmq.client.AMQP;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How connections end when client and broker do not say goodbye in step. */
class GoodbyeTest {
  private static final byte[] HEARTBEAT = ByteBufUtil.decodeHexDump("08000000000000ce");
  private static final AMQP.Connection.Close CLOSE =
      new AMQP.Connection.Close.Builder().replyCode(200).replyText("bye").build();

  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @Test
  @DisplayName("[1.4.2.3] a client that goes on sending after its goodbye still hears the broker's")
  void clientGoesOn() throws IOException {
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(0, CLOSE);
      client.expect(AMQP.Connection.CloseOk.class);
      for (int i = 0; i < 100_000; i++) {
        client.raw(HEARTBEAT);
      }
      client.expectEnd();
    }
  }
}

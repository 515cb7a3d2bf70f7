package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expectations of how the broker refuses. */
final class Errors {
  private Errors() {}

  /** The call fails because the broker closes the channel with this text; the connection goes on. */
  static void expectChannelClose(Channel channel, ThrowingCallable call, String text) {
    perform(call);
    await().until(() -> !channel.isOpen());
    assertThat(reason(channel.getCloseReason())).isEqualTo(text);
    assertThat(channel.getConnection().isOpen()).isTrue();
  }

  /** The call fails because the broker closes the channel with a text that begins so. */
  static void expectChannelCloseStarting(Channel channel, ThrowingCallable call, String text) {
    perform(call);
    await().until(() -> !channel.isOpen());
    assertThat(reason(channel.getCloseReason())).startsWith(text);
  }

  /** The call fails because the broker closes the connection with this text. */
  static void expectConnectionClose(Connection connection, ThrowingCallable call, String text) {
    perform(call);
    await().until(() -> !connection.isOpen());
    assertThat(reason(connection.getCloseReason())).isEqualTo(text);
  }

  /** Requests with an answer fail, those without do not. */
  private static void perform(ThrowingCallable call) {
    Throwable failure = catchThrowable(call);
    if (failure != null) {
      assertThat(failure).isInstanceOfAny(IOException.class, ShutdownSignalException.class);
    }
  }

  private static String reason(ShutdownSignalException signal) {
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return close.getReplyCode() + " " + close.getReplyText();
    }
    if (signal.getReason() instanceof AMQP.Connection.Close close) {
      return close.getReplyCode() + " " + close.getReplyText();
    }
    return String.valueOf(signal.getMessage());
  }
}

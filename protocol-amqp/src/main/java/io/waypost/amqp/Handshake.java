package io.waypost.amqp;

import io.waypost.amqp.codec.ConnectionMethod;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.Session;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way from the protocol header to an open connection (section 2.2.4): start, tune, open. Each step admits one method
 * of the client; between the steps the broker is asked.
 */
final class Handshake {
  private enum Step {
    START,
    AUTHENTICATING,
    TUNE,
    OPEN,
    OPENING
  }

  private final AmqpConnection connection;
  private final Peer peer;
  private final Sasl sasl;
  private Step step = Step.START;
  private ClientProperties client = ClientProperties.NONE;
  private Tuning tuning;
  private @Nullable Identity identity;
  private @Nullable ClientInfo info;

  Handshake(AmqpConnection connection, Peer peer) {
    this.connection = connection;
    this.peer = peer;
    this.sasl = new Sasl(peer.provedName());
    this.tuning = Tuning.proposed(connection.settings());
  }

  /** Says what the broker is and how to log in. */
  void start() {
    connection.send(new ConnectionMethod.Start(
        0, 9, ServerProperties.of(connection.settings()), sasl.mechanisms(), "en_US"));
  }

  /**
   * The next method of the client.
   *
   * @throws AmqpException if it is not the one that belongs here, or asks for too much
   */
  void perform(ConnectionMethod method) {
    if (step == Step.START && method instanceof ConnectionMethod.StartOk startOk) {
      authenticate(startOk);
    } else if (step == Step.TUNE && method instanceof ConnectionMethod.TuneOk tuneOk) {
      tuning = tuning.answered(tuneOk);
      connection.tuned(tuning);
      step = Step.OPEN;
    } else if (step == Step.OPEN && method instanceof ConnectionMethod.Open open) {
      open(open);
    } else {
      throw new AmqpException(
          ReplyCode.CHANNEL_ERROR,
          "unexpected method '" + method.name() + "' in connection state " + step);
    }
  }

  private void authenticate(ConnectionMethod.StartOk startOk) {
    client = ClientProperties.of(startOk.clientProperties());
    String mechanism = startOk.mechanism();
    if (!sasl.offers(mechanism)) {
      throw new AmqpException(
          ReplyCode.COMMAND_INVALID, "unknown authentication mechanism '" + mechanism + "'");
    }
    Credentials credentials = sasl.credentials(mechanism, startOk.response())
        .orElseThrow(() ->
            new AmqpException(ReplyCode.SYNTAX_ERROR, "malformed " + mechanism + " response"));
    ClientInfo known = peer.clientInfo(client, mechanism);
    info = known;
    step = Step.AUTHENTICATING;
    CompletionStage<Identity> answer =
        connection.broker().authenticate(credentials, known, connection.loop());
    await(answer, startOk, authenticated -> {
      identity = authenticated;
      step = Step.TUNE;
      connection.send(
          new ConnectionMethod.Tune(tuning.channelMax(), tuning.frameMax(), tuning.heartbeat()));
    });
  }

  private void open(ConnectionMethod.Open open) {
    if (identity == null || info == null) {
      throw new IllegalStateException("opened before authenticated");
    }
    step = Step.OPENING;
    CompletionStage<Session> answer =
        connection.broker().open(identity, open.virtualHost(), info, connection.loop(), connection);
    answer.whenComplete((session, failure) -> {
      if (session != null && !connection.isShakingHands()) {
        session.close();
      }
    });
    await(answer, open, session -> connection.opened(session, client));
  }

  private <T> void await(CompletionStage<T> answer, ConnectionMethod method, Consumer<T> then) {
    answer.whenComplete((value, failure) -> {
      if (!connection.isShakingHands()) {
        return;
      }
      if (failure == null) {
        then.accept(value);
      } else if (failure instanceof BrokerException refusal
          && refusal.code() == ErrorCode.AUTHENTICATION_FAILED
          && info != null) {
        loginRefused(info.mechanism(), refusal, method);
      } else {
        connection.fail(0, failure, method);
      }
    });
  }

  /** Why a login failed is not for the client to know; the log has it. */
  private void loginRefused(String mechanism, BrokerException why, ConnectionMethod method) {
    connection.log().loginRefused(mechanism, why.detail());
    if (client.authenticationFailureClose()) {
      String told = "Login was refused using authentication mechanism " + mechanism
          + ". For details see the broker logfile.";
      connection.fail(0, new AmqpException(ReplyCode.ACCESS_REFUSED, told), method);
    } else {
      connection.refuseLogin();
    }
  }
}

package io.waypost.amqp;

import io.netty.channel.Channel;
import io.waypost.amqp.codec.ConnectionMethod;
import io.waypost.amqp.codec.FrameDecoder;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.amqp.codec.Method;
import io.waypost.amqp.codec.ProtocolError;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ChannelInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.transport.SocketHandler;
import io.waypost.transport.TurnOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the phases of its life and how it ends.
 *
 * <p>It ends in one of three ways. The client says goodbye: what it asked for before is carried out, then it is answered
 * ({@link Phase#LEAVING}). The broker says goodbye, because of an error or of its own accord: everything is given up at
 * once, and only the client's answer is awaited, for a while ({@link Phase#CLOSING}). Or the socket closes.
 *
 * <p>Belongs to the loop of its socket.
 */
final class AmqpConnection implements SocketHandler.Connection, SessionListener {
  private enum Phase {
    SHAKING_HANDS,
    SERVING,
    LEAVING,
    CLOSING,
    GONE
  }

  /**
   * Output that a client may leave unread before its requests are left unread too. Deliveries stop long before; this is
   * for answers, confirms and returns.
   */
  private static final int MOST_UNREAD = 8 * 1024 * 1024;

  private final Channel socket;
  private final Loop loop;
  private final Broker broker;
  private final AmqpSettings settings;
  private final AmqpChannels channels = new AmqpChannels(this);
  private final FrameDecoder decoder = new FrameDecoder(new IncomingFrames(this, channels));
  private final TurnOutput<FrameEncoder> output;
  private final Reading reading;
  private final ConnectionLog log;
  private final int maxMessageBytes;

  private Phase phase = Phase.SHAKING_HANDS;
  private @Nullable Handshake handshake;
  private @Nullable Session session;
  private ClientProperties client = ClientProperties.NONE;
  private Tuning tuning;
  private @Nullable Heartbeats heartbeats;
  private @Nullable Timer deadline;

  AmqpConnection(Channel socket, Loop loop, Broker broker, AmqpSettings settings) {
    this.socket = socket;
    this.loop = loop;
    this.broker = broker;
    this.settings = settings;
    this.output = new TurnOutput<>(
        socket, loop, FrameEncoder::new, FrameEncoder::flush, FrameEncoder::release);
    this.reading = new Reading(socket);
    this.log = new ConnectionLog(socket);
    this.maxMessageBytes = broker.limits().maxMessageBytes();
    this.tuning = Tuning.proposed(settings);
  }

  Loop loop() {
    return loop;
  }

  Broker broker() {
    return broker;
  }

  AmqpSettings settings() {
    return settings;
  }

  FrameDecoder decoder() {
    return decoder;
  }

  TurnOutput<FrameEncoder> output() {
    return output;
  }

  Reading reading() {
    return reading;
  }

  ConnectionLog log() {
    return log;
  }

  ClientProperties client() {
    return client;
  }

  Tuning tuning() {
    return tuning;
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** The session, while there is one. */
  Session session() {
    if (session == null) {
      throw new IllegalStateException("the connection is not open");
    }
    return session;
  }

  boolean isShakingHands() {
    return phase == Phase.SHAKING_HANDS;
  }

  /** Whether channels carry out what they were asked to. */
  boolean isServing() {
    return phase == Phase.SERVING || phase == Phase.LEAVING;
  }

  /** Whether frames on channels mean anything; those that come too early are errors. */
  boolean listensToChannels() {
    return phase == Phase.SERVING || phase == Phase.SHAKING_HANDS;
  }

  void send(Method method) {
    output.frames().method(0, method);
  }

  // --- the beginning

  @Override
  public void connected() {
    startDeadline();
  }

  void greet() {
    handshake = new Handshake(this, Peer.of(socket));
    handshake.start();
  }

  void refuseProtocol() {
    output.frames().protocolHeader();
    phase = Phase.CLOSING;
    output.closeAfterLast();
  }

  /** Ends without a word: a failed login is told only to clients that say they understand. */
  void refuseLogin() {
    phase = Phase.CLOSING;
    output.closeAfterLast();
  }

  /** The client has answered what limits hold. */
  void tuned(Tuning limits) {
    tuning = limits;
    decoder.maxFrame(limits.frameMax());
    output.frames().maxFrame(limits.frameMax());
    if (limits.heartbeat() > 0) {
      heartbeats =
          new Heartbeats(loop, limits.heartbeat(), decoder, output, reading::on, this::silent);
      heartbeats.start();
    }
  }

  /** The client is in. */
  void opened(Session opened, ClientProperties properties) {
    session = opened;
    client = properties;
    phase = Phase.SERVING;
    handshake = null;
    stopDeadline();
    send(new ConnectionMethod.OpenOk());
    opened.writable(socket.isWritable());
    log.opened(opened);
  }

  // --- methods of the connection

  /**
   * A method on channel 0.
   *
   * @throws AmqpException if it does not belong there
   */
  void perform(Method method) {
    if (phase == Phase.CLOSING || phase == Phase.LEAVING || phase == Phase.GONE) {
      farewell(method);
    } else if (method instanceof ConnectionMethod.Close) {
      leave();
    } else if (handshake != null && method instanceof ConnectionMethod step) {
      handshake.perform(step);
    } else if (method instanceof ConnectionMethod.UpdateSecret update) {
      renew(update);
    } else if (!(method instanceof ConnectionMethod.CloseOk)) {
      throw new AmqpException(
          ReplyCode.CHANNEL_ERROR,
          "unexpected method '" + method.name() + "' in connection state running");
    }
  }

  private void renew(ConnectionMethod.UpdateSecret update) {
    Session renewed = session();
    String secret = new String(update.newSecret().bytes(), StandardCharsets.UTF_8);
    Credentials credentials = new Credentials.Password(renewed.identity().user(), secret);
    broker
        .authenticate(credentials, Peer.of(socket).clientInfo(client, "PLAIN"), loop)
        .thenAccept(renewed::renew)
        .whenComplete((nothing, failure) -> {
          if (phase != Phase.SERVING) {
            return;
          }
          if (failure == null) {
            send(new ConnectionMethod.UpdateSecretOk());
          } else {
            fail(0, new AmqpException(ReplyCode.NOT_ALLOWED, "the new secret was refused"), update);
          }
        });
  }

  // --- what the session says

  @Override
  public void blocked(String reason) {
    reading.pause(Reading.Reason.SHORTAGE);
    if (client.connectionBlocked()) {
      send(new ConnectionMethod.Blocked(reason));
    }
  }

  @Override
  public void unblocked() {
    reading.resume(Reading.Reason.SHORTAGE);
    if (client.connectionBlocked()) {
      send(new ConnectionMethod.Unblocked());
    }
  }

  @Override
  public void mayPublish(boolean may) {
    if (may) {
      reading.resume(Reading.Reason.QUEUES_BEHIND);
    } else {
      reading.pause(Reading.Reason.QUEUES_BEHIND);
    }
  }

  @Override
  public void closed(BrokerException why) {
    fail(0, why, null);
  }

  @Override
  public List<ChannelInfo> channels() {
    return channels.infos();
  }

  // --- the end

  /** Something that came on a channel, 0 for the connection's own, ends the connection. */
  void fail(int channel, Throwable why, @Nullable Method method) {
    log.about(channel, "", () -> fail(AmqpErrors.of(why, method)));
  }

  /** The broker says goodbye, with this reason. */
  void fail(ProtocolError error) {
    if (phase == Phase.LEAVING) {
      sayGoodbye();
    } else if (phase == Phase.SHAKING_HANDS || phase == Phase.SERVING) {
      log.failed(0, error);
      endSession(Phase.CLOSING);
      send(new ConnectionMethod.Close(
          error.code().value(), error.text(), error.classId(), error.methodId()));
      reading.resumeAlways();
      startDeadline();
    }
  }

  /** Nothing that the client says can be understood any more, not even its answer to our goodbye. */
  void deafened() {
    output.endAfterLast();
  }

  /** The client says goodbye. */
  private void leave() {
    if (phase == Phase.SERVING) {
      phase = Phase.LEAVING;
      reading.resumeAlways();
      startDeadline();
      channelIdle();
    } else {
      sayGoodbye();
    }
  }

  /** A channel has nothing left to do. */
  void channelIdle() {
    if (phase == Phase.LEAVING && channels.idle()) {
      sayGoodbye();
    }
  }

  private void sayGoodbye() {
    startDeadline();
    endSession(Phase.CLOSING).thenAccept(nothing -> {
      if (phase == Phase.CLOSING) {
        send(new ConnectionMethod.CloseOk());
        output.endAfterLast();
      }
    });
  }

  /** What the client says while the connection is ending. */
  private void farewell(Method method) {
    if (phase != Phase.CLOSING) {
      return;
    }
    if (method instanceof ConnectionMethod.Close) {
      send(new ConnectionMethod.CloseOk());
      output.endAfterLast();
    } else if (method instanceof ConnectionMethod.CloseOk) {
      output.closeAfterLast();
    }
  }

  /** A channel has been closed by the client and may be opened again. */
  void remove(AmqpChannel channel) {
    channels.remove(channel.number());
  }

  /** The socket takes output again, or has enough of it. */
  @Override
  public void writable(boolean writable) {
    if (session != null) {
      session.writable(writable);
    }
    if (writable) {
      reading.resume(Reading.Reason.CLIENT_NOT_READING);
    }
  }

  /** What the socket had has been read. */
  @Override
  public void readComplete() {
    if (!socket.isWritable() && socket.bytesBeforeWritable() > MOST_UNREAD) {
      reading.pause(Reading.Reason.CLIENT_NOT_READING);
    }
  }

  /** The client has not been heard for too long. */
  private void silent() {
    log.missedHeartbeats();
    socket.close();
  }

  /** Something went wrong in the pipeline. */
  @Override
  public void failed(Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      log.socketFailed(cause);
      socket.close();
    } else {
      fail(0, cause, null);
    }
  }

  @Override
  public void disconnected() {
    endSession(Phase.GONE);
    output.closed();
    stopDeadline();
  }

  private CompletionStage<Void> endSession(Phase next) {
    phase = next;
    handshake = null;
    if (heartbeats != null) {
      heartbeats.stop();
      heartbeats = null;
    }
    Session ended = session;
    if (ended == null) {
      return CompletableFuture.completedFuture(null);
    }
    session = null;
    CompletionStage<Void> gone = ended.close();
    log.closed();
    return gone;
  }

  private void startDeadline() {
    stopDeadline();
    deadline = loop.schedule(socket::close, settings.handshakeTimeout().toNanos());
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}

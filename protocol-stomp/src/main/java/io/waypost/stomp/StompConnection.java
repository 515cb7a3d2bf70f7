package io.waypost.stomp;

import io.netty.channel.Channel;
import io.netty.handler.codec.stomp.StompCommand;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.FrameDecoder;
import io.waypost.stomp.codec.FrameListener;
import io.waypost.stomp.codec.FrameWriter;
import io.waypost.stomp.codec.HeaderName;
import io.waypost.stomp.codec.StompVersion;
import io.waypost.transport.SocketHandler;
import io.waypost.transport.TurnOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the phases of its life, who carries out which frame, and how it ends.
 *
 * <p>Frames are carried out one after the other. One that has to wait for the broker (a subscription, the first message
 * to a queue) has the decoder pause, so that those behind it wait in the buffer that they came in; messages do not wait
 * for one another.
 *
 * <p>After an error, and after DISCONNECT, the last frame is written and our side of the conversation ends; the client
 * ends its own when it has read that, or is cut when it takes too long.
 *
 * <p>Belongs to the loop of its socket.
 */
final class StompConnection implements SocketHandler.Connection, SessionListener, FrameListener {
  private enum Phase {
    CONNECTING,
    SERVING,
    LEAVING,
    CLOSING,
    GONE
  }

  /** Output that a client may leave unread before its frames are left unread too; deliveries stop long before. */
  private static final int MOST_UNREAD = 8 * 1024 * 1024;

  private static final int SESSION_ID_BYTES = 12;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] NO_BODY = {};

  private final Channel socket;
  private final Loop loop;
  private final Broker broker;
  private final StompSettings settings;
  private final FrameDecoder decoder;
  private final TurnOutput<FrameWriter> output;
  private final Reading reading;
  private final ConnectionLog log;
  private final HeartBeat heartBeat;
  private final Destinations destinations;
  private final Handshake handshake = new Handshake(this);
  private final Acknowledgements acknowledgements = new Acknowledgements(this);
  private final Subscriptions subscriptions = new Subscriptions(this, acknowledgements);
  private final Publisher publisher = new Publisher(this);
  private final Transactions transactions = new Transactions(this, publisher);
  private final String sessionId = "session-" + token();

  private Phase phase = Phase.CONNECTING;
  private @Nullable Session session;
  private StompVersion version = StompVersion.V1_0;
  private @Nullable Timer deadline;
  private int waiting;
  private boolean socketGone;
  private long deliveries;
  private byte @Nullable [] goodbyeReceipt;

  StompConnection(Channel socket, Loop loop, Broker broker, StompSettings settings) {
    this.socket = socket;
    this.loop = loop;
    this.broker = broker;
    this.settings = settings;
    this.decoder = new FrameDecoder(this, settings.beforeLogin());
    this.output =
        new TurnOutput<>(socket, loop, FrameWriter::new, FrameWriter::flush, FrameWriter::release);
    this.reading = new Reading(socket);
    this.log = new ConnectionLog(socket);
    this.heartBeat = new HeartBeat(loop);
    this.destinations = new Destinations(settings.mqttExchange());
  }

  private static String token() {
    byte[] token = new byte[SESSION_ID_BYTES];
    RANDOM.nextBytes(token);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  Loop loop() {
    return loop;
  }

  Broker broker() {
    return broker;
  }

  StompSettings settings() {
    return settings;
  }

  Destinations destinations() {
    return destinations;
  }

  FrameDecoder decoder() {
    return decoder;
  }

  FrameWriter frames() {
    return output.frames();
  }

  Transactions transactions() {
    return transactions;
  }

  StompVersion version() {
    return version;
  }

  String sessionId() {
    return sessionId;
  }

  Peer peer() {
    return Peer.of(socket);
  }

  /** The session, while there is one. */
  Session session() {
    if (session == null) {
      throw new IllegalStateException("the connection is not open");
    }
    return session;
  }

  boolean isConnecting() {
    return phase == Phase.CONNECTING;
  }

  boolean isServing() {
    return phase == Phase.SERVING;
  }

  /** Numbers a delivery. */
  long nextDelivery() {
    return ++deliveries;
  }

  // --- frames

  @Override
  public void frame(Frame frame, byte[] body) {
    if (phase != Phase.SERVING && phase != Phase.CONNECTING) {
      return;
    }
    byte[] receipt = phase == Phase.SERVING ? frame.raw(HeaderName.RECEIPT) : null;
    try {
      if (phase == Phase.CONNECTING) {
        handshake.connect(frame);
      } else {
        perform(frame, body, receipt);
      }
    } catch (RuntimeException e) {
      fail(e, receipt);
    }
  }

  private void perform(Frame frame, byte[] body, byte @Nullable [] receipt) {
    switch (frame.command()) {
      case SEND -> publisher.send(frame, body, receipt);
      case SUBSCRIBE -> subscriptions.subscribe(frame, receipt);
      case UNSUBSCRIBE -> subscriptions.unsubscribe(frame, receipt);
      case ACK -> acknowledgements.ack(frame, receipt);
      case NACK -> acknowledgements.nack(frame, receipt);
      case BEGIN -> transactions.begin(frame, receipt);
      case COMMIT -> transactions.commit(frame, receipt);
      case ABORT -> transactions.abort(frame, receipt);
      case DISCONNECT -> leave(receipt);
      default -> throw new StompException("Bad command", frame.command() + " does not belong here");
    }
  }

  @Override
  public void malformed(String message, String detail, byte @Nullable [] receipt) {
    fail(new StompException(message, detail), phase == Phase.SERVING ? receipt : null);
  }

  /** A frame has been carried out: the client is told, if it asked. */
  void done(byte @Nullable [] receipt) {
    if (receipt != null) {
      frames().receipt(receipt);
    }
  }

  /** A frame goes on when the broker has answered; until then no other one is carried out. */
  <T extends @Nullable Object> void await(
      CompletionStage<T> stage, byte @Nullable [] receipt, Consumer<T> then) {
    waiting++;
    decoder.pause();
    CompletableFuture<T> answer = stage.toCompletableFuture();
    if (!answer.isDone()) {
      reading.pause(Reading.Reason.FRAME_WAITING);
    }
    stage.whenComplete((value, failure) -> {
      if (phase == Phase.SERVING || phase == Phase.CONNECTING) {
        try {
          if (failure != null) {
            fail(failure, receipt);
          } else {
            then.accept(value);
          }
        } catch (RuntimeException e) {
          fail(e, receipt);
        }
      }
      waiting--;
      goOn();
    });
  }

  private void goOn() {
    if (waiting > 0) {
      return;
    }
    decoder.resume();
    if (waiting == 0) {
      reading.resume(Reading.Reason.FRAME_WAITING);
      if (socketGone) {
        end(Phase.GONE);
      }
    }
  }

  // --- messages

  /** Whether the broker stands for a message: one that nobody wanted is taken care of, too. */
  static boolean taken(PublishOutcome outcome) {
    return switch (outcome) {
      case ROUTED, UNROUTABLE -> true;
      case OVERFLOWED, FAILED -> false;
    };
  }

  /** What became of a message whose sender asked for a receipt. */
  void published(PublishOutcome outcome, byte[] receipt) {
    if (phase != Phase.SERVING && phase != Phase.LEAVING) {
      return;
    }
    if (taken(outcome)) {
      done(receipt);
    } else {
      fail(
          new StompException(
              outcome == PublishOutcome.OVERFLOWED ? "queue_full" : "not_stored",
              "a queue did not take the message"),
          receipt);
    }
    if (phase == Phase.LEAVING && publisher.waiting() == 0) {
      sayGoodbye();
    }
  }

  /** A subscription has lost its queue. STOMP knows no word for it but an error. */
  void cancelled(StompConsumer consumer, ErrorCode why) {
    if (phase == Phase.SERVING) {
      error(
          new StompErrors("Server cancelled subscription", StompErrors.title(why)),
          List.of(HeaderName.SUBSCRIPTION.text(), consumer.id()),
          null);
    }
  }

  // --- the beginning

  @Override
  public void connected() {
    startDeadline(() -> fail(new StompException("Login timeout", "the login took too long"), null));
  }

  /** The client is in. */
  void opened(Session opened, StompVersion agreed, long[] heartBeats) {
    session = opened;
    version = agreed;
    phase = Phase.SERVING;
    stopDeadline();
    decoder.agreed(agreed, settings.afterLogin());
    frames().version(agreed);
    frames().origins(settings.originHeaders());
    frames()
        .frame(
            StompCommand.CONNECTED,
            List.of(
                "version",
                agreed.text(),
                "session",
                sessionId,
                "server",
                settings.server(),
                "heart-beat",
                heartBeats[0] + "," + heartBeats[1]),
            NO_BODY);
    heartBeat.send(heartBeats[0], output::bytesWritten, () -> {
      if (socket.isWritable()) {
        frames().heartBeat();
      }
    });
    heartBeat.listen(heartBeats[1], decoder::bytesRead, reading::on, this::silent);
    opened.writable(socket.isWritable());
    log.opened(opened, agreed);
  }

  // --- what the session says

  @Override
  public void blocked(String reason) {
    reading.pause(Reading.Reason.SHORTAGE);
  }

  @Override
  public void unblocked() {
    reading.resume(Reading.Reason.SHORTAGE);
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
    if (phase == Phase.LEAVING) {
      sayGoodbye();
    } else {
      fail(why, null);
    }
  }

  // --- the end

  /** The client says goodbye: what it sent before is carried out, then it is answered. */
  private void leave(byte @Nullable [] receipt) {
    phase = Phase.LEAVING;
    goodbyeReceipt = receipt;
    hold();
    decoder.stop();
    reading.resumeAlways();
    startDeadline(socket::close);
    if (publisher.waiting() == 0) {
      sayGoodbye();
    }
  }

  private void sayGoodbye() {
    end(Phase.CLOSING).thenAccept(nothing -> {
      if (phase == Phase.CLOSING) {
        done(goodbyeReceipt);
        output.endAfterLast();
      }
    });
  }

  private void fail(Throwable failure, byte @Nullable [] receipt) {
    if (phase == Phase.CONNECTING || phase == Phase.SERVING || phase == Phase.LEAVING) {
      StompErrors error = StompErrors.of(failure);
      if (phase == Phase.CONNECTING) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        log.loginRefused(cause == null ? error.detail() : String.valueOf(cause.getMessage()));
      }
      error(error, List.of(), receipt);
    }
  }

  private void error(StompErrors error, List<String> more, byte @Nullable [] receipt) {
    log.failed(error);
    List<String> headers = new ArrayList<>(List.of("message", error.title()));
    headers.addAll(List.of("version", StompVersion.list(), "content-type", "text/plain"));
    headers.addAll(more);
    String receiptId = receipt == null ? null : frames().decoded(receipt);
    if (receiptId != null) {
      headers.addAll(List.of("receipt-id", receiptId));
    }
    decoder.stop();
    end(Phase.CLOSING);
    frames().frame(StompCommand.ERROR, headers, error.detail().getBytes(StandardCharsets.UTF_8));
    output.endAfterLast();
    reading.resumeAlways();
    startDeadline(socket::close);
  }

  private CompletionStage<Void> end(Phase next) {
    phase = next;
    heartBeat.stop();
    if (next == Phase.GONE) {
      decoder.stop();
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

  /** No more deliveries: nobody would have what is acknowledged by being sent. */
  private void hold() {
    Session serving = session;
    if (serving != null) {
      serving.writable(false);
    }
  }

  /** The socket takes output again, or has enough of it. */
  @Override
  public void writable(boolean writable) {
    if (session != null && phase != Phase.LEAVING && !socketGone) {
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
    log.silent();
    socket.close();
  }

  /** Something went wrong in the pipeline. */
  @Override
  public void failed(Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      log.socketFailed(cause);
      socket.close();
    } else {
      fail(cause, null);
    }
  }

  /** The socket is gone. What was sent before is still carried out. */
  @Override
  public void disconnected() {
    output.closed();
    stopDeadline();
    if (waiting > 0 && (phase == Phase.SERVING || phase == Phase.CONNECTING)) {
      socketGone = true;
      hold();
    } else {
      end(Phase.GONE);
    }
  }

  private void startDeadline(Runnable then) {
    stopDeadline();
    deadline = loop.schedule(then, settings.loginTimeout().toNanos());
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}

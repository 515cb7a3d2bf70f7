package io.waypost.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * A connection that began as HTTP in Undertow, as a channel of the broker's loops.
 *
 * <p>The HTTP server's I/O thread reads and sends what it read to the loop; the loop writes, directly where the
 * connection is plain. Where TLS is between, whose state both directions share, everything is done by the I/O thread: it
 * gets a copy of what is to be written, since the channel may close, and give its buffers back, at any time.
 *
 * <p>At most {@link #MOST_ARRIVED} bytes wait for the loop: beyond that the I/O thread reads no more until they are
 * gone. One write is under way at a time; what does not fit into the socket stays in the channel's output, where it
 * counts against its high watermark.
 */
final class UpgradedChannel extends AbstractChannel implements DuplexChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);
  private static final int PORTION = 64 * 1024;
  private static final int MOST_ARRIVED = 4 * PORTION;
  private static final int MOST_BUFFERS = 64;

  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final StreamConnection wire;
  private final boolean tls;

  // Of the loop.
  private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();
  private boolean wanted;
  private boolean passingOn;
  private boolean ended;
  private boolean open = true;
  private boolean writing;
  private boolean waitingForRoom;
  private boolean outputShutdown;
  private boolean inputShutdown;
  private @Nullable Runnable outputEnd;

  /** Of the I/O thread, told by the loop in tasks. */
  private int underWay;

  private boolean sourceEnded;

  UpgradedChannel(StreamConnection wire, boolean tls) {
    super(null);
    this.wire = wire;
    this.tls = tls;
  }

  /** What is to happen when the protocol ends its side of the conversation. */
  void onOutputEnd(Runnable end) {
    outputEnd = end;
  }

  // --- reading

  /** Begins to read; on the loop. */
  private void start() {
    wire.getSourceChannel().getReadSetter().set(source -> readSome());
    wire.getSinkChannel().getWriteSetter().set(this::roomInSocket);
    wire.setCloseListener(closed -> eventLoop().execute(() -> unsafe().close(voidPromise())));
    wire.getIoThread().execute(() -> wire.getSourceChannel().wakeupReads());
  }

  /** On the I/O thread. What was encrypted goes out before there is room for more. */
  private void roomInSocket(ConduitStreamSinkChannel sink) {
    try {
      if (tls && !sink.flush()) {
        return;
      }
      sink.suspendWrites();
      eventLoop().execute(this::room);
    } catch (IOException e) {
      sink.suspendWrites();
      eventLoop().execute(() -> unsafe().close(voidPromise()));
    }
  }

  /** On the I/O thread. */
  private void readSome() {
    try {
      while (underWay < MOST_ARRIVED && !sourceEnded) {
        ByteBuf portion = alloc().directBuffer(PORTION);
        int count = -1;
        try {
          count = wire.getSourceChannel().read(portion.nioBuffer(0, PORTION));
        } finally {
          if (count <= 0) {
            portion.release();
          }
        }
        if (count == 0) {
          return;
        }
        if (count < 0) {
          sourceEnded = true;
          wire.getSourceChannel().suspendReads();
          eventLoop().execute(this::inputEnded);
          return;
        }
        ByteBuf fitting = fitting(portion.writerIndex(count));
        underWay += count;
        eventLoop().execute(() -> arrive(fitting));
      }
      wire.getSourceChannel().suspendReads();
    } catch (IOException e) {
      sourceEnded = true;
      wire.getSourceChannel().suspendReads();
      eventLoop().execute(this::inputEnded);
    }
  }

  /** A small portion does not keep a large buffer. */
  private ByteBuf fitting(ByteBuf portion) {
    if (portion.readableBytes() >= PORTION / 4) {
      return portion;
    }
    ByteBuf fitting = alloc().directBuffer(portion.readableBytes()).writeBytes(portion);
    portion.release();
    return fitting;
  }

  private void inputEnded() {
    ended = true;
    passOn();
  }

  private void arrive(ByteBuf portion) {
    if (!open) {
      portion.release();
      return;
    }
    arrived.add(portion);
    passOn();
  }

  @Override
  protected void doBeginRead() {
    wanted = true;
    if (!passingOn && (!arrived.isEmpty() || ended)) {
      eventLoop().execute(this::passOn);
    }
  }

  /** Passes on what has arrived, as long as it is wanted. */
  private void passOn() {
    if (passingOn) {
      return;
    }
    passingOn = true;
    int taken = 0;
    try {
      while (wanted && open && !arrived.isEmpty()) {
        wanted = false;
        ByteBuf portion = arrived.remove();
        taken += portion.readableBytes();
        pipeline().fireChannelRead(portion);
        pipeline().fireChannelReadComplete();
      }
    } finally {
      passingOn = false;
    }
    if (taken > 0) {
      int gone = taken;
      wire.getIoThread().execute(() -> passedOn(gone));
    }
    if (ended && arrived.isEmpty() && open) {
      unsafe().close(voidPromise());
    }
  }

  /** On the I/O thread. */
  private void passedOn(int bytes) {
    boolean full = underWay >= MOST_ARRIVED;
    underWay -= bytes;
    if (full && underWay < MOST_ARRIVED && !sourceEnded) {
      wire.getSourceChannel().wakeupReads();
    }
  }

  // --- writing

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    if (writing) {
      return;
    }
    while (!in.isEmpty()) {
      if (in.current() instanceof ByteBuf first && !first.isReadable()) {
        // There for its promise.
        in.remove();
        continue;
      }
      if (tls) {
        Portion portion = Portion.of(in, alloc());
        writing = true;
        inIoThread(() -> write(portion), portion::release);
        return;
      }
      ByteBuffer[] buffers = in.nioBuffers(MOST_BUFFERS, Integer.MAX_VALUE);
      int count = in.nioBufferCount();
      long size = in.nioBufferSize();
      long written = wire.getSinkChannel().write(buffers, 0, count);
      in.removeBytes(written);
      if (written < size) {
        writing = true;
        waitingForRoom = true;
        wire.getSinkChannel().resumeWrites();
        return;
      }
    }
  }

  /** On the I/O thread. */
  private void write(Portion portion) {
    try {
      boolean flushed = portion.writeTo(wire.getSinkChannel());
      int written = portion.written();
      eventLoop().execute(() -> portionWritten(written, flushed));
    } catch (IOException e) {
      eventLoop().execute(() -> unsafe().close(voidPromise()));
    } finally {
      portion.release();
    }
  }

  /** What did not fit is copied anew when there is room. */
  private void portionWritten(int written, boolean flushed) {
    ChannelOutboundBuffer out = unsafe().outboundBuffer();
    if (out != null) {
      out.removeBytes(written);
    }
    if (written > 0 && flushed) {
      writeMore();
    } else if (open) {
      waitingForRoom = true;
      inIoThread(() -> wire.getSinkChannel().resumeWrites(), () -> {});
    }
  }

  /** The socket takes more. TLS says so for reasons of its own, too, which must not start a second write. */
  private void room() {
    if (waitingForRoom) {
      waitingForRoom = false;
      writeMore();
    }
  }

  /** Has the I/O thread do something; if the HTTP server is gone, and its threads with it, the channel closes. */
  private void inIoThread(Runnable task, Runnable otherwise) {
    try {
      wire.getIoThread().execute(task);
    } catch (RejectedExecutionException gone) {
      otherwise.run();
      eventLoop().execute(() -> unsafe().close(voidPromise()));
    }
  }

  private void writeMore() {
    writing = false;
    if (open) {
      ((WireUnsafe) unsafe()).writeMore();
    }
  }

  // --- the end

  @Override
  protected void doClose() {
    open = false;
    outputShutdown = true;
    inputShutdown = true;
    for (ByteBuf portion = arrived.poll(); portion != null; portion = arrived.poll()) {
      portion.release();
    }
    if (tls) {
      // Behind what is being written, and never while it is.
      try {
        wire.getIoThread().execute(() -> IoUtils.safeClose(wire));
      } catch (RejectedExecutionException gone) {
        IoUtils.safeClose(wire);
      }
    } else {
      IoUtils.safeClose(wire);
    }
  }

  /** Ends the output of the socket itself, when everything written so far is out; on the loop. */
  void endWire() {
    if (!open) {
      return;
    }
    wire.getIoThread().execute(() -> {
      try {
        wire.getSinkChannel().shutdownWrites();
        if (!wire.getSinkChannel().flush()) {
          wire.getSinkChannel().resumeWrites();
        }
      } catch (IOException e) {
        IoUtils.safeClose(wire);
      }
    });
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    if (outputShutdown) {
      return promise.setFailure(new ClosedChannelException());
    }
    outputShutdown = true;
    Runnable end = outputEnd;
    if (end != null) {
      end.run();
    }
    return promise.setSuccess();
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    inputShutdown = true;
    return promise.setSuccess();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    shutdownInput();
    return shutdownOutput(promise);
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdown(newPromise());
  }

  @Override
  public boolean isInputShutdown() {
    return inputShutdown;
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public boolean isShutdown() {
    return inputShutdown && outputShutdown;
  }

  // --- what every channel has

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new WireUnsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    start();
    promise.setSuccess();
  }

  @Override
  protected SocketAddress localAddress0() {
    return wire.getLocalAddress();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return wire.getPeerAddress();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("it is connected");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  private final class WireUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException("it is connected"));
    }

    void writeMore() {
      flush0();
    }
  }
}

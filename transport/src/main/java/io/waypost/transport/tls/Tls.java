package io.waypost.transport.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's encryption. Files are read when it is made and again whenever they change; connections that are open keep
 * what they agreed on. Files that can't be used change nothing. Any thread may call.
 *
 * <p>A change takes a context of its own, so that no client resumes what was agreed on under certificates that are gone.
 */
public final class Tls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final Duration DAY = Duration.ofDays(1);

  private final TlsSettings settings;
  private final List<Path> files;
  private volatile Loaded loaded;

  /** Of the thread that watches. */
  private List<String> seen;

  private final ScheduledExecutorService watcher =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "waypost-tls");
        thread.setDaemon(true);
        return thread;
      });

  private Tls(TlsSettings settings, List<Path> files, List<String> seen, Loaded loaded) {
    this.settings = settings;
    this.files = files;
    this.seen = seen;
    this.loaded = loaded;
  }

  /**
   * Reads certificates and keys.
   *
   * @throws TlsException if they can't be used
   */
  public static Tls load(TlsSettings settings) throws TlsException {
    List<Path> files = Watched.files(settings);
    List<String> seen = Watched.state(files);
    Loaded loaded = Loaded.from(settings);
    Path key = settings.own().keyFile();
    if (Watched.readableByAll(key)) {
      LOG.warn("TLS: every user of this machine can read the key in {}", key);
    }
    LOG.info(
        "TLS: certificate {} of {}, by {}",
        loaded.certificates().get(0).subject(),
        settings.own().certificate(),
        settings.nativeLibrary() && OpenSsl.isAvailable() ? OpenSsl.versionString() : "Java");
    loaded.warnOfExpiry(Instant.now());
    return new Tls(settings, files, seen, loaded);
  }

  /**
   * Begins to look for changes, and for certificates that soon expire; once.
   *
   * @param changed told of a change with what the HTTP server encrypts by from then on; on a thread of its own
   */
  public void watch(Consumer<SSLContext> changed) {
    long interval = settings.reloadInterval().toMillis();
    watcher.scheduleWithFixedDelay(() -> look(changed), interval, interval, TimeUnit.MILLISECONDS);
    watcher.scheduleAtFixedRate(
        () -> loaded.warnOfExpiry(Instant.now()), DAY.toHours(), DAY.toHours(), TimeUnit.HOURS);
  }

  private void look(Consumer<SSLContext> changed) {
    List<String> now = Watched.state(files);
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      Loaded fresh = Loaded.from(settings);
      loaded = fresh;
      changed.accept(fresh.http());
      LOG.info("TLS: certificates have changed and are in use");
      fresh.warnOfExpiry(Instant.now());
    } catch (TlsException e) {
      LOG.warn("TLS: certificates have changed, but those from before stay: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("TLS: certificates have changed, but could not be read", e);
    }
  }

  /**
   * Encrypts an accepted channel, on its loop.
   *
   * @param opener gets the channel when client and broker have agreed: fills the rest of its pipeline, which then sees
   *     the channel become active
   */
  public void open(Channel channel, Consumer<Channel> opener) {
    SslHandler handler = loaded.sockets().newHandler(channel.alloc());
    handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
    channel.pipeline().addLast(handler, new TlsDoor(handler, settings.userFrom(), opener));
  }

  /** What the HTTP server encrypts by. */
  public SSLContext http() {
    return loaded.http();
  }

  /** What the HTTP server offers to clients and asks of them. */
  public SSLParameters httpParameters() {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(settings.protocols().toArray(String[]::new));
    parameters.setWantClientAuth(settings.clientCertificate() == ClientCertificate.REQUEST);
    if (settings.clientCertificate() == ClientCertificate.REQUIRE) {
      parameters.setNeedClientAuth(true);
    }
    return parameters;
  }

  /** The part of a client's certificate that names the user. */
  public UserFrom userFrom() {
    return settings.userFrom();
  }

  /** When the first of the certificates in use expires. */
  public Instant expiry() {
    return loaded.certificates().stream()
        .map(Loaded.Dated::end)
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** Stops looking for changes. */
  @Override
  public void close() {
    watcher.shutdownNow();
  }
}

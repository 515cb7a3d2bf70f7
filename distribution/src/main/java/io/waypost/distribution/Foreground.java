package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker as this process, from the folders that it takes to the signal that ends it. */
final class Foreground {
  private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

  private final Waypost waypost;
  private final DataFolder data;
  private final Duration atMost;

  private Foreground(Waypost waypost, DataFolder data, Duration atMost) {
    this.waypost = waypost;
    this.data = data;
    this.atMost = atMost;
  }

  /**
   * Starts it; on return every listener accepts, and a signal stops it in good order.
   *
   * @throws StartException if a folder or a port can't be had; nothing is left running then
   */
  static Foreground start(Settings settings, Config config, LogSettings log)
      throws StartException, IOException {
    DataFolder data = DataFolder.take(config.path(BrokerKeys.DATA_DIR));
    try {
      DataFolder.make("log", log.folder());
      Logging.begin(log);
      Thread.setDefaultUncaughtExceptionHandler(
          (thread, failure) -> LOG.error("Thread {} failed", thread.getName(), failure));
      config.remarks().forEach(LOG::warn);
      Waypost waypost = Waypost.start(settings, config);
      data.note(waypost.listening());
      Duration atMost = config.get(BrokerKeys.GRACE).plus(Main.MARGIN.dividedBy(2));
      Foreground foreground = new Foreground(waypost, data, atMost);
      Runtime.getRuntime().addShutdownHook(new Thread(foreground::stop, "waypost-stop"));
      return foreground;
    } catch (StartException e) {
      data.close();
      throw e;
    }
  }

  /** Never returns: the process ends in the hook that the signal starts. */
  void runUntilSignal() throws InterruptedException {
    LOG.info(
        "{} {} is ready on Java {}, {}: {}",
        Product.NAME,
        Product.version(),
        Runtime.version(),
        waypost.loops(),
        listening());
    new CountDownLatch(1).await();
  }

  List<Listening> listening() {
    return waypost.listening();
  }

  String loops() {
    return waypost.loops();
  }

  Path folder() {
    return data.folder();
  }

  /**
   * Ends the process with success, which the virtual machine would not do after a signal, and ends it in any case.
   */
  private void stop() {
    Thread watchdog = new Thread(this::cutShort, "waypost-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
    ExitCode exitCode = ExitCode.OK;
    try {
      waypost.close();
      data.close();
    } catch (IOException | RuntimeException e) {
      LOG.error("Failed while stopping", e);
      exitCode = ExitCode.INTERNAL;
    }
    Logging.end();
    Runtime.getRuntime().halt(exitCode.number());
  }

  private void cutShort() {
    try {
      Thread.sleep(atMost.toMillis());
    } catch (InterruptedException e) {
      return;
    }
    LOG.error("Still not stopped after {} s, giving up", atMost.toSeconds());
    Runtime.getRuntime().halt(ExitCode.NOT_STOPPED.number());
  }
}

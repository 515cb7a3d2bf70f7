package io.waypost.transport;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What one class writes to the log, until closed. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;

  LogLines(Class<?> of) {
    logger = (Logger) LoggerFactory.getLogger(of);
    start();
    logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    lines.add(event.getFormattedMessage());
  }

  boolean contains(String text) {
    return lines.stream().anyMatch(line -> line.contains(text));
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    stop();
  }
}

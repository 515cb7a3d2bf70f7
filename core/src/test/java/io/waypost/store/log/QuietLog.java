package io.waypost.store.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the store logs does not reach the console for a while, but a bug of the store that only its log shows is kept. */
final class QuietLog {
  private static final Logger STORE = (Logger) LoggerFactory.getLogger("io.waypost.store");

  private final List<String> bugs = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
    @Override
    protected void append(ILoggingEvent event) {
      if (event.getMessage().startsWith("the store's ")) {
        StringBuilder text = new StringBuilder(event.getFormattedMessage());
        if (event.getThrowableProxy() != null) {
          text.append(": ").append(event.getThrowableProxy().getClassName());
          text.append(": ").append(event.getThrowableProxy().getMessage());
          for (var line : event.getThrowableProxy().getStackTraceElementProxyArray()) {
            text.append("\n").append(line);
          }
        }
        bugs.add(text.toString());
      }
    }
  };

  void begin() {
    appender.setContext(STORE.getLoggerContext());
    appender.start();
    STORE.setLevel(Level.ERROR);
    STORE.setAdditive(false);
    STORE.addAppender(appender);
  }

  void end() {
    STORE.detachAppender(appender);
    STORE.setAdditive(true);
    STORE.setLevel(null);
  }

  void checkNoBug() {
    if (!bugs.isEmpty()) {
      throw new AssertionError(String.join("\n", bugs));
    }
  }
}

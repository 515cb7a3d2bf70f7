package io.waypost.distribution;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up from the broker's own configuration, without a second file and without the time that XML takes.
 *
 * <p>What clients send may stand in a message and its context, so that line breaks are taken out of both: one event is
 * one line, its stack trace aside.
 */
public final class Logging extends ContextAwareBase implements Configurator {
  private static final String PATTERN =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level [%thread] %logger{0}"
          + "%replace( [%replace(%mdc){'[\\r\\n]+', ' '}]){' \\[\\]', ''}:"
          + " %replace(%msg){'[\\r\\n]+', ' '}%n";

  private static volatile boolean ours;

  /** Called by Logback when the first logger is asked for; in the broker's process there is nothing to look for then. */
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    return ours ? ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY : ExecutionStatus.NEUTRAL;
  }

  /** Keeps Logback silent until {@link #begin}; before the first logger is made. */
  static void reserve() {
    ours = true;
  }

  /** Logs from now on as the settings say. */
  static void begin(LogSettings settings) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(settings.level()));
    // Libraries at their most talkative say what goes over the wire, passwords included.
    for (String library : new String[] {"io.netty", "io.undertow", "org.xnio", "org.jboss"}) {
      context.getLogger(library).setLevel(Level.WARN);
    }
    root.addAppender(file(settings, context));
    if (settings.console()) {
      ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
      console.setTarget("System.err");
      root.addAppender(started(console, context));
    }
  }

  /** Writes out what is on its way; nothing is logged after this. */
  static void end() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }

  private static FileAppender<ILoggingEvent> file(LogSettings settings, LoggerContext context) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setFile(settings.file().toString());
    FixedWindowRollingPolicy aside = new FixedWindowRollingPolicy();
    aside.setContext(context);
    aside.setParent(appender);
    aside.setFileNamePattern(settings.folder().resolve("waypost.%i.log").toString());
    aside.setMinIndex(1);
    aside.setMaxIndex(settings.files());
    aside.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> when = new SizeBasedTriggeringPolicy<>();
    when.setContext(context);
    when.setMaxFileSize(new FileSize(settings.maxSize()));
    when.start();
    appender.setRollingPolicy(aside);
    appender.setTriggeringPolicy(when);
    return started(appender, context);
  }

  private static <A extends OutputStreamAppender<ILoggingEvent>> A started(
      A appender, LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}

package io.portolan.standalone;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/** Sends what the parts log to stderr, one line an event. stdout is never used for it. */
final class Logs {
  private static final String SETTINGS =
      """
      handlers = java.util.logging.ConsoleHandler
      .level = WARNING
      io.portolan.level = INFO
      java.util.logging.ConsoleHandler.level = ALL
      java.util.logging.ConsoleHandler.formatter = java.util.logging.SimpleFormatter
      java.util.logging.SimpleFormatter.format = %1$tFT%1$tT.%1$tL%1$tz %4$-7s %3$s: %5$s%6$s%n
      """;

  private Logs() {}

  /** Does nothing when the user configured java.util.logging. */
  static void toStderr() {
    if (System.getProperty("java.util.logging.config.file") != null
        || System.getProperty("java.util.logging.config.class") != null) {
      return;
    }
    try (var settings = new ByteArrayInputStream(SETTINGS.getBytes(StandardCharsets.UTF_8))) {
      LogManager.getLogManager().readConfiguration(settings);
    } catch (IOException e) {
      throw new UncheckedIOException("setting up the log", e);
    }
  }
}

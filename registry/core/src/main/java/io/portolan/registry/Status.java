package io.portolan.registry;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where a version is in its life, since when, and why. Immutable.
 *
 * @param message what people are told, at most 500 characters; may be empty
 */
public record Status(Lifecycle lifecycle, String message, Instant since) {
  /** Longest message, in characters. */
  public static final int MESSAGE_MAX = 500;

  public Status {
    since = since.truncatedTo(ChronoUnit.MILLIS); // as it is kept
    if (message.length() > MESSAGE_MAX) {
      throw new IllegalArgumentException(
          "statusMessage has " + message.length() + " characters; expected at most " + MESSAGE_MAX);
    }
  }
}

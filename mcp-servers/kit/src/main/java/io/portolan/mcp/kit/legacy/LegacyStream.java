package io.portolan.mcp.kit.legacy;

import io.portolan.mcp.kit.wire.EventLog;

/**
 * One stream of a session: the answers to one POST, or the notifications outside of any. Its name
 * and the event's number make the event id, with the session's tag in front.
 */
public final class LegacyStream {
  private static final int EVENTS_MAX = 1_000;
  private static final int CHARS_MAX = 8 << 20;

  private final String name;
  private final EventLog log = new EventLog(EVENTS_MAX, CHARS_MAX);

  // Taken before anything can be written, so that a stream closed at once is closed for its reader.
  private final long firstReader = log.attach();

  LegacyStream(String name) {
    this.name = name;
  }

  public EventLog log() {
    return log;
  }

  /** The reader that the connection which opened the stream polls as. */
  public long firstReader() {
    return firstReader;
  }

  /** The id of an event; number 0 stands for the start of the stream. */
  public String eventId(long seq) {
    return name + "-" + seq;
  }
}

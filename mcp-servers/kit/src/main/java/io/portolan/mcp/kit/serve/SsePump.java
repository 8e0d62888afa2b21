package io.portolan.mcp.kit.serve;

import io.portolan.mcp.kit.wire.EventLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongFunction;

/** Writes the events of a log to a connection as server-sent events, until one of them ends. */
final class SsePump {
  private final OutputStream out;
  private final Duration heartbeat;
  private final Optional<LongFunction<String>> eventId;

  /**
   * @param heartbeat how long the connection may be silent; a comment then shows whether the peer
   *     is still there
   * @param eventId the id of an event by its number; without it events have none
   */
  SsePump(OutputStream out, Duration heartbeat, Optional<LongFunction<String>> eventId) {
    this.out = out;
    this.heartbeat = heartbeat;
    this.eventId = eventId;
  }

  /**
   * The event without data that starts a stream which can be resumed; it says how long to wait
   * before coming back.
   */
  void prime(Duration retry) throws IOException {
    var id = eventId.orElseThrow().apply(0);
    write("id: " + id + "\nretry: " + retry.toMillis() + "\ndata: \n\n");
    out.flush();
  }

  /**
   * Pumps everything after {@code seq}; returns when the log ends or another reader takes over.
   *
   * @throws IOException when the peer is gone
   */
  void pump(EventLog log, long reader, long seq) throws IOException, InterruptedException {
    var sent = seq;
    while (true) {
      switch (log.poll(reader, sent, heartbeat)) {
        case EventLog.Next.Events(var events, var last) -> {
          for (var event : events) {
            write(event);
            sent = event.seq();
          }
          out.flush();
          if (last) {
            return;
          }
        }
        case EventLog.Next.Idle _ -> {
          write(": keep-alive\n\n");
          out.flush();
        }
        case EventLog.Next.Ended _, EventLog.Next.Detached _ -> {
          return;
        }
      }
    }
  }

  private void write(EventLog.Event event) throws IOException {
    var id = eventId.map(of -> "id: " + of.apply(event.seq()) + "\n").orElse("");
    // JSON on one line: the mapper escapes line breaks, so one data field is enough.
    write("event: message\n" + id + "data: " + event.data() + "\n\n");
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}

package io.portolan.mcp.kit.serve;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.portolan.mcp.kit.modern.ModernServer;
import io.portolan.mcp.kit.wire.EventLog;
import io.portolan.mcp.kit.wire.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Modern requests over HTTP. An answer that comes soon and alone is JSON; a notification before it,
 * or a wait, makes it a stream. The stream's heartbeat finds out when the caller has gone, and that
 * cancels the call.
 */
final class ModernDoor {
  private static final Duration JSON_GRACE = Duration.ofSeconds(1);
  private static final Duration CALL_HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration LISTEN_HEARTBEAT = Duration.ofSeconds(15);
  private static final int EVENTS_MAX = 1_000;
  private static final int CHARS_MAX = 16 << 20;

  private final ModernServer server;

  ModernDoor(ModernServer server) {
    this.server = server;
  }

  void answer(Message.Request call, ServerRequest request, ServerResponse response)
      throws InterruptedException {
    var log = new EventLog(EVENTS_MAX, CHARS_MAX);
    var status = new AtomicInteger(200);
    var worker =
        Thread.ofVirtual()
            .name("modern-call")
            .start(
                () -> {
                  try {
                    server
                        .answer(
                            call,
                            name -> McpEndpoint.headers(request, HeaderNames.create(name)),
                            log::append)
                        .ifPresent(
                            answer -> {
                              status.set(answer.httpStatus());
                              log.complete(answer.envelope());
                            });
                  } finally {
                    log.complete();
                  }
                });
    var reader = log.attach();
    var listens = call.method().equals("subscriptions/listen");
    if (log.poll(reader, 0, JSON_GRACE) instanceof EventLog.Next.Events(var events, var last)
        && last
        && events.size() == 1) {
      McpEndpoint.sendJson(response, status.get(), events.getFirst().data());
      return;
    }
    McpEndpoint.startSse(response);
    try (var out = response.outputStream()) {
      var heartbeat = listens ? LISTEN_HEARTBEAT : CALL_HEARTBEAT;
      new SsePump(out, heartbeat, Optional.empty()).pump(log, reader, 0);
    } catch (IOException | UncheckedIOException | ServerConnectionException _) {
      // The caller is gone, which in this era means: cancel. Nobody is left to tell.
    } finally {
      if (!log.isComplete()) {
        worker.interrupt();
      }
    }
  }
}

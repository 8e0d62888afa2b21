package io.portolan.standalone.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The event stream on which a legacy endpoint sends what belongs to no request. It is opened again
 * whenever it ends, where it left off, until it is interrupted or the endpoint says it has none.
 */
final class ListeningStream {
  private static final System.Logger LOG = System.getLogger(ListeningStream.class.getName());
  private static final Duration PAUSE_FIRST = Duration.ofSeconds(1);
  private static final Duration PAUSE_LAST = Duration.ofSeconds(30);

  private final HttpEndpoint endpoint;
  private final LegacySession session;
  private final ClientOutput out;
  private final int messageBytesMax;

  private @Nullable String lastEventId;
  private Duration pause = PAUSE_FIRST;

  ListeningStream(
      HttpEndpoint endpoint, LegacySession session, ClientOutput out, int messageBytesMax) {
    this.endpoint = endpoint;
    this.session = session;
    this.out = out;
    this.messageBytesMax = messageBytesMax;
  }

  void run() throws InterruptedException {
    while (true) {
      var opened = session.await();
      try {
        if (!once(opened)) {
          return;
        }
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()
            || e.getCause() instanceof InterruptedException) {
          throw new InterruptedException("the bridge ends");
        }
        LOG.log(System.Logger.Level.DEBUG, "the event stream broke: {0}", e.toString());
        pause =
            pause.multipliedBy(2).compareTo(PAUSE_LAST) > 0 ? PAUSE_LAST : pause.multipliedBy(2);
      }
      Thread.sleep(pause);
    }
  }

  /** Opens the stream and relays until it ends; false when there is no sense in opening another. */
  private boolean once(LegacySession.Opened opened) throws IOException, InterruptedException {
    var headers = new LinkedHashMap<>(opened.headers());
    Optional.ofNullable(lastEventId).ifPresent(id -> headers.put("Last-Event-ID", id));
    var response = endpoint.listen(headers);
    if (response.statusCode() == 200 && Incoming.isStream(response)) {
      pause = PAUSE_FIRST;
      relay(response);
      return true;
    }
    response.body().close();
    if (response.statusCode() == 404 && opened.hasId()) {
      lastEventId = null;
      session.reopen(opened);
      return true;
    }
    if (response.statusCode() / 100 == 5) {
      throw new IOException("status " + response.statusCode());
    }
    LOG.log(System.Logger.Level.DEBUG, "no event stream here: status {0}", response.statusCode());
    return false;
  }

  private void relay(HttpResponse<InputStream> response) throws IOException {
    try (var incoming = new Incoming(response, messageBytesMax)) {
      try {
        for (var message = incoming.next(); message != null; message = incoming.next()) {
          out.send(message);
        }
      } finally {
        incoming.lastEventId().ifPresent(id -> lastEventId = id);
        incoming
            .retry()
            .ifPresent(asked -> pause = asked.compareTo(PAUSE_LAST) > 0 ? PAUSE_LAST : asked);
      }
    }
  }
}

package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.HeaderText;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The session of a legacy client, which knows of none: stdio has no sessions. When the endpoint
 * forgot it, it is opened again with the client's own messages. Safe for many threads.
 */
final class LegacySession {
  /**
   * A session as it was at one moment.
   *
   * @param headers what a request in it carries
   */
  record Opened(Map<String, String> headers) {
    boolean hasId() {
      return headers.containsKey(ID_HEADER);
    }
  }

  private static final String ID_HEADER = "Mcp-Session-Id";
  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);

  private final HttpEndpoint endpoint;
  private final int messageBytesMax;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock. A new Opened replaces the old one whenever the session is opened again.
  private Opened current = new Opened(Map.of());
  private @Nullable Slice initialize;
  private @Nullable Slice initialized;
  private CountDownLatch opening = new CountDownLatch(0);

  LegacySession(HttpEndpoint endpoint, int messageBytesMax) {
    this.endpoint = endpoint;
    this.messageBytesMax = messageBytesMax;
  }

  /** The client sent this {@code initialize}: what comes after waits until it is answered. */
  CountDownLatch beginOpening(Slice message) {
    lock.lock();
    try {
      initialize = message;
      initialized = null;
      current = new Opened(Map.of());
      opening = new CountDownLatch(1);
      return opening;
    } finally {
      lock.unlock();
    }
  }

  /** The client's {@code initialize} was answered. */
  void opened(HttpResponse<?> response, Message.Result result) {
    replace(response, result);
  }

  /** The client finished its side of the opening. */
  void clientInitialized(Slice message) {
    lock.lock();
    try {
      initialized = message;
    } finally {
      lock.unlock();
    }
  }

  /** Whether this is the message given to {@link #clientInitialized}. */
  boolean isClientInitialized(Slice message) {
    lock.lock();
    try {
      return initialized != null && message.equals(initialized);
    } finally {
      lock.unlock();
    }
  }

  /** The session, once it is open, or none when the client opened none. */
  Opened await() throws InterruptedException {
    CountDownLatch latch;
    lock.lock();
    try {
      latch = opening;
    } finally {
      lock.unlock();
    }
    latch.await();
    return current();
  }

  Opened current() {
    lock.lock();
    try {
      return current;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens the session again, unless another thread does or did so, which is then waited for.
   *
   * @param lost the session that the endpoint no longer knows
   * @return the session to go on with
   * @throws IOException when the endpoint does not open one
   */
  Opened reopen(Opened lost) throws IOException, InterruptedException {
    CountDownLatch latch;
    Slice message;
    boolean mine;
    lock.lock();
    try {
      if (!current.equals(lost)) {
        return current;
      }
      message = initialize;
      mine = opening.getCount() == 0;
      latch = mine ? new CountDownLatch(1) : opening;
      opening = latch;
    } finally {
      lock.unlock();
    }
    if (!mine) {
      latch.await();
      return current();
    }
    try {
      if (message == null) {
        throw new IOException("the client never sent initialize");
      }
      return openAgain(message);
    } finally {
      latch.countDown();
    }
  }

  private Opened openAgain(Slice message) throws IOException, InterruptedException {
    var response = endpoint.post(message, Map.of(), () -> {});
    try (var incoming = new Incoming(response, messageBytesMax)) {
      for (var next = incoming.next(); next != null; next = incoming.next()) {
        if (response.statusCode() == 200 && READER.read(next) instanceof Message.Result result) {
          replace(response, result);
          postInitialized();
          return current();
        }
      }
    } catch (MalformedMessage e) {
      throw new IOException("the endpoint answered initialize with no JSON-RPC message", e);
    }
    throw new IOException("the endpoint refused initialize with status " + response.statusCode());
  }

  private void postInitialized() throws IOException, InterruptedException {
    Slice message;
    lock.lock();
    try {
      message = initialized;
    } finally {
      lock.unlock();
    }
    if (message != null) {
      HttpResponse<InputStream> response = endpoint.post(message, current().headers(), () -> {});
      response.body().close();
    }
  }

  private void replace(HttpResponse<?> response, Message.Result result) {
    var headers = new LinkedHashMap<String, String>();
    response.headers().firstValue(ID_HEADER).ifPresent(id -> headers.put(ID_HEADER, id));
    var version =
        result.result().isObject() ? JsonView.of(result.result()).string("protocolVersion") : null;
    if (version != null) {
      headers.put("MCP-Protocol-Version", HeaderText.encode(version));
    }
    lock.lock();
    try {
      current = new Opened(Map.copyOf(headers));
    } finally {
      lock.unlock();
    }
  }
}

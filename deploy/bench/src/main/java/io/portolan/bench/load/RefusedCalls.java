package io.portolan.bench.load;

import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A caller that does not heed 429: so many calls a second, whether they are granted or not, until
 * it is stopped. Some platform threads of its own, one for each connection.
 */
public final class RefusedCalls {
  private static final int CONNECTIONS = 4;
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(10);

  private final AtomicLong granted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicReference<String> error = new AtomicReference<>("");
  private final List<Thread> threads = new ArrayList<>();
  private final URI endpoint;
  private final String token;
  private final long spacing;
  private volatile boolean stopped;

  private RefusedCalls(URI endpoint, String token, int perSecond) {
    this.endpoint = endpoint;
    this.token = token;
    this.spacing = 1_000_000_000L * CONNECTIONS / perSecond;
  }

  /** Begins to call the tool {@code echo} of a modern server. */
  public static RefusedCalls begin(URI endpoint, String token, int perSecond) {
    var calls = new RefusedCalls(endpoint, token, perSecond);
    for (int i = 0; i < CONNECTIONS; i++) {
      calls.threads.add(Thread.ofPlatform().daemon().start(calls::call));
    }
    return calls;
  }

  /** How many were answered with a result. */
  public long granted() {
    return granted.get();
  }

  /** How many were answered with 429. */
  public long refused() {
    return refused.get();
  }

  /** What went wrong otherwise; such a connection says no more. */
  public Optional<String> error() {
    return error.get().isEmpty() ? Optional.empty() : Optional.of(error.get());
  }

  private void call() {
    var request =
        McpRequest.modern(endpoint, "tools/call", "echo")
            .signed(token)
            .post(McpBodies.modernCall("echo", "a neighbour").replace(DigitTemplate.PLACE, "1"))
            .getBytes(StandardCharsets.UTF_8);
    try (var client = McpClient.connect(endpoint, new Ids(), REPLY_TIMEOUT)) {
      for (var due = System.nanoTime(); !stopped; due += spacing) {
        for (var left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        exchange(client, request);
      }
    } catch (IOException | MalformedException e) {
      error.set("the neighbour: " + e);
    }
  }

  private void exchange(McpClient client, byte[] request) throws IOException, MalformedException {
    HttpReader reader = client.reader();
    if (reader.headRead()) {
      reader.next();
    }
    for (var bytes = ByteBuffer.wrap(request); bytes.hasRemaining(); ) {
      client.channel().write(bytes);
    }
    while (!reader.complete()) {
      if (reader.readFrom(client.channel().socket().getInputStream()) < 0) {
        throw new EOFException("the connection was closed before the reply");
      }
    }
    switch (reader.status()) {
      case 200 -> granted.incrementAndGet();
      case 429 -> refused.incrementAndGet();
      default -> throw new IOException("status " + reader.status());
    }
  }

  /** Ends it, and waits for the calls under way. */
  public void stop() {
    stopped = true;
    for (var thread : threads) {
      try {
        thread.join(REPLY_TIMEOUT);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

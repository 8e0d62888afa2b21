package io.portolan.mcp.kit.serve;

import io.portolan.mcp.kit.Eras;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.legacy.LegacySession;
import io.portolan.mcp.kit.legacy.LegacySessions;
import io.portolan.mcp.kit.legacy.SdkServer;
import io.portolan.mcp.kit.modern.ModernServer;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * A server offered over a pair of streams, one message per line, both eras mixed as the client
 * likes. There is one legacy session at a time; a new handshake replaces it.
 */
public final class StdioServing {
  private static final System.Logger LOG = System.getLogger(StdioServing.class.getName());
  private static final int LINE_BYTES_MAX = 4 << 20;
  private static final int CALLS_MAX = 256;
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private final LegacySessions sessions = new LegacySessions(1);
  private final Semaphore calls = new Semaphore(CALLS_MAX);
  private final Map<JsonNode, Thread> modernCalls = new ConcurrentHashMap<>();
  private final ReentrantLock outLock = new ReentrantLock();
  private final ModernServer modern;
  private final SdkServer sdk;
  private final EraChoice eras;
  private final Eras served;
  private final InputStream in;
  private final OutputStream out;

  // Only touched by the thread that reads.
  private Optional<LegacySession> session = Optional.empty();

  private StdioServing(ToolServer server, Eras eras, InputStream in, OutputStream out) {
    this.sdk = new SdkServer(server, sessions);
    this.modern = new ModernServer(server, Clock.systemUTC());
    this.eras = new EraChoice(eras);
    this.served = eras;
    this.in = in;
    this.out = out;
  }

  /**
   * Serves until {@code in} ends. Calls under way then get a second to answer.
   *
   * @throws IOException when reading fails; a client that stopped reading is no failure
   */
  public static void run(ToolServer server, Eras eras, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    new StdioServing(server, eras, in, out).run();
  }

  private void run() throws IOException, InterruptedException {
    var lines = new LineReader(in, LINE_BYTES_MAX);
    try {
      while (true) {
        switch (lines.read()) {
          case LineReader.Line.Text(var bytes) -> accept(bytes);
          case LineReader.Line.TooLong _ ->
              fail(
                  NullNode.getInstance(),
                  invalid("The message is larger than " + LINE_BYTES_MAX + " bytes"));
          case LineReader.Line.End _ -> {
            return;
          }
        }
      }
    } finally {
      modern.close();
      var quiet = calls.tryAcquire(CALLS_MAX, FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
      LOG.log(Level.DEBUG, () -> quiet ? "input ended" : "input ended with calls under way");
      modernCalls.values().forEach(Thread::interrupt);
      sdk.close();
    }
  }

  private void accept(ByteBuffer bytes) {
    var line = new byte[bytes.remaining()];
    bytes.get(line);
    if (new String(line, StandardCharsets.UTF_8).isBlank()) {
      return;
    }
    JsonNode id = NullNode.getInstance();
    try {
      var message = Message.parse(line);
      if (message instanceof Message.Request request) {
        id = request.id();
      }
      dispatch(message);
    } catch (ProtocolFailure failure) {
      fail(id, failure);
    }
  }

  private void dispatch(Message message) {
    switch (message) {
      case Message.Request request when eras.modern(request, Optional.empty()) ->
          startModern(request);
      case Message.Request request when request.method().equals("initialize") ->
          initialize(request);
      case Message.Request request -> startLegacy(request);
      case Message.Notification notification -> {
        if (notification.method().equals("notifications/cancelled")) {
          Optional.ofNullable(modernCalls.get(notification.params().path("requestId")))
              .ifPresent(Thread::interrupt);
        }
        session.ifPresent(s -> s.accept(notification));
      }
      case Message.Response response -> session.ifPresent(s -> s.accept(response));
    }
  }

  private void startModern(Message.Request request) {
    if (!admitted(request)) {
      return;
    }
    var thread =
        Thread.ofVirtual()
            .name("modern-call")
            .unstarted(
                () -> {
                  try {
                    modern
                        .answer(request, this::write)
                        .ifPresent(answer -> write(answer.envelope()));
                  } finally {
                    modernCalls.remove(request.id());
                    calls.release();
                  }
                });
    modernCalls.put(request.id(), thread);
    thread.start();
  }

  private void initialize(Message.Request request) {
    if (!served.legacy()) {
      throw ProtocolFailure.methodNotFound(request.method());
    }
    var started = sessions.start(request);
    started.listenOn(this::write);
    session = Optional.of(started);
    write(Json.write(Message.result(request.id(), started.initializeResult())));
  }

  private void startLegacy(Message.Request request) {
    if (session.isEmpty()) {
      throw unknownOrEarly(request);
    }
    if (admitted(request)) {
      session.get().start(request, this::write, () -> {}, calls::release);
    }
  }

  private static ProtocolFailure unknownOrEarly(Message.Request request) {
    // A client that probes for the modern era must be told that there is no such method.
    return request.method().equals("server/discover")
        ? ProtocolFailure.methodNotFound(request.method())
        : invalid("Send initialize before " + request.method());
  }

  private boolean admitted(Message.Request request) {
    if (calls.tryAcquire()) {
      return true;
    }
    fail(request.id(), ProtocolFailure.internal("Too many calls under way"));
    return false;
  }

  private void fail(JsonNode id, ProtocolFailure failure) {
    write(Json.write(Message.error(id, failure)));
  }

  private void write(String line) {
    outLock.lock();
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      // The client stopped reading; its end of our input will follow.
      LOG.log(Level.DEBUG, "writing an answer", e);
    } finally {
      outLock.unlock();
    }
  }

  private static ProtocolFailure invalid(String message) {
    return ProtocolFailure.badRequest(ProtocolFailure.INVALID_REQUEST, message);
  }
}

package io.portolan.mcp.kit.legacy;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import tools.jackson.databind.JsonNode;

/**
 * A session of the SDK with its streams. The streams outlive their connections, within bounds, so
 * that a client can come back for what it missed; an event id of another session finds nothing.
 */
public final class LegacySession {
  static final String CALL_KEY = "portolan.call";
  private static final System.Logger LOG = System.getLogger(LegacySession.class.getName());
  private static final int STREAMS_MAX = 64;
  private static final int CALLS_MAX = 64;

  /** A call under way, for the handler and for whoever cancels it. */
  static final class Running {
    private final Thread thread;
    private final Runnable closeStream;
    private volatile boolean cancelled;

    Running(Thread thread, Runnable closeStream) {
      this.thread = thread;
      this.closeStream = closeStream;
    }

    boolean cancelled() {
      return cancelled;
    }

    void cancel() {
      cancelled = true;
      thread.interrupt();
    }

    void closeStream() {
      closeStream.run();
    }
  }

  private final McpStreamableServerSession sdk;
  private final String version;
  private final JsonNode initializeResult;
  private final String tag;
  private final LegacyStream standalone;
  private final AtomicLong streamCount = new AtomicLong();
  private final Map<JsonNode, Running> running = new ConcurrentHashMap<>();

  // Guarded by itself; the oldest stream goes first.
  private final Map<String, LegacyStream> streams = new LinkedHashMap<>();

  LegacySession(McpStreamableServerSession sdk, McpSchema.InitializeResult result) {
    this.sdk = sdk;
    this.version = result.protocolVersion();
    this.initializeResult = Json.tree(result);
    this.tag = sdk.getId().substring(0, 8);
    this.standalone = new LegacyStream(tag + "-0");
  }

  public String id() {
    return sdk.getId();
  }

  /** The negotiated protocol version. */
  public String version() {
    return version;
  }

  /** The answer to the initialize request. */
  public JsonNode initializeResult() {
    return initializeResult;
  }

  /** The stream for messages outside of any request. */
  public LegacyStream standalone() {
    return standalone;
  }

  /** Lets messages outside of any request go to the standalone stream, for a later reader. */
  public void listenOnStandalone() {
    listenOn(standalone.log()::append);
  }

  /** Lets messages outside of any request go to {@code sink}. */
  public void listenOn(Consumer<String> sink) {
    sdk.listeningStream(new SinkTransport(sink, () -> {}));
  }

  /** Starts a request on a thread of its own and gives the stream that its messages go to. */
  public LegacyStream start(Message.Request request) {
    var stream = new LegacyStream(tag + "-" + streamCount.incrementAndGet());
    synchronized (streams) {
      streams.put(stream.eventId(0), stream);
      while (streams.size() > STREAMS_MAX) {
        var eldest = streams.keySet().iterator();
        eldest.next();
        eldest.remove();
      }
    }
    start(request, stream.log()::append, stream.log()::detach, stream.log()::complete);
    return stream;
  }

  /** Starts a request on a thread of its own; its messages go to {@code sink}. */
  public void start(
      Message.Request request, Consumer<String> sink, Runnable closeStream, Runnable onEnd) {
    if (running.size() >= CALLS_MAX) {
      var busy = ProtocolFailure.internal("Too many calls under way in this session");
      sink.accept(Json.write(Message.error(request.id(), busy)));
      onEnd.run();
      return;
    }
    var thread =
        Thread.ofVirtual()
            .name("call-" + tag)
            .unstarted(
                () -> {
                  try {
                    run(request, sink);
                  } finally {
                    running.remove(request.id());
                    onEnd.run();
                  }
                });
    running.put(request.id(), new Running(thread, closeStream));
    thread.start();
  }

  private void run(Message.Request request, Consumer<String> sink) {
    var call = Optional.ofNullable(running.get(request.id())).orElseThrow();
    // A cancelled call gets no answer, whatever its handler still comes to.
    Consumer<String> unlessCancelled =
        line -> {
          if (!call.cancelled()) {
            sink.accept(line);
          }
        };
    try {
      sdk.responseStream(new SinkTransport(unlessCancelled, () -> {}))
          .handle(
              new McpSchema.JSONRPCRequest(
                  request.method(), request.plainId(), Json.map(request.params())))
          .contextWrite(context(call))
          .block();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, () -> "call ended early: " + request.method(), e);
      var failure = ProtocolFailure.internal("The call ended early");
      unlessCancelled.accept(Json.write(Message.error(request.id(), failure)));
    }
  }

  private static Context context(Running call) {
    return Context.of(McpTransportContext.KEY, McpTransportContext.create(Map.of(CALL_KEY, call)));
  }

  /** Takes a notification. Cancellation is ours; of the rest the SDK knows what to do. */
  public void accept(Message.Notification notification) {
    switch (notification.method()) {
      case "notifications/cancelled" ->
          Optional.ofNullable(running.get(notification.params().path("requestId")))
              .ifPresent(Running::cancel);
      case McpSchema.METHOD_NOTIFICATION_INITIALIZED ->
          sdk.accept(
                  new McpSchema.JSONRPCNotification(
                      notification.method(), Json.map(notification.params())))
              .block();
      default -> LOG.log(Level.DEBUG, () -> "ignored " + notification.method());
    }
  }

  /** Takes the answer to a request of ours; one that nobody waits for is dropped. */
  public void accept(Message.Response response) {
    sdk.accept(response.toSdk())
        .onErrorResume(
            e -> {
              LOG.log(Level.DEBUG, "unexpected response", e);
              return Mono.empty();
            })
        .block();
  }

  Mono<Void> send(String method, Object params) {
    return sdk.sendNotification(method, params);
  }

  /** Where a reader that saw an event goes on. */
  public record Position(LegacyStream stream, long seq) {}

  /** Finds the stream and number of an event id of this session. */
  public Optional<Position> find(String eventId) {
    var dash = eventId.lastIndexOf('-');
    if (dash < 0 || !eventId.substring(dash + 1).matches("\\d{1,18}")) {
      return Optional.empty();
    }
    var seq = Long.parseLong(eventId.substring(dash + 1));
    var start = eventId.substring(0, dash) + "-0";
    if (start.equals(standalone.eventId(0))) {
      return Optional.of(new Position(standalone, seq));
    }
    synchronized (streams) {
      return Optional.ofNullable(streams.get(start)).map(stream -> new Position(stream, seq));
    }
  }

  /** Ends everything of the session. Idempotent. */
  void close() {
    running.values().forEach(Running::cancel);
    sdk.delete().onErrorComplete().block();
    standalone.log().complete();
    synchronized (streams) {
      streams.values().forEach(stream -> stream.log().complete());
      streams.clear();
    }
  }
}

package io.portolan.mcp.kit.legacy;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerSession;
import io.modelcontextprotocol.spec.McpStreamableServerTransportProvider;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * The sessions of one legacy server: the SDK's transport provider without a transport, used by the
 * HTTP and the stdio door alike. At most {@code sessionsMax} live; the one idle for longest gives
 * way to a new one. Safe for all threads.
 */
public final class LegacySessions implements McpStreamableServerTransportProvider {
  /** The versions of the legacy era, oldest first. */
  public static final List<String> VERSIONS =
      List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");

  private final int sessionsMax;
  private final AtomicReference<Optional<McpStreamableServerSession.Factory>> factory =
      new AtomicReference<>(Optional.empty());

  // Guarded by itself; in the order of last use.
  private final Map<String, LegacySession> sessions = new LinkedHashMap<>(16, 0.75f, true);

  public LegacySessions(int sessionsMax) {
    this.sessionsMax = sessionsMax;
  }

  /**
   * Starts a session with its initialize request.
   *
   * @throws ProtocolFailure when the request is malformed
   */
  public LegacySession start(Message.Request initialize) {
    var starter = factory.get().orElseThrow(() -> new IllegalStateException("no server yet"));
    McpSchema.InitializeRequest request;
    try {
      request = Json.MAPPER.treeToValue(initialize.params(), McpSchema.InitializeRequest.class);
    } catch (JacksonException | IllegalArgumentException e) {
      throw ProtocolFailure.badRequest(
          ProtocolFailure.INVALID_PARAMS, "Malformed initialize params");
    }
    if (request.protocolVersion() == null
        || request.capabilities() == null
        || request.clientInfo() == null) {
      throw ProtocolFailure.badRequest(
          ProtocolFailure.INVALID_PARAMS,
          "initialize needs params.protocolVersion, params.capabilities and params.clientInfo");
    }
    var init = starter.startSession(request);
    var result = Optional.ofNullable(init.initResult().block()).orElseThrow();
    var session = new LegacySession(init.session(), result);
    session.listenOnStandalone();
    admit(session).ifPresent(LegacySession::close);
    return session;
  }

  private Optional<LegacySession> admit(LegacySession session) {
    synchronized (sessions) {
      sessions.put(session.id(), session);
      if (sessions.size() <= sessionsMax) {
        return Optional.empty();
      }
      var eldest = sessions.values().iterator();
      var evicted = eldest.next();
      eldest.remove();
      return Optional.of(evicted);
    }
  }

  /** The session of an id, which counts as used now. */
  public Optional<LegacySession> find(String id) {
    synchronized (sessions) {
      return Optional.ofNullable(sessions.get(id));
    }
  }

  /** Ends a session; unknown ids are ignored. */
  public void end(String id) {
    Optional<LegacySession> ended;
    synchronized (sessions) {
      ended = Optional.ofNullable(sessions.remove(id));
    }
    ended.ifPresent(LegacySession::close);
  }

  private List<LegacySession> all() {
    synchronized (sessions) {
      return List.copyOf(sessions.values());
    }
  }

  @Override
  public void setSessionFactory(McpStreamableServerSession.Factory sessionFactory) {
    factory.set(Optional.of(sessionFactory));
  }

  @Override
  public Mono<Void> notifyClients(String method, Object params) {
    return Flux.fromIterable(all())
        .flatMap(session -> session.send(method, params).onErrorComplete())
        .then();
  }

  @Override
  public Mono<Void> notifyClient(String sessionId, String method, Object params) {
    return Mono.justOrEmpty(find(sessionId))
        .flatMap(session -> session.send(method, params).onErrorComplete());
  }

  @Override
  public List<String> protocolVersions() {
    return VERSIONS;
  }

  @Override
  public void close() {
    all().forEach(session -> end(session.id()));
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(this::close);
  }
}

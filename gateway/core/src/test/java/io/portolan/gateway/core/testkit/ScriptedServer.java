package io.portolan.gateway.core.testkit;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's server behind a transport, both in memory: it answers what a test scripts, lists what
 * a test lists, and remembers all it was sent. Like a channel that many share it puts its own ids
 * and progress tokens into requests.
 */
public final class ScriptedServer implements Upstream {
  /** What the server does with a request. */
  @FunctionalInterface
  public interface Script {
    /** The answer to a request as the server sees it. */
    Answer answer(Asked asked) throws InterruptedException;
  }

  /** What happens while a session is opened. */
  @FunctionalInterface
  public interface Opening {
    /** Returns when the server has answered. */
    void happens() throws InterruptedException;
  }

  /**
   * A request as the server sees it.
   *
   * @param request the message, with the server side's id
   * @param outbound what the core handed to the transport
   * @param context under which it was sent
   */
  public record Asked(Message.Request request, OutboundRequest outbound, CallContext context) {
    /** The message as text. */
    public String text() {
      return request.bytes().text();
    }

    /** A whole answer. */
    public Answer result(String result) {
      return new Answer.Whole((Message.Answer) Wire.message(response(result)), 200);
    }

    /** A whole failure. */
    public Answer error(int code, int status) {
      var json =
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"no\"}}"
              .formatted(request.id().text(), code);
      return new Answer.Whole((Message.Answer) Wire.message(json), status);
    }

    /** The text of an answer. */
    public String response(String result) {
      return "{\"jsonrpc\":\"2.0\",\"id\":" + request.id().text() + ",\"result\":" + result + "}";
    }
  }

  private volatile ServerDefinition definition;
  private final Set<Era> eras;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final Map<ListKind, List<String>> lists = new ConcurrentHashMap<>();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<SessionOpening> openings = new CopyOnWriteArrayList<>();
  private final List<Link> sessions = new CopyOnWriteArrayList<>();
  private final List<ScriptedStream> listening = new CopyOnWriteArrayList<>();
  private final AtomicLong ids = new AtomicLong(100);
  private final AtomicInteger probes = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final Link modern = new Link(Era.MODERN);
  private volatile @Nullable UpstreamFailure down;
  private volatile Opening onOpen = () -> {};
  private volatile Consumer<String> onSent = _ -> {};
  private volatile String capabilities =
      """
      {"tools":{"listChanged":true},"resources":{"subscribe":true,"listChanged":true},\
      "prompts":{},"logging":{},"completions":{}}""";

  /** A server of these eras. */
  public ScriptedServer(String name, Era first, Era... others) {
    this(definition(name, Duration.ofSeconds(30)), first, others);
  }

  /** A server of these eras, reached as the definition says. */
  public ScriptedServer(ServerDefinition definition, Era first, Era... others) {
    this.definition = definition;
    this.eras = EnumSet.of(first, others);
  }

  private static ServerDefinition definition(String name, Duration callTimeout) {
    return new ServerDefinition.Http(
        name, URI.create("http://127.0.0.1:1/mcp"), HttpTransport.DETECT, Map.of(), callTimeout);
  }

  // ---- what a test says

  /** Scripts the answer to a method. */
  public ScriptedServer on(String method, Script script) {
    scripts.put(method, script);
    return this;
  }

  /** From now on this happens while a session is opened. */
  public void onOpen(Opening opening) {
    onOpen = opening;
  }

  /** From now on this happens with what is not a request, before it counts as taken. */
  public void onSent(Consumer<String> happens) {
    onSent = happens;
  }

  /** From now on calls may take this long. */
  public void callTimeout(Duration timeout) {
    definition = definition(definition.name(), timeout);
  }

  /** Lists these items, each a JSON object. */
  public ScriptedServer list(ListKind kind, String... items) {
    lists.put(kind, List.of(items));
    return this;
  }

  /** Lists tools that have nothing but a name. */
  public ScriptedServer tools(String... names) {
    var items = new ArrayList<String>();
    for (var name : names) {
      items.add("{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}");
    }
    return list(ListKind.TOOLS, items.toArray(String[]::new));
  }

  /** Declares these capabilities, a JSON object. */
  public ScriptedServer capabilities(String json) {
    capabilities = json;
    return this;
  }

  /** Cannot be reached from now on. */
  public ScriptedServer down() {
    down = new UpstreamFailure.Unreachable("connection refused");
    listening.forEach(
        stream -> stream.put(new MessageStream.Broken(new UpstreamFailure.SessionLost("gone"))));
    listening.clear();
    return this;
  }

  /** Can be reached again, and has forgotten all sessions. */
  public void up() {
    loseSessions();
    down = null;
  }

  /** Forgets all sessions, as a restart does. */
  public void loseSessions() {
    sessions.forEach(link -> link.lost = true);
    sessions.clear();
  }

  /** Says something outside of calls, to all that listen. */
  public void push(String notification) {
    listening.forEach(stream -> stream.message(notification));
  }

  /** Says something outside of calls in the session that was opened last. */
  public void pushToNewest(String message) {
    Objects.requireNonNull(sessions.getLast().outside).message(message);
  }

  /** Ends the streams of all that listen, in order. */
  public void endStreams() {
    listening.forEach(stream -> stream.put(new MessageStream.Ended()));
    listening.clear();
  }

  // ---- what a test asks

  /** All that was sent to it, in order. */
  public List<String> received() {
    return received;
  }

  /** All requests and notifications with a method. */
  public List<String> received(String method) {
    return received.stream()
        .filter(text -> method.equals(Wire.view(text).string("method")))
        .toList();
  }

  /** How often it was probed. */
  public int probes() {
    return probes.get();
  }

  /** How many sessions were opened with it. */
  public int opened() {
    return opened.get();
  }

  /** How they were opened, in order. */
  public List<SessionOpening> openings() {
    return openings;
  }

  /** How many of them were not ended since. */
  public long open() {
    return sessions.stream().filter(link -> !link.closed).count();
  }

  /** How many streams are listening to it. */
  public int listening() {
    return listening.size();
  }

  // ---- what the core sees

  @Override
  public ServerDefinition definition() {
    return definition;
  }

  @Override
  public ServerProfile probe(Deadline deadline) throws UpstreamUnavailable {
    probes.incrementAndGet();
    failIfDown();
    return new ServerProfile(
        eras.contains(Era.MODERN) ? hello() : null, eras.contains(Era.LEGACY) ? hello() : null);
  }

  private Slice hello() {
    return Slice.utf8(
        "{\"capabilities\":%s,\"serverInfo\":{\"name\":\"%s\",\"version\":\"1\"}}"
            .formatted(capabilities, definition.name()));
  }

  private void failIfDown() throws UpstreamUnavailable {
    var why = down;
    if (why != null) {
      throw new UpstreamUnavailable(why);
    }
  }

  @Override
  public UpstreamLink modern() {
    return modern;
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    failIfDown();
    onOpen.happens();
    opened.incrementAndGet();
    openings.add(opening);
    var link = new Link(Era.LEGACY);
    sessions.add(link);
    return link;
  }

  @Override
  public void close() {
    listening.forEach(ScriptedStream::close);
  }

  private final class Link implements UpstreamLink {
    private final Era era;
    private volatile boolean lost;
    private volatile boolean closed;
    private volatile @Nullable ScriptedStream outside;

    Link(Era era) {
      this.era = era;
    }

    @Override
    public Era era() {
      return era;
    }

    @Override
    public JsonView hello() {
      return JsonView.of(ScriptedServer.this.hello());
    }

    @Override
    public long nextId() {
      return ids.getAndIncrement();
    }

    @Override
    public Answer request(OutboundRequest request, CallContext context)
        throws InterruptedException {
      if (request.cancellation().isCancelled()) {
        return new Answer.Failed(new UpstreamFailure.Cancelled("before it was sent"));
      }
      var why = failure();
      if (why != null) {
        return new Answer.Failed(why);
      }
      var id = Slice.utf8(Long.toString(request.id()));
      var splice = request.splice().replace(request.message().id(), id);
      var token = request.progressToken();
      if (token != null) {
        splice.replace(token, id);
      }
      var text = splice.apply().toString();
      received.add(text);
      var asked = new Asked(Wire.request(text), request, context);
      var script = scripts.get(request.method());
      return script != null ? script.answer(asked) : unscripted(asked);
    }

    private Answer unscripted(Asked asked) {
      for (var kind : ListKind.values()) {
        if (kind.method().equals(asked.request().method())) {
          var items = String.join(",", lists.getOrDefault(kind, List.of()));
          return asked.result("{\"" + kind.member() + "\":[" + items + "]}");
        }
      }
      return switch (asked.request().method()) {
        case Methods.SUBSCRIPTIONS_LISTEN -> {
          var stream = new ScriptedStream();
          stream.message(
              "{\"jsonrpc\":\"2.0\",\"method\":\"" + Methods.SUBSCRIPTIONS_ACKNOWLEDGED + "\"}");
          listening.add(stream);
          asked.outbound().cancellation().onCancel(stream::close);
          yield new Answer.Streamed(stream);
        }
        case Methods.TOOLS_CALL -> asked.result("{\"content\":[]}");
        default -> asked.result("{}");
      };
    }

    private @Nullable UpstreamFailure failure() {
      return lost ? new UpstreamFailure.SessionLost("404") : down;
    }

    @Override
    public @Nullable UpstreamFailure send(Payload message, CallContext context) {
      var text = message.toString();
      received.add(text);
      onSent.accept(text);
      return failure();
    }

    @Override
    public MessageStream listen() {
      var stream = new ScriptedStream();
      if (era == Era.MODERN) {
        return stream.put(new MessageStream.Ended());
      }
      listening.add(stream);
      outside = stream;
      return stream;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}

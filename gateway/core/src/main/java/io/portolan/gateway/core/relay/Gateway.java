package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.admission.Admission;
import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.cost.Prices;
import io.portolan.gateway.core.edge.AuditTrail;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.edge.McpGateway;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.Scopes;
import io.portolan.gateway.core.edge.ServerStatus;
import io.portolan.gateway.core.parked.AskableLinks;
import io.portolan.gateway.core.parked.CallTasks;
import io.portolan.gateway.core.parked.KeptBytes;
import io.portolan.gateway.core.parked.ParkedCalls;
import io.portolan.gateway.core.parked.StateKey;
import io.portolan.gateway.core.search.CalledByName;
import io.portolan.gateway.core.search.ToolFinder;
import io.portolan.gateway.core.search.ToolSearch;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.session.LegacySessions;
import io.portolan.gateway.core.session.SessionKey;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.core.sessionless.ServerLinks;
import io.portolan.gateway.core.view.TaskIds;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ModernGate;
import io.portolan.gateway.protocol.ParamHeaders;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.SteadyClock;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Approvals;
import io.portolan.tenancy.access.Placeholders;
import io.portolan.tenancy.access.Policy;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * The path of a request: read the envelope, choose the era once, then LegacyEndpoint or
 * ModernEndpoint. From there: lists from the catalogue, everything else by View.route to an
 * UpstreamLink and back through View.toClient.
 */

/** The gateway without its edge and its transports. Thread-safe. */
public final class Gateway implements McpGateway, AutoCloseable {
  private static final Duration SWEEP_INTERVAL_MAX = Duration.ofSeconds(30);
  private static final Duration SWEEP_INTERVAL_MIN = Duration.ofMillis(100);
  private static final int PRINCIPALS_MAX = 10_000;
  private static final long KEPT_BYTES_MAX = 64L << 20;

  /**
   * Bounds of the gateway.
   *
   * @param json what a client's message may contain
   * @param sessions bounds on legacy sessions
   * @param keepAlive how often an idle stream says that it is alive
   * @param parked bounds on calls that wait for their client
   * @param tasks bounds on calls that go on as tasks
   * @param subscriptionsMax {@code subscriptions/listen} streams of all at a time
   */
  public record Settings(
      JsonLimits json,
      SessionLimits sessions,
      Duration keepAlive,
      ParkedCalls.Limits parked,
      CallTasks.Limits tasks,
      int subscriptionsMax) {
    private static final int SUBSCRIPTIONS_MAX = 10_000;

    public static final Settings DEFAULT =
        new Settings(JsonLimits.INBOUND, SessionLimits.DEFAULT, Duration.ofSeconds(20));

    /** With the usual bounds on calls that wait. */
    public Settings(JsonLimits json, SessionLimits sessions, Duration keepAlive) {
      this(json, sessions, keepAlive, ParkedCalls.Limits.DEFAULT);
    }

    /** With the usual bounds on tasks. */
    public Settings(
        JsonLimits json, SessionLimits sessions, Duration keepAlive, ParkedCalls.Limits parked) {
      this(json, sessions, keepAlive, parked, CallTasks.Limits.DEFAULT, SUBSCRIPTIONS_MAX);
    }
  }

  /** What callers may use, and what it costs. */
  public record Meters(Quotas quotas, Prices prices) {
    /** Nothing is limited, and nothing costs anything. */
    public static final Meters NONE = new Meters(Quotas.NONE, Prices.none());
  }

  /**
   * What the gateway's maker has a hand in.
   *
   * @param sessions the sessions, closed with the gateway
   * @param counts learns which limits were reached
   * @param random makes keys that are gone with the gateway
   * @param meters what callers may use, and what it costs
   * @param rights what callers may do
   * @param finder finds tools; null where nothing does
   */
  public record Shared(
      LegacySessions sessions,
      LimitCounts counts,
      SecureRandom random,
      Meters meters,
      Rights rights,
      @Nullable ToolFinder finder) {
    /** With nothing that finds tools. */
    public Shared(
        LegacySessions sessions,
        LimitCounts counts,
        SecureRandom random,
        Meters meters,
        Rights rights) {
      this(sessions, counts, random, meters, rights, null);
    }

    /** With nothing limited and everything allowed. */
    public Shared(LegacySessions sessions, LimitCounts counts, SecureRandom random) {
      this(sessions, counts, random, Meters.NONE, Rights.ALL, null);
    }
  }

  /**
   * What callers may do.
   *
   * @param policy the rules
   * @param approvals what somebody has approved of, where a rule asks for it
   * @param trail learns of what is grave before it is done
   * @param placeholders what stands for texts that guardrails take out
   */
  public record Rights(
      Policy policy, Approvals approvals, AuditTrail trail, Placeholders.OfTenants placeholders) {
    /** Everything, and nobody is told. */
    public static final Rights ALL =
        new Rights(Policy.OPEN, Approvals.NONE, AuditTrail.NONE, Placeholders.OfTenants.NONE);
  }

  private final Federation federation;
  private final MessageReader reader;
  private final LegacySessions sessions;
  private final LimitCounts counts;
  private final SessionLinks sessionLinks;
  private final Subscriptions subscriptions;
  private final PrincipalLinks principalLinks = new PrincipalLinks(PRINCIPALS_MAX);
  private final AskableLinks askableLinks = new AskableLinks(AskableLinks.Limits.DEFAULT);
  private final CallsUnderWay underWay = new CallsUnderWay();
  private final ParkedCalls parkedCalls;
  private final CallTasks callTasks;
  private final Asking asking;
  private final Metering metering;
  private final Admission admission;
  private final Views views;
  private final @Nullable ToolFinder finder;
  private final News news;
  private final LegacyEndpoint legacy;
  private final ModernEndpoint modern;
  private final AtomicInteger callsInFlight = new AtomicInteger();
  private final Thread sweeper;

  /**
   * A gateway over a federation, which the caller starts. Nobody else knows its sessions.
   *
   * @param random makes a key for session ids that is gone with this gateway
   */
  public Gateway(Federation federation, Settings settings, SecureRandom random) {
    this(
        federation,
        settings,
        new Shared(
            new LegacySessions(
                settings.sessions(),
                LegacySessions.Sealing.inMemory(
                    SessionKey.random(random), random, Clock.systemUTC()),
                random),
            new LimitCounts(),
            random));
  }

  /**
   * A gateway over a federation, which the caller starts.
   *
   * @param shared what its maker has a hand in
   */
  public Gateway(Federation federation, Settings settings, Shared shared) {
    this.federation = federation;
    this.reader = new MessageReader(settings.json());
    this.sessions = shared.sessions();
    this.subscriptions =
        new Subscriptions(
            settings.subscriptionsMax(), settings.sessions().streamsPerPrincipalMax());
    this.counts = shared.counts();
    // What waits for its client waits as long as it says, whatever the wall clock is set to.
    var steady = SteadyClock.setBy(Clock.systemUTC());
    this.parkedCalls =
        new ParkedCalls(
            settings.parked(), StateKey.random(shared.random()), shared.random(), steady);
    this.callTasks = new CallTasks(settings.tasks(), shared.random(), steady);
    var modernTasks = new ModernTasks(callTasks);
    this.asking =
        new Asking(
            federation,
            askableLinks,
            parkedCalls,
            modernTasks,
            new KeptBytes(KEPT_BYTES_MAX),
            underWay);
    this.admission = new Admission(shared.rights().policy(), Clock.systemUTC());
    this.news = new News(federation, admission);
    this.views =
        new Views(
            federation, admission, new TaskIds(sessions.taskKey()), shared.rights().placeholders());
    this.finder = shared.finder();
    var foundTools = new FoundTools(finder);
    var serverLinks = new ServerLinks(federation, Clock.systemUTC());
    var overLimit = new OverLimit(shared.counts());
    var meters = shared.meters();
    this.metering = new Metering(federation, meters.quotas(), meters.prices(), overLimit);
    var rights = shared.rights();
    var gates =
        new Gates(new Approving(rights.approvals()), new Intents(rights.trail(), rights.policy()));
    this.sessionLinks = new SessionLinks(federation, views, serverLinks);
    this.legacy =
        new LegacyEndpoint(
            views,
            sessions,
            new LegacyEndpoint.Parts(
                new LegacyHandshake(views, sessions, sessionLinks, overLimit),
                new LegacyRelay(federation, serverLinks, overLimit, gates, underWay),
                new ClientMessages(),
                new LegacyStreams(sessionLinks, settings.keepAlive(), news, overLimit),
                new TaskLists(),
                sessionLinks,
                foundTools,
                overLimit));
    this.modern =
        new ModernEndpoint(
            views,
            new ModernRelay(federation, principalLinks, asking, gates, underWay),
            modernTasks,
            new ModernListening(subscriptions, settings.keepAlive(), news, overLimit),
            foundTools);
    this.sweeper = Thread.ofVirtual().name("session-sweeper").unstarted(this::sweep);
  }

  /** Starts what runs beside the requests. */
  public void start() {
    federation.onChange(
        new Federation.Listener() {
          @Override
          public void listsChanged(Server server, Set<ListKind> kinds) {
            changed(server, kinds);
          }

          @Override
          public void listsRefused(String server) {
            counts.reached(Limit.CATALOGUE);
          }

          @Override
          public void retired(String server) {
            sessions.all().forEach(session -> session.links().forget(server));
            principalLinks.forget(server);
            askableLinks.forget(server);
            asking.forget(server);
          }

          @Override
          public void healthChanged(Server server) {
            if (server.health() == ServerStatus.Health.UP) {
              restore(server);
            }
          }
        });
    sweeper.start();
    underWay.start();
  }

  @Override
  public CallRecord post(Inbound inbound, Reply reply) throws InterruptedException {
    callsInFlight.incrementAndGet();
    try {
      var sent = reader.read(inbound.body());
      var unwrapped = unwrapped(inbound, sent);
      var asked = unwrapped == null ? inbound : unwrapped;
      var message = unwrapped == null ? sent : reader.read(unwrapped.body());
      var traced = BodyTrace.of(asked, message);
      if (message instanceof Message.Call named) {
        var scope = Scopes.missing(inbound.caller(), named.method());
        if (scope != null) {
          return new Call(traced, reply, "").method(named.method()).lacks(scope, message);
        }
      }
      return ModernGate.eraOf(asked.headers(), message) == Era.MODERN
          ? metering.metered(
              new Call(traced, reply, "modern"), message, call -> modern.post(call, message))
          : metering.metered(
              new Call(traced, reply, "legacy"), message, call -> legacy.post(call, message));
    } catch (MalformedMessage e) {
      if (e.isOverLimit()) {
        counts.reached(Limit.MESSAGE_SHAPE);
      }
      var call = new Call(inbound, reply, "");
      return call.error(400, e.id(), e.code(), String.valueOf(e.getMessage()));
    } finally {
      callsInFlight.decrementAndGet();
    }
  }

  /** The call that call_tool asks for, in place of the one that asks; null for all others. */
  private @Nullable Inbound unwrapped(Inbound inbound, Message message) {
    if (finder == null
        || !(message instanceof Message.Request request)
        || !ToolFinder.CALL.equals(ToolFinder.named(inbound.route(), request))) {
      return null;
    }
    var tenant = inbound.caller().tenant();
    return CalledByName.unwrapped(inbound, request, tool -> repeatedArguments(tenant, tool));
  }

  private ParamHeaders repeatedArguments(TenantId tenant, String tool) {
    var target = federation.catalogue(tenant).tool(tool);
    var snapshot = target == null ? null : target.server().snapshot();
    return target == null || snapshot == null
        ? ParamHeaders.none()
        : snapshot.toolHeaders().getOrDefault(target.name(), ParamHeaders.none());
  }

  /**
   * Searches the tools that exist for a caller at the endpoint of all servers.
   *
   * @return nothing where no search is offered
   */
  public Optional<ToolSearch.Outcome> findTools(Caller caller, ToolSearch.Query query)
      throws InterruptedException {
    if (finder == null) {
      return Optional.empty();
    }
    var view = views.settled(new Route.Federated(), caller);
    var tools = view == null ? null : view.list(ListKind.TOOLS);
    return Optional.of(finder.search(tools == null ? Listing.EMPTY : tools, query));
  }

  @Override
  public CallRecord get(Inbound inbound, Reply reply) throws InterruptedException {
    if (isSessionless(inbound)) {
      return notAllowed(inbound, reply);
    }
    var scope = Scopes.missing(inbound.caller(), Methods.SUBSCRIPTIONS_LISTEN);
    return scope != null
        ? new Call(inbound, reply, "legacy").lacks(scope, null)
        : legacy.get(new Call(inbound, reply, "legacy"));
  }

  @Override
  public CallRecord delete(Inbound inbound, Reply reply) {
    return isSessionless(inbound)
        ? notAllowed(inbound, reply)
        : legacy.delete(new Call(inbound, reply, "legacy"));
  }

  /** The modern era knows POST only; a legacy GET or DELETE belongs to a session. */
  private static boolean isSessionless(Inbound inbound) {
    var header = inbound.headers().first(LegacyEndpoint.VERSION_HEADER);
    var version = header == null ? null : ProtocolVersion.of(header).orElse(null);
    if (version != null) {
      return version.isModern();
    }
    return header == null && inbound.headers().first(LegacyEndpoint.SESSION_HEADER) == null;
  }

  private static CallRecord notAllowed(Inbound inbound, Reply reply) {
    reply.empty(405, List.of(new Reply.Header("Allow", "POST")));
    return new Call(inbound, reply, "").record(Outcome.BAD_REQUEST);
  }

  /** Lists of a server changed: tell every session and subscription that can see it. */
  private void changed(Server server, Set<ListKind> kinds) {
    admission.listsChanged();
    subscriptions.changed(server, kinds);
    for (var session : sessions.all()) {
      if (session.listening() && sees(session, server)) {
        var methods = new LinkedHashSet<String>();
        for (var kind : kinds) {
          if (news.concerns(session.caller(), server, kind)) {
            methods.add(kind.changed());
          }
        }
        tell(session, methods);
      }
    }
  }

  private static void tell(LegacySession session, Set<String> methods) {
    for (var method : methods) {
      session.standalone().append(Replies.notification(method));
    }
  }

  /** The policy answers otherwise from now on: any list may be another one. */
  public void rulesChanged() {
    admission.rulesChanged();
    subscriptions.rulesChanged();
    var methods = new LinkedHashSet<String>();
    for (var kind : ListKind.values()) {
      methods.add(kind.changed());
    }
    for (var session : sessions.all()) {
      if (session.listening()) {
        tell(session, methods);
      }
    }
  }

  /**
   * A user has allowed the use of a server: their sessions that can send users to URLs are told,
   * and may make the call again. Others find out when they do.
   *
   * @param id of the elicitation that their client was sent
   */
  public void elicitationComplete(Principal principal, String id) {
    for (var session : sessions.all()) {
      if (session.identity().principal().equals(principal)
          && session.listening()
          && GrantRequests.takesUrls(session)) {
        session.standalone().append(GrantRequests.complete(id));
      }
    }
  }

  /** A server is back: sessions that wait for news of its resources need a link to it. */
  private void restore(Server server) {
    for (var session : sessions.all()) {
      if (session.listening() && !session.subscriptions().of(server.name()).isEmpty()) {
        Thread.ofVirtual().name("restore-" + server.name()).start(() -> restore(session, server));
      }
    }
  }

  private void restore(LegacySession session, Server server) {
    try {
      sessionLinks.restore(session, server);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean sees(LegacySession session, Server server) {
    return switch (session.identity().route()) {
      case Route.Federated _ -> true;
      case Route.Single(var only) -> only.equals(server.handle());
    };
  }

  private void sweep() {
    var interval = sweepInterval(sessions.limits().idleMax());
    try {
      while (true) {
        Thread.sleep(interval);
        for (var ended = sessions.expire(); ended > 0; ended--) {
          counts.reached(Limit.SESSION_IDLE);
        }
        principalLinks.expire();
        parkedCalls.expire();
        callTasks.expire();
        askableLinks.expire();
      }
    } catch (InterruptedException _) {
      // The gateway is closing.
    }
  }

  /** Often enough that a session outlives its time by a quarter of it at most, within reason. */
  private static Duration sweepInterval(Duration idleMax) {
    var quarter = idleMax.dividedBy(4);
    if (quarter.compareTo(SWEEP_INTERVAL_MAX) > 0) {
      return SWEEP_INTERVAL_MAX;
    }
    return quarter.compareTo(SWEEP_INTERVAL_MIN) < 0 ? SWEEP_INTERVAL_MIN : quarter;
  }

  @Override
  public List<ServerStatus> servers() {
    return federation.servers().stream().map(Gateway::status).toList();
  }

  /** How a server is doing, in plain values. */
  public static ServerStatus status(Server server) {
    var snapshot = server.snapshot();
    var eras = "";
    if (snapshot != null) {
      var isModern = snapshot.profile().speaks(Era.MODERN);
      var isLegacy = snapshot.profile().speaks(Era.LEGACY);
      eras = isModern && isLegacy ? "modern+legacy" : isModern ? "modern" : "legacy";
    }
    return new ServerStatus(
        server.name(),
        server.health(),
        eras,
        transport(server.upstream().definition()),
        snapshot == null ? 0 : snapshot.list(ListKind.TOOLS).items().size(),
        snapshot == null
            ? 0
            : snapshot.list(ListKind.RESOURCES).items().size()
                + snapshot.list(ListKind.TEMPLATES).items().size(),
        snapshot == null ? 0 : snapshot.list(ListKind.PROMPTS).items().size(),
        server.since(),
        server.reason(),
        server.upstream().condition());
  }

  private static String transport(ServerDefinition definition) {
    return switch (definition) {
      case ServerDefinition.Stdio _ -> "stdio";
      case ServerDefinition.OpenApi _ -> "openapi";
      case ServerDefinition.Unusable _ -> "none";
      case ServerDefinition.Http http ->
          http.transport() == ServerDefinition.HttpTransport.SSE ? "sse" : "http";
    };
  }

  @Override
  public boolean ready() {
    return federation.ready();
  }

  @Override
  public Gauges gauges() {
    var listening = subscriptions.count();
    return new Gauges(
        sessions.count(),
        legacy.openStreams() + listening,
        Math.max(0, callsInFlight.get() - listening), // a subscription came as a call too
        federation.tools());
  }

  /** Ends streams and sessions; the federation is closed by who made it. Idempotent. */
  @Override
  public void close() {
    sweeper.interrupt();
    underWay.close();
    subscriptions.close();
    sessions.close();
    principalLinks.close();
    parkedCalls.close();
    callTasks.close();
    askableLinks.close();
  }
}

package io.portolan.gateway.core.testkit;

import io.portolan.gateway.core.catalogue.CatalogueLimits;
import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.Pinning;
import io.portolan.gateway.core.cost.Prices;
import io.portolan.gateway.core.edge.AuditTrail;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.relay.Gateway;
import io.portolan.gateway.core.resilience.GuardSettings;
import io.portolan.gateway.core.session.LegacySessions;
import io.portolan.gateway.core.session.SessionKey;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.Quotas;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TraceContext;
import io.portolan.tenancy.access.Policy;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A gateway over scripted servers, called as an edge calls it. */
public final class GatewayFixture implements AutoCloseable {
  /** As patient as the real ones, but quick to try again. */
  public static final Federation.Settings SETTINGS =
      new Federation.Settings(
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofMillis(200),
          Duration.ofMillis(5),
          Duration.ofMillis(50),
          Duration.ofMinutes(3),
          Duration.ofMinutes(5),
          GuardSettings.DEFAULT,
          CatalogueLimits.ofHeap());

  public static final Route FEDERATED = new Route.Federated();

  private final Federation federation;
  private final Gateway gateway;
  private volatile Caller caller = Caller.ANONYMOUS;
  private volatile BooleanSupplier barred = () -> false;

  private final LimitCounts counts = new LimitCounts();
  private final GivenApprovals approvals = new GivenApprovals();
  private final KeptAudit audit = new KeptAudit();
  private final AuditTrail trail =
      new AuditTrail(audit, AuditTrail.Whose.SIGNED_IN, counts, Clock.systemUTC());

  private GatewayFixture(Federation federation, Gateway.Settings settings, SessionKey key) {
    this(federation, settings, key, Policy.OPEN);
  }

  private GatewayFixture(
      Federation federation, Gateway.Settings settings, SessionKey key, Policy policy) {
    this(federation, settings, key, policy, Gateway.Meters.NONE);
  }

  private GatewayFixture(
      Federation federation,
      Gateway.Settings settings,
      SessionKey key,
      Policy policy,
      Gateway.Meters meters) {
    this.federation = federation;
    var random = new SecureRandom();
    var sealing = LegacySessions.Sealing.inMemory(key, random, Clock.systemUTC());
    var sessions = new LegacySessions(settings.sessions(), sealing, random);
    this.gateway =
        new Gateway(
            federation,
            settings,
            new Gateway.Shared(
                sessions,
                counts,
                random,
                meters,
                new Gateway.Rights(policy, approvals, trail, MarkedPlaceholders::of)));
  }

  private GatewayFixture(Federation federation, Gateway.Settings settings) {
    this(federation, settings, SessionKey.random(new SecureRandom()));
  }

  /** What was recorded before it was done. */
  public KeptAudit audit() {
    return audit;
  }

  /** What was asked to be approved of, and what is. */
  public GivenApprovals approvals() {
    return approvals;
  }

  /** Starts with other bounds, and waits until all servers were tried. */
  public static GatewayFixture with(Gateway.Settings settings, ScriptedServer... servers)
      throws InterruptedException {
    return started(new GatewayFixture(federation(SETTINGS, servers), settings));
  }

  /** The same as {@link #over}, with bounds and a key for session ids. */
  public static GatewayFixture over(SessionLimits limits, SessionKey key, ScriptedServer... servers)
      throws InterruptedException {
    var normal = Gateway.Settings.DEFAULT;
    var settings = new Gateway.Settings(normal.json(), limits, normal.keepAlive());
    return started(new GatewayFixture(federation(SETTINGS, servers), settings, key));
  }

  /** Starts with a policy, and waits until all servers were tried. */
  public static GatewayFixture under(Policy policy, ScriptedServer... servers)
      throws InterruptedException {
    return started(
        new GatewayFixture(
            federation(SETTINGS, servers),
            Gateway.Settings.DEFAULT,
            SessionKey.random(new SecureRandom()),
            policy));
  }

  /** Starts with quotas and prices, and waits until all servers were tried. */
  public static GatewayFixture metered(Quotas quotas, Prices prices, ScriptedServer... servers)
      throws InterruptedException {
    return started(
        new GatewayFixture(
            federation(SETTINGS, servers),
            Gateway.Settings.DEFAULT,
            SessionKey.random(new SecureRandom()),
            Policy.OPEN,
            new Gateway.Meters(quotas, prices)));
  }

  private static GatewayFixture started(GatewayFixture fixture) throws InterruptedException {
    fixture.gateway.start();
    fixture.federation.start();
    fixture.federation.awaitReady();
    return fixture;
  }

  /** How often limits were reached. */
  public LimitCounts counts() {
    return counts;
  }

  /** Starts with servers that are held to something, and waits until all were tried. */
  public static GatewayFixture pinned(Pinning pinning, ScriptedServer... servers)
      throws InterruptedException {
    return started(
        new GatewayFixture(federation(SETTINGS, pinning, servers), Gateway.Settings.DEFAULT));
  }

  /** Starts, and waits until all servers were tried. */
  public static GatewayFixture over(ScriptedServer... servers) throws InterruptedException {
    var fixture = starting(servers);
    fixture.federation.awaitReady();
    return fixture;
  }

  /** Starts with other settings, and waits until all servers were tried. */
  public static GatewayFixture over(Federation.Settings settings, ScriptedServer... servers)
      throws InterruptedException {
    var fixture = starting(settings, servers);
    fixture.federation.awaitReady();
    return fixture;
  }

  /** Starts, and waits for nothing. */
  public static GatewayFixture starting(ScriptedServer... servers) {
    return starting(SETTINGS, servers);
  }

  private static GatewayFixture starting(Federation.Settings settings, ScriptedServer... servers) {
    var fixture = new GatewayFixture(federation(settings, servers), Gateway.Settings.DEFAULT);
    fixture.gateway.start();
    fixture.federation.start();
    return fixture;
  }

  /**
   * A federation of these servers that was not started. A server named {@code tenant/handle} is
   * that tenant's own.
   */
  public static Federation federation(Federation.Settings settings, ScriptedServer... servers) {
    return federation(settings, Pinning.NONE, servers);
  }

  private static Federation federation(
      Federation.Settings settings, Pinning pinning, ScriptedServer... servers) {
    var byName = new LinkedHashMap<String, ScriptedServer>();
    for (var server : servers) {
      byName.put(server.definition().name(), server);
    }
    var federation =
        new Federation(
            definitions(byName, ""),
            definition -> Objects.requireNonNull(byName.get(definition.name())),
            settings,
            Clock.systemUTC(),
            pinning);
    for (var owner : byName.keySet().stream().filter(name -> name.contains("/")).toList()) {
      var tenant = owner.substring(0, owner.indexOf('/'));
      federation.replaceOwn(new TenantId(tenant), definitions(byName, tenant));
    }
    return federation;
  }

  private static List<ServerDefinition> definitions(
      Map<String, ScriptedServer> servers, String tenant) {
    return servers.entrySet().stream()
        .filter(entry -> owner(entry.getKey()).equals(tenant))
        .map(
            entry ->
                entry
                    .getValue()
                    .definition()
                    .named(entry.getKey().substring(entry.getKey().indexOf('/') + 1)))
        .toList();
  }

  private static String owner(String name) {
    return name.substring(0, Math.max(0, name.indexOf('/')));
  }

  public Federation federation() {
    return federation;
  }

  public Gateway gateway() {
    return gateway;
  }

  /** Who calls from now on. */
  public void as(Principal principal) {
    as(new Caller(principal, "test", null, Set.of(), Set.of(), Set.of()));
  }

  /** Who calls from now on, with what its proof says. */
  public void as(Caller other) {
    caller = other;
  }

  /** What tells that who calls from now on is let in no more. */
  public void barredWhen(BooleanSupplier isSo) {
    barred = isSo;
  }

  private Inbound inbound(Route route, FixedHeaders headers, String body) {
    var terms =
        new Inbound.Terms(Deadline.in(Duration.ofSeconds(30)), TraceContext.start(), barred);
    return Inbound.of(route, caller, terms, headers, Slice.utf8(body));
  }

  /** A reply and what was told of the request. */
  public record Done(RecordedReply reply, CallRecord record) {
    public String body() {
      return reply.body();
    }
  }

  /** Posts a message and waits for the end of the reply. */
  public Done post(Route route, FixedHeaders headers, String body) throws InterruptedException {
    var reply = new RecordedReply();
    return new Done(reply, gateway.post(inbound(route, headers, body), reply));
  }

  /** Posts a message on a thread of its own. */
  public Under posting(FixedHeaders headers, String body) {
    var reply = new RecordedReply();
    return under(reply, () -> gateway.post(inbound(FEDERATED, headers, body), reply));
  }

  /** Opens a stream on a thread of its own. */
  public Under getting(FixedHeaders headers) {
    var reply = new RecordedReply();
    return under(reply, () -> gateway.get(inbound(FEDERATED, headers, ""), reply));
  }

  /** Asks to end a session. */
  public Done delete(FixedHeaders headers) {
    var reply = new RecordedReply();
    return new Done(reply, gateway.delete(inbound(FEDERATED, headers, ""), reply));
  }

  private static Under under(RecordedReply reply, Callable<CallRecord> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return new Under(reply, task);
  }

  /** A request under way. */
  public record Under(RecordedReply reply, FutureTask<CallRecord> task) {
    /** Waits for its end. */
    public CallRecord await() throws Exception {
      return task.get(20, TimeUnit.SECONDS);
    }
  }

  // ---- a legacy client

  /** Opens a session of the federated endpoint; its headers are returned. */
  public FixedHeaders initialize(String capabilities) throws InterruptedException {
    return initialize(FEDERATED, capabilities);
  }

  /** Opens a session; its headers are returned. */
  public FixedHeaders initialize(Route route, String capabilities) throws InterruptedException {
    var done =
        post(
            route,
            new FixedHeaders(),
            """
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
            "capabilities":%s,"clientInfo":{"name":"test","version":"1"}}}"""
                .formatted(capabilities));
    return FixedHeaders.of(
        Map.of(
            "Mcp-Session-Id",
            done.reply().header("Mcp-Session-Id"),
            "MCP-Protocol-Version",
            "2025-11-25"));
  }

  /** A request of a session. */
  public Done call(FixedHeaders session, int id, String method, String params)
      throws InterruptedException {
    return post(FEDERATED, session, message(id, method, params));
  }

  /** The text of a request. */
  public static String message(int id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  /** The text of a notification. */
  public static String notification(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}".formatted(method, params);
  }

  // ---- a modern client

  /** The members that each modern request's {@code _meta} must have. */
  public static final String META =
      "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{}";

  /** The headers of a modern request. */
  public static FixedHeaders modern(String method, String name) {
    return FixedHeaders.of(
        Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", method, "Mcp-Name", name));
  }

  /** A modern request; {@code params} are members, without braces and without {@code _meta}. */
  public Done modernCall(String method, String name, String params) throws InterruptedException {
    return post(FEDERATED, modern(method, name), modernMessage(method, "", params));
  }

  /** The text of a modern request, with more members for {@code _meta}. */
  public static String modernMessage(String method, String meta, String params) {
    return message(
        1,
        method,
        "{\"_meta\":{"
            + META
            + (meta.isEmpty() ? "" : "," + meta)
            + "}"
            + (params.isEmpty() ? "" : "," + params)
            + "}");
  }

  @Override
  public void close() {
    gateway.close();
    federation.close();
  }
}

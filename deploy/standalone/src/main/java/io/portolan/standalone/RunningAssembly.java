package io.portolan.standalone;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.cost.Prices;
import io.portolan.gateway.core.edge.AuditTrail;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.relay.Gateway;
import io.portolan.gateway.http.ConfigurationNote;
import io.portolan.gateway.http.McpHttpServer;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.standalone.access.Access;
import io.portolan.standalone.access.RunningFile;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.registry.TenantServers;
import io.portolan.standalone.secrets.ServerSecrets;
import io.portolan.standalone.upstream.ServerCredentials;
import io.portolan.tenancy.policy.ReloadablePolicy;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.quota.StoredQuotas;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** What was assembled, while it runs. Stops from the outside in: edge, core, servers. */
final class RunningAssembly implements RunningGateway {
  private final PortolanConfig started;
  private final URI endpoint;
  private final McpHttpServer edge;
  private final Gateway gateway;
  private final AuditTrail trail;
  private final ReloadablePolicy policy;
  private final ServerSecrets secrets;
  private final TenantServers tenantServers;
  private final ServerCredentials credentials;
  private final Runnable stopBeside;
  private final StoredQuotas quotas;
  private final Prices prices;
  private final Federation federation;
  private final Upstreams upstreams;
  private final Access access;
  private final RunningFile announced;
  private final Books books;
  private volatile RuleSet rules;
  private final long beganNanos = System.nanoTime();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * The gateway, what it asks that can be replaced, and what its servers are shown.
   *
   * @param stopBeside stops what runs beside it
   */
  record Core(
      Gateway gateway,
      Replaceable replaceable,
      ServerSecrets secrets,
      TenantServers tenantServers,
      ServerCredentials credentials,
      Runnable stopBeside) {}

  /** What follows the configuration while calls flow. */
  record Replaceable(
      AuditTrail trail, ReloadablePolicy policy, StoredQuotas quotas, Prices prices) {}

  /** What runs. */
  record Parts(
      McpHttpServer edge,
      Core core,
      Federation federation,
      Upstreams upstreams,
      Access access,
      Books books) {}

  /**
   * @param parts the edge has started, the others have not
   */
  RunningAssembly(PortolanConfig started, Parts parts) throws IOException {
    this.started = started;
    this.edge = parts.edge();
    this.gateway = parts.core().gateway();
    this.trail = parts.core().replaceable().trail();
    this.policy = parts.core().replaceable().policy();
    this.secrets = parts.core().secrets();
    this.tenantServers = parts.core().tenantServers();
    this.credentials = parts.core().credentials();
    this.stopBeside = parts.core().stopBeside();
    this.quotas = parts.core().replaceable().quotas();
    this.prices = parts.core().replaceable().prices();
    this.rules = started.policy();
    this.federation = parts.federation();
    this.upstreams = parts.upstreams();
    this.access = parts.access();
    this.endpoint = endpoint(started.listen().host(), edge.port());
    this.books = parts.books();
    this.announced = access.announce(started, endpoint);
  }

  /** Where clients connect: an address to bind to all interfaces is none to connect to. */
  static URI endpoint(String host, int port) {
    var reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    var written = reachable.contains(":") ? "[" + reachable + "]" : reachable;
    return URI.create("http://" + written + ":" + port + "/mcp");
  }

  /** Begins to connect to the servers; the events are told one at a time. */
  RunningAssembly start(StartupEvents events) {
    var oneAtATime = new Object();
    events.listening(endpoint);
    events.tenantsMade(access.tenantsMade());
    federation.onChange(
        new Federation.Listener() {
          @Override
          public void healthChanged(Server server) {
            synchronized (oneAtATime) {
              events.serverChanged(shown(server));
            }
          }
        });
    gateway.start();
    federation.start();
    secrets.start(federation::replace);
    tenantServers.start();
    Thread.ofVirtual()
        .name("ready")
        .start(
            () -> {
              try {
                federation.awaitReady();
              } catch (InterruptedException _) {
                return;
              }
              synchronized (oneAtATime) {
                events.ready(shown());
              }
            });
    return this;
  }

  private List<ServerStatus> shown() {
    return federation.servers().stream().map(this::shown).toList();
  }

  private ServerStatus shown(Server server) {
    var told = Gateway.status(server);
    return new ServerStatus(
        told.name(),
        switch (told.health()) {
          case Health.UP -> ServerStatus.State.UP;
          case Health.DOWN -> ServerStatus.State.DOWN;
          case Health.CONNECTING -> ServerStatus.State.CONNECTING;
        },
        told.eras(),
        told.tools(),
        told.reason(),
        Duration.ofNanos(System.nanoTime() - beganNanos));
  }

  @Override
  public void reconfigure(PortolanConfig fresh) {
    try {
      secrets.replace(fresh.servers());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the gateway is stopping
      return;
    }
    quotas.replace(fresh.metering().quotas());
    prices.replace(fresh.metering().costs());
    trail.tell(Assembly.whose(fresh));
    books.keepAudit(fresh);
    if (!fresh.policy().equals(rules)) {
      rules = fresh.policy();
      policy.replace(rules);
      gateway.rulesChanged();
    }
    edge.configuration(
        fresh.needsRestartAfter(started)
            ? new ConfigurationNote(
                ConfigurationNote.Status.NEEDS_RESTART,
                "settings other than servers, rules, quotas, costs and audit take effect at the next"
                    + " start")
            : ConfigurationNote.CURRENT);
  }

  @Override
  public void rejected(int mistakes) {
    edge.configuration(
        new ConfigurationNote(
            ConfigurationNote.Status.REJECTED,
            "the files have "
                + mistakes
                + (mistakes == 1 ? " mistake" : " mistakes")
                + ", which the log names; the configuration before stays in effect"));
  }

  @Override
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        announced.close();
        edge.close();
        secrets.close();
        tenantServers.close();
        gateway.close();
        federation.close();
        upstreams.close();
        credentials.close();
        stopBeside.run();
        access.close();
        books.close();
      } finally {
        closed.countDown();
      }
      return;
    }
    try {
      closed.await(); // whoever calls second may end the process next
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

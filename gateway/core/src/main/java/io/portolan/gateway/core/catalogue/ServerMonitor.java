package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.resilience.ServerGuard;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * Two virtual threads per server: this loop, which connects, lists, checks health and publishes, and
 * ServerChanges, which writes what the server tells into the agenda. Only the loop talks to the
 * federation, so a server's snapshots never overtake each other.
 */

/** Keeps one server's snapshot true for as long as the gateway runs. */
final class ServerMonitor {
  private static final System.Logger LOG = System.getLogger(ServerMonitor.class.getName());
  private static final Duration STREAM_OPEN_MAX = Duration.ofSeconds(1);
  private static final Duration EARLY_RETRY_MIN = Duration.ofSeconds(1);
  private static final Set<ListKind> ALL = EnumSet.allOf(ListKind.class);
  private static final Slice NO_PARAMS = Slice.utf8("{}");
  private static final Slice MODERN_PARAMS =
      Slice.utf8("{\"_meta\":" + ModernMetaJson.DISCOVERY.text() + "}");

  private final String name;
  private final Upstream upstream;
  private final ServerGuard guard;
  private final Federation federation;
  private final Federation.Settings settings;
  private final Agenda agenda = new Agenda();
  private final Thread loop;
  private final CountDownLatch firstTry = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);

  // Of the loop only.
  private @Nullable ServerSnapshot snapshot;
  private boolean wasDown;
  private boolean offered; // whether the catalogue shows what it offered
  private long lastUpNanos;

  ServerMonitor(
      String name,
      Upstream upstream,
      ServerGuard guard,
      Federation federation,
      Federation.Settings settings) {
    this.name = name;
    this.upstream = upstream;
    this.guard = guard;
    this.federation = federation;
    this.settings = settings;
    this.loop = Thread.ofVirtual().name("monitor-" + name).unstarted(this::run);
  }

  void start() {
    loop.start();
  }

  private void run() {
    var pause = settings.retryMin();
    try {
      while (!agenda.closed()) {
        var since = System.nanoTime();
        try {
          connectAndWatch();
        } catch (UpstreamUnavailable e) {
          down(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.ERROR, "the monitor of server " + name + " failed", e);
          down("internal error");
        } finally {
          agenda.disconnect();
        }
        tried();
        withdrawWhenDue();
        var lasted = System.nanoTime() - since > settings.retryMax().toNanos();
        pause = lasted ? settings.retryMin() : pause;
        // Calls to a server that is down ask for a check each; they must not make it a storm.
        var soonest = pause.compareTo(EARLY_RETRY_MIN) < 0 ? pause : EARLY_RETRY_MIN;
        agenda.awaitRetry(soonest, untilWithdrawn(pause));
        pause = settings.longer(pause);
      }
    } catch (InterruptedException _) {
      // The gateway is closing.
    }
  }

  private Duration graceLeft() {
    return settings.gracePeriod().minusNanos(System.nanoTime() - lastUpNanos);
  }

  /** What a server offered is not listed for ever after it has gone. */
  private void withdrawWhenDue() {
    if (offered && !graceLeft().isPositive()) {
      offered = false;
      LOG.log(System.Logger.Level.WARNING, "server {0} is listed no more", name);
      federation.withdraw(name);
    }
  }

  private Duration untilWithdrawn(Duration pause) {
    var left = graceLeft();
    return offered && left.isPositive() && left.compareTo(pause) < 0 ? left : pause;
  }

  private void down(String because) {
    wasDown = true;
    var reason = upstream.definition().redacted(because); // a server may repeat what it was sent
    if (!agenda.closed()) {
      LOG.log(System.Logger.Level.WARNING, "server {0} is down: {1}", name, reason);
      federation.publishHealth(name, Health.DOWN, reason);
    }
  }

  private void tried() {
    if (firstTry.getCount() > 0) {
      firstTry.countDown();
      federation.triedOnce(name);
    }
  }

  private void connectAndWatch() throws UpstreamUnavailable, InterruptedException {
    var profile = upstream.probe(Deadline.in(settings.probeTimeout()));
    try (var control = open(profile)) {
      lastUpNanos = System.nanoTime();
      var connection = agenda.connect();
      try (var changes = new ServerChanges(name, control, agenda, connection, settings)) {
        changes.start();
        changes.awaitOpen(STREAM_OPEN_MAX);
        // A list that the server fails to give for once is kept as it was.
        var known = snapshot;
        var before = known == null ? ServerSnapshot.empty(profile) : known.with(profile);
        publish(control.era() == Era.MODERN ? withLegacyForm(before) : before, ALL, control);
        tried();
        watch(control, changes);
      }
    }
  }

  private UpstreamLink open(ServerProfile profile)
      throws UpstreamUnavailable, InterruptedException {
    return profile.speaks(Era.MODERN) ? upstream.modern() : openLegacy();
  }

  /** A child process is told by its transport what clients can do; over HTTP a session says it. */
  private UpstreamLink openLegacy() throws UpstreamUnavailable, InterruptedException {
    var opening = isHttp() ? SessionOpening.DISCOVERY : SessionOpening.GATEWAY;
    return upstream.openSession(opening, Deadline.in(settings.requestTimeout()));
  }

  private boolean isHttp() {
    return upstream.definition() instanceof ServerDefinition.Http;
  }

  /** Asks an HTTP server of both eras for one list as a legacy client would. */
  private ServerSnapshot withLegacyForm(ServerSnapshot server) throws InterruptedException {
    if (!isHttp() || !server.profile().speaks(Era.LEGACY)) {
      return server;
    }
    for (var kind : ListKind.values()) {
      if (server.offers(kind.capability(), Era.LEGACY)) {
        try (var legacy = openLegacy()) {
          var listed = lister(legacy).list(kind);
          return listed == null ? server : server.withLegacyForm(listed.form());
        } catch (UpstreamUnavailable e) {
          LOG.log(System.Logger.Level.DEBUG, "server {0}: {1}", name, e.getMessage());
          return server;
        }
      }
    }
    return server;
  }

  /** Keeps the snapshot true until the server is lost or the gateway closes. */
  private void watch(UpstreamLink control, ServerChanges changes)
      throws UpstreamUnavailable, InterruptedException {
    var listedNanos = System.nanoTime();
    while (true) {
      switch (agenda.next(settings.healthInterval())) {
        case Agenda.Due.Leave _ -> {
          return;
        }
        case Agenda.Due.Relist(var kinds, var upTo) -> {
          publish(Objects.requireNonNull(snapshot), kinds, control);
          agenda.relisted(upTo);
        }
        case Agenda.Due.Check _ -> {
          checkHealth(control);
          lastUpNanos = System.nanoTime();
          if (!changes.isPushing()
              && System.nanoTime() - listedNanos > settings.relistInterval().toNanos()) {
            listedNanos = System.nanoTime();
            agenda.stale(ALL);
          }
        }
      }
    }
  }

  private void publish(ServerSnapshot before, Set<ListKind> kinds, UpstreamLink control)
      throws UpstreamUnavailable, InterruptedException {
    var after = before;
    for (var kind : kinds) {
      after = relisted(after, kind, control);
    }
    snapshot = after;
    guard.repeatable(RepeatableTools.of(after.list(ListKind.TOOLS)));
    if (wasDown) {
      wasDown = false;
      guard.recovered();
    }
    lastUpNanos = System.nanoTime();
    try {
      if (!federation.publishSnapshot(name, after)) {
        throw new UpstreamUnavailable(
            new UpstreamFailure.BadAnswer(
                "what it offers does not fit into the catalogue of all servers (catalogue-max)"));
      }
    } catch (Pinning.PinsUnreadableException e) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.BadAnswer("what is in force of it is not known: " + e.getMessage()));
    }
    offered = true;
  }

  private ServerSnapshot relisted(ServerSnapshot before, ListKind kind, UpstreamLink control)
      throws UpstreamUnavailable, InterruptedException {
    if (!before.offers(kind.capability(), control.era())) {
      return before.with(kind, Listing.EMPTY, null);
    }
    var listed = lister(control).list(kind);
    if (listed == null) {
      return before;
    }
    if (control.era() == Era.LEGACY) {
      var form = isHttp() ? listed.form() : ListForm.WHOLE;
      return before.with(kind, listed.list(), listed.extra()).withLegacyForm(form);
    }
    if (kind != ListKind.TOOLS || !isHttp()) {
      return before.with(kind, listed.list(), listed.extra());
    }
    var tools = MirroredTools.of(name, listed.list());
    return before.with(kind, tools.offered(), listed.extra()).withToolHeaders(tools.headers());
  }

  /** A cheap question: ping in the legacy era, discover in the modern one. */
  private void checkHealth(UpstreamLink control) throws UpstreamUnavailable, InterruptedException {
    var modern = control.era() == Era.MODERN;
    try {
      lister(control)
          .request(
              modern ? Methods.SERVER_DISCOVER : Methods.PING, modern ? MODERN_PARAMS : NO_PARAMS);
    } catch (UpstreamUnavailable e) {
      // Neither a server that is busy with calls nor one behind a busy gateway is down.
      if (!(e.failure() instanceof UpstreamFailure.Saturated
          || e.failure() instanceof UpstreamFailure.NoMemory)) {
        throw e;
      }
    }
  }

  private Lister lister(UpstreamLink control) {
    return new Lister(name, control, settings.requestTimeout());
  }

  void awaitFirstTry(Duration patience) throws InterruptedException {
    var _ = firstTry.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Lists again and waits until that is published, at most {@code patience}. */
  void refresh(Set<ListKind> kinds, Duration patience) throws InterruptedException {
    agenda.refresh(kinds, patience);
  }

  /** Checks now what is up, and tries now what is down. */
  void check() {
    agenda.check();
  }

  ServerDefinition definition() {
    return upstream.definition();
  }

  /** Watches the server no more; calls to it go on. */
  void stop() {
    agenda.close();
    loop.interrupt();
  }

  /**
   * Closes once no call that is under way can take any longer, or when {@link #close} is called.
   */
  void closeAfterCalls() {
    try {
      var _ = closing.await(upstream.definition().callTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  void close() {
    closing.countDown();
    agenda.close();
    upstream.close();
    loop.interrupt();
  }
}

package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.catalogue.Pinning.PinsUnreadableException;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.resilience.GuardSettings;
import io.portolan.gateway.core.resilience.GuardedUpstream;
import io.portolan.gateway.core.resilience.ServerGuard;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFactory;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/*
 * One monitor per server writes; everyone reads. Listeners are told outside of all locks.
 */

/**
 * The servers behind this gateway and the catalogue of what they offer. Each server has a monitor
 * of its own, so that one that is slow or dead holds up no other. Thread-safe.
 */
public final class Federation implements AutoCloseable {
  /**
   * How patient the federation is.
   *
   * @param firstRoundMax how long start-up waits for servers at most before it calls itself ready
   * @param listWaitMax how long a list waits for servers that are connecting during start-up
   * @param probeTimeout for connecting to a server, start of its process included
   * @param requestTimeout for one of the gateway's own requests
   * @param healthInterval between two checks of a server that is up
   * @param retryMin first pause before a server that is down is tried again
   * @param retryMax longest such pause
   * @param relistInterval how often lists are asked for where a server does not tell of changes
   * @param gracePeriod how long what a server that is down offered stays listed
   * @param guard what each server may take in calls, and when it is left alone
   * @param catalogue how much all servers together may offer
   */
  public record Settings(
      Duration firstRoundMax,
      Duration listWaitMax,
      Duration probeTimeout,
      Duration requestTimeout,
      Duration healthInterval,
      Duration retryMin,
      Duration retryMax,
      Duration relistInterval,
      Duration gracePeriod,
      GuardSettings guard,
      CatalogueLimits catalogue) {
    public static final Settings DEFAULT =
        new Settings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(15),
            Duration.ofMillis(250),
            Duration.ofSeconds(15),
            Duration.ofMinutes(3),
            Duration.ofMinutes(5),
            GuardSettings.DEFAULT,
            CatalogueLimits.ofHeap());

    /** The same with another grace period and other guards. */
    public Settings with(Duration newGracePeriod, GuardSettings newGuard) {
      return new Settings(
          firstRoundMax,
          listWaitMax,
          probeTimeout,
          requestTimeout,
          healthInterval,
          retryMin,
          retryMax,
          relistInterval,
          newGracePeriod,
          newGuard,
          catalogue);
    }

    /** The same for a catalogue of another size. */
    public Settings with(CatalogueLimits newCatalogue) {
      return new Settings(
          firstRoundMax,
          listWaitMax,
          probeTimeout,
          requestTimeout,
          healthInterval,
          retryMin,
          retryMax,
          relistInterval,
          gracePeriod,
          guard,
          newCatalogue);
    }

    /** The pause after {@code pause}: twice as long, up to the longest. */
    Duration longer(Duration pause) {
      var twice = pause.multipliedBy(2);
      return twice.compareTo(retryMax) > 0 ? retryMax : twice;
    }
  }

  /** Told what changed. Must return soon; called by many threads, never under a lock. */
  public interface Listener {
    /**
     * Lists of one server are not what they were.
     *
     * @param server as it is now, or was before it was removed
     */
    default void listsChanged(Server server, Set<ListKind> kinds) {}

    /** What a server offers does not fit into the catalogue any more, and is not shown. */
    default void listsRefused(String server) {}

    /** A server went up or down. */
    default void healthChanged(Server server) {}

    /**
     * A server was removed or is reached in another way: what was opened to it must not be used for
     * new calls. What is under way there may go on for a while.
     */
    default void retired(String server) {}
  }

  private final Settings settings;
  private final Clock clock;
  private final UpstreamFactory upstreams;
  private final Pinning pinning;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch firstRound;
  private final long startedNanos = System.nanoTime();

  private final Catalogues catalogues;
  private final Set<String> awaited = ConcurrentHashMap.newKeySet(); // by the first round

  private final Object lock = new Object(); // held while definitions change

  // Each map is never changed, only replaced, under the lock.
  private volatile Map<String, ServerMonitor> monitors = Map.of();
  private final Set<ServerMonitor> retiring = ConcurrentHashMap.newKeySet();
  private boolean started; // guarded by lock
  private boolean closed; // guarded by lock

  /** Prepares the federation of these servers; {@link #start} begins to connect. */
  public Federation(
      List<ServerDefinition> definitions,
      UpstreamFactory upstreams,
      Settings settings,
      Clock clock) {
    this(definitions, upstreams, settings, clock, Pinning.NONE);
  }

  /**
   * The same, of servers that are held to what somebody approved of.
   *
   * @param pinning says what is in force of what they offer
   */
  public Federation(
      List<ServerDefinition> definitions,
      UpstreamFactory upstreams,
      Settings settings,
      Clock clock,
      Pinning pinning) {
    this.pinning = pinning;
    this.settings = settings;
    this.clock = clock;
    this.upstreams = upstreams;
    this.catalogues = new Catalogues(settings.catalogue());
    this.firstRound = new CountDownLatch(definitions.size());
    definitions.forEach(definition -> awaited.add(definition.name()));
    replace(definitions);
  }

  /** Starts one monitor per server. */
  public void start() {
    synchronized (lock) {
      started = true;
    }
    monitors.values().forEach(ServerMonitor::start);
  }

  /**
   * Federates these servers for all tenants from now on. One whose definition is the same is left
   * alone. One that is reached in another way keeps what it offered until it is asked anew; calls
   * under way to it, or to one that is gone, have the time that a call may take.
   */
  public void replace(List<ServerDefinition> definitions) {
    replace(null, definitions);
  }

  /** The same for the servers that only one tenant sees; their names are handles in it. */
  public void replaceOwn(TenantId tenant, List<ServerDefinition> definitions) {
    replace(tenant, definitions);
  }

  private void replace(@Nullable TenantId owner, List<ServerDefinition> definitions) {
    var retired = new ArrayList<ServerMonitor>();
    var fresh = new ArrayList<ServerMonitor>();
    var gone = new ArrayList<Server>();
    boolean begin;
    synchronized (lock) {
      if (closed) {
        return;
      }
      begin = started;
      var kept = new LinkedHashMap<>(monitors);
      var listed = new LinkedHashMap<String, Server>();
      for (var written : definitions) {
        var name = nameOf(owner, written.name());
        var definition = owner == null ? written : written.named(name);
        var monitor = kept.get(name);
        var known = catalogues.server(name);
        if (monitor == null || known == null || !monitor.definition().equals(definition)) {
          if (monitor != null) {
            retired.add(monitor);
          }
          var upstream = upstreams.create(definition);
          var guard = new ServerGuard(settings.guard(), clock);
          var guarded = new GuardedUpstream(upstream, guard);
          known = enlisted(owner, written.name(), guarded, known);
          monitor = new ServerMonitor(name, upstream, guard, this, settings);
          fresh.add(monitor);
        }
        kept.put(name, monitor);
        listed.put(name, known);
      }
      for (var server : catalogues.servers()) {
        if (Objects.equals(server.owner(), owner) && !listed.containsKey(server.name())) {
          gone.add(server);
          var monitor = kept.remove(server.name());
          if (monitor != null) {
            retired.add(monitor);
          }
        }
      }
      monitors = Collections.unmodifiableMap(kept);
      catalogues.replace(owner, listed.values());
    }
    if (begin) {
      fresh.forEach(ServerMonitor::start);
    }
    retired.forEach(this::retire);
    gone.forEach(this::tellGone);
  }

  /** What a server is known by in this gateway; no handle of a tenant's own has a slash. */
  private static String nameOf(@Nullable TenantId owner, String handle) {
    if (owner != null && handle.indexOf('/') >= 0) {
      throw new IllegalArgumentException("a tenant's handle must not have a slash: " + handle);
    }
    return owner == null ? handle : owner.value() + "/" + handle;
  }

  private Server enlisted(
      @Nullable TenantId owner, String handle, Upstream upstream, @Nullable Server before) {
    return new Server(
        nameOf(owner, handle),
        handle,
        owner,
        Names.schemeKey(handle),
        upstream,
        Health.CONNECTING,
        clock.instant(),
        "",
        before == null ? null : before.snapshot());
  }

  private void retire(ServerMonitor monitor) {
    retiring.add(monitor);
    monitor.stop();
    var name = monitor.definition().name();
    listeners.forEach(listener -> listener.retired(name));
    Thread.ofVirtual()
        .name("retire-" + name)
        .start(
            () -> {
              monitor.closeAfterCalls();
              retiring.remove(monitor);
            });
  }

  private void tellGone(Server server) {
    Set<ListKind> changed = EnumSet.noneOf(ListKind.class);
    for (var kind : ListKind.values()) {
      if (!list(server, kind).items().isEmpty()) {
        changed.add(kind);
      }
    }
    if (!changed.isEmpty()) {
      listeners.forEach(listener -> listener.listsChanged(server, changed));
    }
  }

  /** Adds a listener. */
  public void onChange(Listener listener) {
    listeners.add(listener);
  }

  /** What the servers offer a tenant right now. */
  public Catalogue catalogue(TenantId tenant) {
    return catalogues.of(tenant);
  }

  /** What they offer to every tenant. */
  public Catalogue catalogue() {
    return catalogues.ofAll();
  }

  /** The server with this name, whoever sees it; null when there is none. */
  public @Nullable Server server(String name) {
    return catalogues.server(name);
  }

  /** All servers, whoever sees them, in name order. */
  public Collection<Server> servers() {
    return catalogues.servers();
  }

  /** How many tools all of them offer. */
  public int tools() {
    return catalogues.tools();
  }

  /**
   * What a tenant sees, but during start-up waits a bounded time for servers that are still
   * connecting, so that a client that lists at once does not see an empty gateway.
   */
  public Catalogue settledCatalogue(TenantId tenant) throws InterruptedException {
    if (isSettling()) {
      var _ = firstRound.await(listWaitNanosLeft(), TimeUnit.NANOSECONDS);
    }
    return catalogue(tenant);
  }

  /** The same for who is interested in one server only. */
  public Catalogue settledCatalogue(TenantId tenant, String handle) throws InterruptedException {
    if (isSettling()) {
      var server = catalogue(tenant).server(handle);
      var monitor = server == null ? null : monitors.get(server.name());
      if (monitor != null) {
        monitor.awaitFirstTry(Duration.ofNanos(Math.max(0, listWaitNanosLeft())));
      }
    }
    return catalogue(tenant);
  }

  /** Whether start-up is not over: servers are connecting that it is worth waiting for. */
  public boolean isSettling() {
    return firstRound.getCount() > 0 && listWaitNanosLeft() > 0;
  }

  private long listWaitNanosLeft() {
    return settings.listWaitMax().toNanos() - (System.nanoTime() - startedNanos);
  }

  /** Whether each server has been tried once, or start-up has waited long enough. */
  public boolean ready() {
    return firstRound.getCount() == 0
        || System.nanoTime() - startedNanos > settings.firstRoundMax().toNanos();
  }

  /** Blocks until {@link #ready}. */
  public void awaitReady() throws InterruptedException {
    var left = settings.firstRoundMax().toNanos() - (System.nanoTime() - startedNanos);
    var all = firstRound.await(Math.max(0, left), TimeUnit.NANOSECONDS);
    if (!all) {
      System.getLogger(Federation.class.getName())
          .log(System.Logger.Level.WARNING, "some servers have not answered yet");
    }
  }

  /**
   * Asks a server for a list again and waits, at most {@code patience}, until the catalogue shows
   * the answer. Does not wait for a server that is down.
   */
  public void refresh(String server, Set<ListKind> kinds, Duration patience)
      throws InterruptedException {
    var monitor = monitors.get(server);
    if (monitor != null) {
      monitor.refresh(kinds, patience);
    }
  }

  /** Lets a server that is down be tried again now, and one that is up be checked now. */
  public void check(String server) {
    var monitor = monitors.get(server);
    if (monitor != null) {
      monitor.check();
    }
  }

  void triedOnce(String name) {
    if (awaited.remove(name)) {
      firstRound.countDown();
    }
  }

  void publishHealth(String name, Health health, String reason) {
    var _ = publish(name, server -> server.with(health, clock.instant(), reason));
  }

  /**
   * Shows what is in force of what a server offers; false, and nothing changes, when there is no
   * room for it.
   */
  boolean publishSnapshot(String name, ServerSnapshot offered)
      throws PinsUnreadableException, InterruptedException {
    var known = catalogues.server(name);
    if (known == null) {
      return true;
    }
    var inForce = pinning.of(known.owner(), known.handle(), offered);
    var snapshot = inForce == null ? offered : offered.heldTo(inForce, known.snapshot());
    var shown = publish(name, server -> server.with(snapshot).with(Health.UP, clock.instant(), ""));
    if (!shown) {
      listeners.forEach(listener -> listener.listsRefused(name));
    }
    return shown;
  }

  /** The server has been down for longer than its offers are kept. */
  void withdraw(String name) {
    var _ = publish(name, Server::withoutSnapshot);
  }

  /** Changes what is known of a server; false, and nothing changes, when it does not fit. */
  private boolean publish(String name, UnaryOperator<Server> change) {
    return switch (catalogues.change(name, change)) {
      case Catalogues.Outcome.TooLarge _ -> false;
      case Catalogues.Outcome.Same _ -> true;
      case Catalogues.Outcome.Changed(var before, var after) -> {
        tell(before, after);
        yield true;
      }
    };
  }

  private void tell(Server before, Server after) {
    Set<ListKind> changed = EnumSet.noneOf(ListKind.class);
    for (var kind : ListKind.values()) {
      if (!list(before, kind).sameAs(list(after, kind))) {
        changed.add(kind);
      }
    }
    for (var listener : listeners) {
      if (!changed.isEmpty()) {
        listener.listsChanged(after, changed);
      }
      if (before.health() != after.health()) {
        listener.healthChanged(after);
      }
    }
  }

  private static Listing list(Server server, ListKind kind) {
    var snapshot = server.snapshot();
    return snapshot == null ? Listing.EMPTY : snapshot.list(kind);
  }

  /** Stops the monitors and closes every upstream, all at the same time. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    var threads = new ArrayList<Thread>();
    for (var monitor : monitors.values()) {
      threads.add(Thread.ofVirtual().start(monitor::close));
    }
    for (var monitor : retiring) {
      threads.add(Thread.ofVirtual().start(monitor::close));
    }
    try {
      for (var thread : threads) {
        thread.join(Duration.ofSeconds(10));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

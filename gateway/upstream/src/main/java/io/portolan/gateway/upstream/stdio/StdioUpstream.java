package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.calls.DeadlineSweeper;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * Some servers settle for one era with their first message (the Python SDK 2.3 answers initialize
 * with -32022 once it has seen server/discover), so a dual server may need a child for each. Some
 * end at a first message that they do not know (Rust servers before rmcp 3.5.1), so a child that
 * ends at the question is started again and not asked.
 */

/** A server that runs as child processes of the gateway. */
public final class StdioUpstream implements Upstream {
  private static final Duration DISCOVER_PATIENCE = Duration.ofSeconds(8);

  private final ServerDefinition.Stdio definition;
  private final UpstreamLimits limits;
  private final ChildReaper reaper;
  private final DeadlineSweeper sweeper;
  private final AtomicLong ids = new AtomicLong(1);
  private final Handshake handshake = new Handshake(ids::getAndIncrement);
  private final Children children = new Children(this::start);
  private final Set<StdioLink> links = ConcurrentHashMap.newKeySet();
  private final ReverseRequests reverse = new ReverseRequests();
  private final Subscriptions subscriptions = new Subscriptions();
  private final Placement placement = new Placement(children, links, reverse, subscriptions);
  private final StdioLink modern;
  private final ReentrantLock probing = new ReentrantLock();
  private volatile @Nullable ServerProfile profile;
  private volatile boolean closed;

  /** Starts nothing yet. */
  public StdioUpstream(
      ServerDefinition.Stdio definition,
      UpstreamLimits limits,
      ChildReaper reaper,
      DeadlineSweeper sweeper) {
    this.definition = definition;
    this.limits = limits;
    this.reaper = reaper;
    this.sweeper = sweeper;
    this.modern =
        new StdioLink(this, Era.MODERN, SessionOpening.GATEWAY, () -> known().hello(Era.MODERN));
    sweeper.add(children);
  }

  @Override
  public ServerDefinition.Stdio definition() {
    return definition;
  }

  Children children() {
    return children;
  }

  ReverseRequests reverse() {
    return reverse;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** Unique for the server, so that a request keeps its id whichever child it goes to. */
  long nextId() {
    return ids.getAndIncrement();
  }

  private ServerProfile known() {
    var found = profile;
    if (found == null) {
      throw new IllegalStateException("server '" + definition.name() + "' was not probed");
    }
    return found;
  }

  // ---- probing

  @Override
  public ServerProfile probe(Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    var limit = deadline.orIn(limits.firstConnectBudget());
    probing.lockInterruptibly();
    try {
      var before = profile;
      var found = before == null ? firstProbe(limit) : probeAgain(before, limit);
      profile = found;
      return found;
    } finally {
      probing.unlock();
    }
  }

  private ServerProfile firstProbe(Deadline limit)
      throws UpstreamUnavailable, InterruptedException {
    var child = spawn();
    try {
      var patience = Duration.ofNanos(Math.max(1, limit.nanosLeft() * 6 / 10));
      var modernSaid =
          handshake.discover(
              child,
              limit.orIn(patience.compareTo(DISCOVER_PATIENCE) < 0 ? patience : DISCOVER_PATIENCE));
      switch (modernSaid) {
        case YES -> {
          children.adopt(child);
          return new ServerProfile(child.hello(Era.MODERN), legacyBeside(child, limit));
        }
        case NO -> handshake.initialize(child, limit);
        case SILENT -> {
          if (turnsOutModern(child, limit)) {
            children.adopt(child);
            return new ServerProfile(child.hello(Era.MODERN), legacyBeside(child, limit));
          }
        }
        case ENDED -> {
          child = spawn();
          handshake.initialize(child, limit);
        }
      }
    } catch (UpstreamUnavailable | InterruptedException | RuntimeException e) {
      stop(child);
      if (e instanceof UpstreamUnavailable unavailable) {
        children.startFailed(unavailable.failure().detail());
      }
      throw e;
    }
    children.adopt(child);
    return new ServerProfile(null, child.hello(Era.LEGACY));
  }

  /**
   * A child that was slow to start may have settled for the modern era before it was asked again.
   */
  private boolean turnsOutModern(Child child, Deadline limit)
      throws UpstreamUnavailable, InterruptedException {
    try {
      handshake.initialize(child, limit);
      return false;
    } catch (UpstreamUnavailable e) {
      if (e.failure() instanceof UpstreamFailure.Refused
          && handshake.discover(child, limit) == Handshake.Modern.YES) {
        return true;
      }
      throw e;
    }
  }

  /** What a modern server says to initialize: in the same child, or else in one of its own. */
  private @Nullable Slice legacyBeside(Child modernChild, Deadline limit)
      throws InterruptedException {
    try {
      handshake.initialize(modernChild, limit);
      return modernChild.hello(Era.LEGACY);
    } catch (UpstreamUnavailable _) {
      // Settled for the modern era, or does not speak the other.
    }
    Child child = null;
    try {
      child = spawn();
      handshake.initialize(child, limit);
      children.adopt(child);
      return child.hello(Era.LEGACY);
    } catch (UpstreamUnavailable _) {
      if (child != null) {
        stop(child);
      }
      return null;
    }
  }

  private ServerProfile probeAgain(ServerProfile before, Deadline limit)
      throws UpstreamUnavailable, InterruptedException {
    var discovered = before.speaks(Era.MODERN) ? current(Era.MODERN, limit) : null;
    var initialized = before.speaks(Era.LEGACY) ? current(Era.LEGACY, limit) : null;
    return new ServerProfile(discovered, initialized);
  }

  /** What a running child says of itself, once it has shown that it still answers. */
  private Slice current(Era era, Deadline limit) throws UpstreamUnavailable, InterruptedException {
    var child = any(era, limit);
    var answers =
        era == Era.MODERN
            ? handshake.discover(child, limit) == Handshake.Modern.YES
            : handshake.isResponsive(child, limit);
    if (!answers) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.TimedOut("the child does not answer", true));
    }
    return Objects.requireNonNull(child.hello(era));
  }

  private Child any(Era era, Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    var id = nextId();
    var seat = new Seat(id, modern, Principal.GATEWAY, era, Seat.Kind.PASSING);
    var child = children.take(seat, deadline, new Cancellation());
    children.leave(child, id);
    return child;
  }

  // ---- starting

  private Child start(Era era) throws UpstreamUnavailable, InterruptedException {
    var limit = Deadline.in(limits.firstConnectBudget());
    var child = spawn();
    try {
      switch (era) {
        case LEGACY -> {
          handshake.initialize(child, limit);
          tellAgain(child, limit);
        }
        case MODERN -> {
          if (handshake.discover(child, limit) != Handshake.Modern.YES) {
            throw new UpstreamUnavailable(
                new UpstreamFailure.BadAnswer(
                    "server/discover was not answered; " + child.describeEnd()));
          }
        }
      }
      return child;
    } catch (UpstreamUnavailable | InterruptedException | RuntimeException e) {
      stop(child);
      throw e;
    }
  }

  /** What the sessions asked of a child that is gone, its successor has to know. */
  private void tellAgain(Child child, Deadline limit) throws InterruptedException {
    var level = subscriptions.logLevelParams();
    if (level != null) {
      handshake.ask(child, Methods.LOGGING_SET_LEVEL, level, limit);
    }
    if (children.all().isEmpty()) {
      for (var uri : subscriptions.uris()) {
        var params = new JsonWriter().beginObject().member("uri", uri).endObject().toSlice();
        handshake.ask(child, Methods.RESOURCES_SUBSCRIBE, params, limit);
        child.keep();
      }
    }
  }

  private Child spawn() throws UpstreamUnavailable {
    if (closed) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.Unreachable("the server is being shut down"));
    }
    var wait = profile == null ? children.notNow() : null;
    if (wait != null) {
      throw new UpstreamUnavailable(new UpstreamFailure.Unreachable("down: " + wait));
    }
    try {
      var process = ChildProcess.start(definition, reaper);
      var child = new Child(definition.name(), process, limits, new Watching());
      child.start();
      return child;
    } catch (IOException e) {
      var reason = String.valueOf(e.getMessage());
      if (profile == null) {
        children.startFailed(reason);
      }
      throw new UpstreamUnavailable(new UpstreamFailure.Unreachable(reason));
    }
  }

  private static void stop(Child child) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                child.stop();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private final class Watching implements Child.Owner {
    @Override
    public void unclaimed(Child child, Message message) {
      placement.place(child, message);
    }

    @Override
    public void answered(Child child, long callId) {
      children.leave(child, callId);
    }

    @Override
    public void over(Child child, String reason) {
      reverse.forget(child);
      children.lost(child, reason);
    }

    @Override
    public void gone(Child child) {
      var era = child.hello(Era.LEGACY) != null ? Era.LEGACY : Era.MODERN;
      if (profile != null && child.hello(era) != null) {
        try {
          children.restart(era);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  // ---- links

  @Override
  public UpstreamLink modern() {
    return modern;
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    if (isKnownNotToSpeak(Era.LEGACY)) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.Unreachable("the server speaks no version with sessions"));
    }
    var hello = JsonView.of(Objects.requireNonNull(any(Era.LEGACY, deadline).hello(Era.LEGACY)));
    var link = new StdioLink(this, Era.LEGACY, opening, () -> hello);
    links.add(link);
    return link;
  }

  /** Starting a child to find out again would count as a failure of the server. */
  boolean isKnownNotToSpeak(Era era) {
    var found = profile;
    return found != null && !found.speaks(era);
  }

  void closed(StdioLink link) {
    links.remove(link);
    reverse.forget(link);
    subscriptions.forget(link);
  }

  @Override
  public void close() {
    closed = true;
    sweeper.remove(children);
    links.forEach(StdioLink::end);
    links.clear();
    children.close();
  }
}

package io.portolan.gateway.core.session;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/*
 * A task in the map stands for the link it opens. Whoever puts it there runs it; the others wait,
 * each until its own deadline. A task that fails is taken out by all who saw it fail, so a failure is
 * told once and never kept. Those who close set closed first and then close what is open; those who
 * open look at closed last: one of the two closes a link that was opened meanwhile.
 */

/**
 * The legacy sessions with servers that one client session (or one principal) holds: opened on
 * first use, each by one caller while the others wait for it. Thread-safe.
 */
public final class Links implements AutoCloseable {
  /** Told of each link that was opened, before anyone uses it. */
  @FunctionalInterface
  public interface OpenListener {
    /** The link was opened. Runs on the thread that opened it. */
    void opened(String server, UpstreamLink link) throws InterruptedException;
  }

  private final Principal principal;
  private final SessionOpening opening;
  private final OpenListener listener;
  private final Map<String, FutureTask<UpstreamLink>> links = new ConcurrentHashMap<>(4);
  private volatile boolean closed;

  /** Opens links for a principal that introduce the client as {@code opening} says. */
  public Links(Principal principal, SessionOpening opening, OpenListener listener) {
    this.principal = principal;
    this.opening = opening;
    this.listener = listener;
  }

  /**
   * The link to a server, opened if there is none.
   *
   * @throws UpstreamUnavailable when it cannot be opened before the deadline, or the links are
   *     closed
   */
  public UpstreamLink get(String server, Upstream upstream, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    while (true) {
      if (closed) {
        throw ended();
      }
      var task = links.get(server);
      var mine = false;
      if (task == null) {
        var offered = new FutureTask<>(() -> open(server, upstream, deadline));
        task = links.putIfAbsent(server, offered);
        if (task == null) {
          task = offered;
          mine = true;
          offered.run();
        }
      }
      var link = await(server, task, mine, deadline);
      if (link != null) {
        return link;
      }
    }
  }

  private UpstreamLink open(String server, Upstream upstream, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var link = upstream.openSession(opening, principal, deadline);
    try {
      listener.opened(server, link);
      return link;
    } catch (InterruptedException | RuntimeException e) {
      link.close();
      throw e;
    }
  }

  /** The link a task opened; null when its opener gave up for reasons that are not ours. */
  private @Nullable UpstreamLink await(
      String server, FutureTask<UpstreamLink> task, boolean mine, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    try {
      var opened = linkOf(task);
      var link =
          opened != null
              ? opened
              : task.get(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS);
      if (closed) {
        link.close();
        throw ended();
      }
      return link;
    } catch (TimeoutException _) {
      throw timedOut();
    } catch (ExecutionException e) {
      links.remove(server, task);
      if (mine || !isOfOneCallerOnly(e.getCause())) {
        throw rethrown(e);
      }
      if (deadline.passed()) {
        throw timedOut();
      }
      return null;
    }
  }

  private static UpstreamUnavailable rethrown(ExecutionException e) throws InterruptedException {
    return switch (e.getCause()) {
      case UpstreamUnavailable unavailable -> unavailable;
      case InterruptedException _ -> throw new InterruptedException("opening a session");
      case null, default -> throw new IllegalStateException("opening a session failed", e);
    };
  }

  /** Whether another caller, with a deadline of its own, may fare better. */
  private static boolean isOfOneCallerOnly(@Nullable Throwable cause) {
    return cause instanceof InterruptedException
        || (cause instanceof UpstreamUnavailable unavailable
            && (unavailable.failure() instanceof UpstreamFailure.TimedOut
                || unavailable.failure() instanceof UpstreamFailure.Cancelled));
  }

  private static UpstreamUnavailable timedOut() {
    return new UpstreamUnavailable(new UpstreamFailure.TimedOut("opening a session", false));
  }

  private static UpstreamUnavailable ended() {
    return new UpstreamUnavailable(new UpstreamFailure.Cancelled("the session has ended"));
  }

  /** Forgets a link whose session the server has lost, so that the next use opens a new one. */
  public void lost(String server, UpstreamLink link) {
    links.computeIfPresent(server, (_, task) -> link.equals(linkOf(task)) ? null : task);
    link.close();
  }

  /** Forgets the link to a server without closing it: what is under way on it goes on. */
  public void forget(String server) {
    links.remove(server);
  }

  /** The links that are open now, by server name. */
  public Map<String, UpstreamLink> open() {
    var open = HashMap.<String, UpstreamLink>newHashMap(links.size());
    links.forEach(
        (server, task) -> {
          var link = linkOf(task);
          if (link != null) {
            open.put(server, link);
          }
        });
    return open;
  }

  private static @Nullable UpstreamLink linkOf(FutureTask<UpstreamLink> task) {
    return task.state() == FutureTask.State.SUCCESS ? task.resultNow() : null;
  }

  /** Ends every link. Idempotent. */
  @Override
  public void close() {
    closed = true;
    open().values().forEach(UpstreamLink::close);
    links.clear();
  }
}

package io.portolan.tenancy.store.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.NodeUnavailableException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.datastax.oss.driver.api.core.servererrors.QueryConsistencyException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.StatementMetrics.Ending;
import io.portolan.tenancy.store.StatementMetrics.Kind;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Prepares and sends statements, waits no longer than the call, and says what a failure may mean.
 */
final class Statements {
  /** Slices and conditions of many forms make many texts; those not used for longest go. */
  private static final int PREPARED_MAX = 1000;

  private final CqlSession session;
  private final Duration requestTimeout;
  private final StatementMetrics metrics;

  /** Guarded by itself. */
  private final Map<String, PreparedStatement> prepared =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PreparedStatement> eldest) {
          return size() > PREPARED_MAX;
        }
      };

  Statements(CqlSession session, Duration requestTimeout, StatementMetrics metrics) {
    this.session = session;
    this.requestTimeout = requestTimeout;
    this.metrics = metrics;
  }

  /** What a statement is about, for the metrics and for its failure. */
  record Purpose(String table, Kind kind) {
    private Effect effectOfTimeout() {
      return switch (kind) {
        case READ, SERIAL_READ -> Effect.NONE;
        case WRITE, BATCH -> Effect.UNKNOWN;
      };
    }
  }

  PreparedStatement prepare(String cql, Deadline deadline) throws InterruptedException {
    synchronized (prepared) {
      var known = prepared.get(cql);
      if (known != null) {
        return known;
      }
    }
    try {
      var made = await(session.prepareAsync(cql), deadline);
      synchronized (prepared) {
        prepared.put(cql, made);
      }
      return made;
    } catch (ExecutionException e) {
      throw new StoreUnavailableException(
          Effect.NONE, "the store did not prepare a statement", cause(e));
    } catch (TimeoutException e) {
      throw new StoreUnavailableException(
          Effect.NONE, "the store did not prepare a statement in time", e);
    }
  }

  /** Sends a statement, and waits for its first page. */
  AsyncResultSet send(Statement<?> statement, Purpose purpose, Deadline deadline)
      throws InterruptedException {
    if (deadline.passed()) {
      throw new StoreUnavailableException(Effect.NONE, "the call has no time left for the store");
    }
    var timeout = Duration.ofNanos(Math.min(deadline.nanosLeft(), requestTimeout.toNanos()));
    var timed = statement.setTimeout(timeout.isPositive() ? timeout : Duration.ofNanos(1));
    return awaited(session.executeAsync(timed), purpose, deadline);
  }

  /** The page after this one. */
  AsyncResultSet next(AsyncResultSet page, Purpose purpose, Deadline deadline)
      throws InterruptedException {
    return awaited(page.fetchNextPage(), purpose, deadline);
  }

  private AsyncResultSet awaited(
      CompletionStage<AsyncResultSet> sent, Purpose purpose, Deadline deadline)
      throws InterruptedException {
    var began = System.nanoTime();
    var ending = Ending.ANSWERED;
    try {
      return await(sent, deadline);
    } catch (ExecutionException e) {
      var failure = cause(e);
      ending = ending(failure);
      var effect = ending == Ending.UNAVAILABLE ? Effect.NONE : purpose.effectOfTimeout();
      throw new StoreUnavailableException(
          effect, "the store did not answer (" + failure.getClass().getSimpleName() + ")", failure);
    } catch (TimeoutException e) {
      ending = Ending.TIMED_OUT;
      throw new StoreUnavailableException(
          purpose.effectOfTimeout(), "the store did not answer in time", e);
    } finally {
      metrics.ended(purpose.table(), purpose.kind(), ending, System.nanoTime() - began);
    }
  }

  private static <T> T await(CompletionStage<T> stage, Deadline deadline)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(Math.max(1, deadline.nanosLeft()), TimeUnit.NANOSECONDS);
  }

  private static Throwable cause(ExecutionException e) {
    var cause = e.getCause();
    return cause == null ? e : cause;
  }

  /** Too few replicas are refused before anything is written; so is what no node was asked for. */
  private static Ending ending(Throwable failure) {
    return switch (failure) {
      case UnavailableException _, NoNodeAvailableException _, NodeUnavailableException _ ->
          Ending.UNAVAILABLE;
      case AllNodesFailedException all -> ending(all);
      case QueryConsistencyException _, DriverTimeoutException _ -> Ending.TIMED_OUT;
      default -> Ending.FAILED;
    };
  }

  private static Ending ending(AllNodesFailedException all) {
    var nothingHappened =
        all.getAllErrors().values().stream()
            .flatMap(List::stream)
            .allMatch(each -> ending(each) == Ending.UNAVAILABLE);
    return nothingHappened ? Ending.UNAVAILABLE : Ending.FAILED;
  }
}

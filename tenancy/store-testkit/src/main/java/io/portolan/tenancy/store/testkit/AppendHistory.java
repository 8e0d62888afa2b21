package io.portolan.tenancy.store.testkit;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import io.portolan.tenancy.store.testkit.Operation.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * Some callers at once, who read the head of one run's log and append to it, with every answer
 * kept. The state is the number at the head, 0 before the first append; every append offers another
 * number, so that two cannot pass for one.
 */
public final class AppendHistory {
  private static final int CALLERS = 3;
  private static final int OPERATIONS_EACH = 4;

  private final Store store;
  private final TenantId tenant;
  private final SplittableRandom random;
  private final Run run;

  /** Callers of {@code store} whose choices, and whose run, follow from the seed. */
  public AppendHistory(Store store, TenantId tenant, long seed) {
    this.store = store;
    this.tenant = tenant;
    this.random = new SplittableRandom(seed);
    this.run = new Run(new UUID(seed, 1));
  }

  /** Runs the callers to their end, and gives what they did and saw. */
  public List<Operation<Long>> record() throws InterruptedException, ExecutionException {
    var callers = new ArrayList<Callable<List<Operation<Long>>>>();
    for (int i = 0; i < CALLERS; i++) {
      var number = i;
      var own = random.split();
      callers.add(() -> operations(number, own));
    }
    var history = new ArrayList<Operation<Long>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(callers)) {
        history.addAll(done.get());
      }
    }
    return history;
  }

  private List<Operation<Long>> operations(int caller, SplittableRandom own)
      throws InterruptedException {
    var done = new ArrayList<Operation<Long>>();
    var tables = store.at(tenant, Deadline.in(Duration.ofMinutes(2)));
    var known = 0L;
    for (int i = 0; i < OPERATIONS_EACH; i++) {
      if (own.nextInt(3) == 0) {
        known = read(tables, known, done);
      } else {
        known = append(tables, known, 1 + caller * OPERATIONS_EACH + i, done);
      }
    }
    return done;
  }

  private long read(TenantStore tables, long known, List<Operation<Long>> done)
      throws InterruptedException {
    var invoked = System.nanoTime();
    try {
      long seen = tables.statics(KitTables.RUN_LOG.at(run)).map(Head::headSeq).orElse(0L);
      done.add(answered("reads " + seen, invoked, state -> fits(state == seen, state)));
      return seen;
    } catch (StoreUnavailableException _) {
      return known; // A read without an answer says nothing.
    }
  }

  private long append(TenantStore tables, long expected, long offered, List<Operation<Long>> done)
      throws InterruptedException {
    var batch =
        Batch.in(KitTables.RUN_LOG.at(run), new UUID(run.runId().getMostSignificantBits(), offered))
            .statics(new Head(offered, 1, null))
            .put(new Event(new Seq(offered), new UUID(0, offered), "appended", Bytes.of("x")));
    batch = expected == 0 ? batch.ifNoStatics() : batch.ifStatic("head_seq", expected);
    var text = "appends " + offered + " behind " + expected;
    var invoked = System.nanoTime();
    try {
      return switch (tables.commit(batch)) {
        case CommitOutcome.Applied<Event, Head>() -> {
          done.add(answered(text + ": applied", invoked, at -> fits(at == expected, offered)));
          yield offered;
        }
        case CommitOutcome.Conflict<Event, Head>(var head, var _) -> {
          var there = head == null ? 0 : head.headSeq();
          done.add(
              answered(
                  text + ": conflict with " + there,
                  invoked,
                  at -> fits(at == there && at != expected, at)));
          yield there;
        }
        case CommitOutcome.Unknown<Event, Head>(var _) -> {
          done.add(unknown(text, invoked, at -> fits(at == expected, offered)));
          yield expected;
        }
      };
    } catch (StoreUnavailableException e) {
      if (e.effect() == Effect.UNKNOWN) {
        throw new IllegalStateException("a commit must answer Unknown instead", e);
      }
      return expected; // Nothing happened, nothing to explain.
    }
  }

  private static Optional<Long> fits(boolean fits, long next) {
    return fits ? Optional.of(next) : Optional.empty();
  }

  private static Operation<Long> answered(
      String text, long invoked, Operation.Effect<Long> effect) {
    return new Operation<>(text, invoked, System.nanoTime(), Ending.ANSWERED, effect);
  }

  private static Operation<Long> unknown(String text, long invoked, Operation.Effect<Long> effect) {
    return new Operation<>(text + ": unknown", invoked, Long.MAX_VALUE, Ending.UNKNOWN, effect);
  }
}

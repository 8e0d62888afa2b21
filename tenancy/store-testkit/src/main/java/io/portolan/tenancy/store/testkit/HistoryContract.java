package io.portolan.tenancy.store.testkit;

import static io.portolan.tenancy.store.testkit.KitTables.RUN_LOG;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Concurrent histories, from seeds, with and without injected faults: each is linearizable, and a
 * caller who asks again with the same batch loses and doubles nothing.
 */
public abstract class HistoryContract extends StoreContract {
  /** Histories under way at a time. */
  private static final int AT_ONCE = 16;

  private static final int APPENDS = 40;

  /** Made by JUnit. */
  protected HistoryContract() {}

  /** How many histories; engines differ in speed by orders. */
  protected abstract int seeds();

  @Test
  void everyHistoryIsLinearizable() throws Exception {
    assertLinearizable(EnumSet.noneOf(Fault.class));
  }

  @Test
  void everyHistoryIsLinearizableUnderFaults() throws Exception {
    assertLinearizable(EnumSet.allOf(Fault.class));
  }

  private void assertLinearizable(Set<Fault> faults) throws Exception {
    var histories = new ArrayList<Callable<Optional<String>>>();
    for (long seed = 1; seed <= seeds(); seed++) {
      var own = seed;
      histories.add(() -> violation(own, faults));
    }
    try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      for (var history : threads.invokeAll(histories)) {
        assertThat(history.get()).isEmpty();
      }
    }
  }

  private Optional<String> violation(long seed, Set<Fault> faults) throws Exception {
    var store = faults.isEmpty() ? store() : faulty(seed, faults, 0.25);
    var history = new AppendHistory(store, tenant(), seed).record();
    return Linearizability.holds(0L, history)
        ? Optional.empty()
        : Optional.of("seed " + seed + " with " + faults + ": " + history);
  }

  private Store faulty(long seed, Set<Fault> faults, double share) {
    return new FaultyStore(store(), new FaultPlan(seed, faults, share));
  }

  @Test
  void aCallerWhoAsksAgainLosesAndDoublesNothing() throws Exception {
    for (var kind : Fault.values()) {
      var run = new Run(UUID.nameUUIDFromBytes(kind.name().getBytes(StandardCharsets.UTF_8)));
      var tables = tables(faulty(7, EnumSet.of(kind), 0.3));
      for (long seq = 1; seq <= APPENDS; seq++) {
        append(tables, run, seq);
      }
      var log = tables().slice(RUN_LOG.at(run), Slice.all(1000)).rows();
      assertThat(log)
          .as(kind.name())
          .extracting(event -> event.key().seq())
          .containsExactlyElementsOf(LongStream.rangeClosed(1, APPENDS).boxed().toList());
    }
  }

  private static void append(TenantStore tables, Run run, long seq) throws InterruptedException {
    var batch =
        Batch.in(RUN_LOG.at(run), new UUID(run.runId().getLeastSignificantBits(), seq))
            .statics(new Head(seq, 1, null))
            .put(new Event(new Seq(seq), new UUID(0, seq), "step", Bytes.of("e" + seq)));
    batch = seq == 1 ? batch.ifNoStatics() : batch.ifStatic("head_seq", seq - 1);
    for (int attempt = 0; ; attempt++) {
      assertThat(attempt).as("attempts for " + seq).isLessThan(200);
      try {
        switch (tables.commit(batch)) {
          case CommitOutcome.Applied<Event, Head>() -> {
            return;
          }
          case CommitOutcome.Unknown<Event, Head>(var _) -> {}
          case CommitOutcome.Conflict<Event, Head>(var head, var rows) ->
              throw new AssertionError("append " + seq + " met " + head + " and " + rows);
        }
      } catch (StoreUnavailableException e) {
        assertThat(e.effect()).isEqualTo(StoreUnavailableException.Effect.NONE);
      }
    }
  }
}

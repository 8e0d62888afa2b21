package io.portolan.tenancy.store.testkit;

import static io.portolan.tenancy.store.testkit.KitTables.EFFECT;
import static io.portolan.tenancy.store.testkit.KitTables.REGION_LOG;
import static io.portolan.tenancy.store.testkit.KitTables.RUN_LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.CommitOutcome.Applied;
import io.portolan.tenancy.store.CommitOutcome.Conflict;
import io.portolan.tenancy.store.Limits;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.testkit.KitTables.Effect;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.IdemKey;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Conditional batches: all or nothing, compared in one step, told apart by their ids. */
public abstract class BatchContract extends StoreContract {
  private static final Run RUN = new Run(new UUID(0x4000, 1));

  /** Made by JUnit. */
  protected BatchContract() {}

  private static Event event(long seq) {
    return new Event(new Seq(seq), new UUID(0x4000, seq), "step", Bytes.of("payload " + seq));
  }

  private static Batch<Seq, Event, Head> inLog() {
    return Batch.in(RUN_LOG.at(RUN), UUID.randomUUID());
  }

  private static Batch<Only, Effect, NoStatics> claim(String key, long epoch) {
    return Batch.in(EFFECT.at(new IdemKey(key)), UUID.randomUUID())
        .ifAbsent(new Only())
        .put(new Effect(new Only(), "claimed", epoch, null));
  }

  private List<Event> log() throws InterruptedException {
    return tables().slice(RUN_LOG.at(RUN), Slice.all(1000)).rows();
  }

  @Test
  void aBatchWhoseConditionsHoldIsWrittenWhole() throws Exception {
    var head = new Head(2, 7, "node-1");
    assertThat(tables().commit(inLog().ifNoStatics().statics(head).put(event(1)).put(event(2))))
        .isEqualTo(new Applied<>());

    assertThat(tables().statics(RUN_LOG.at(RUN))).contains(head);
    assertThat(log()).containsExactly(event(1), event(2));
    assertThat(tables().get(RUN_LOG.at(RUN), new Seq(2))).contains(event(2));
  }

  @Test
  void aBatchWhoseConditionFailsWritesNothingAndSaysWhatIsThere() throws Exception {
    var head = new Head(1, 7, "node-1");
    tables().commit(inLog().ifNoStatics().statics(head).put(event(1)));

    var stale =
        inLog()
            .ifStatic("head_seq", 1L)
            .ifStatic("epoch", 6L)
            .statics(new Head(2, 6, null))
            .put(event(1))
            .put(event(2));
    assertThat(tables().commit(stale)).isEqualTo(new Conflict<>(head, List.of(event(1))));

    assertThat(tables().statics(RUN_LOG.at(RUN))).contains(head);
    assertThat(log()).containsExactly(event(1));
  }

  @Test
  void aStaticColumnThatIsNotSetIsComparedAsNull() throws Exception {
    tables().commit(inLog().ifNoStatics().statics(new Head(1, 1, null)));

    assertThat(tables().commit(inLog().ifStatic("owner", "me").statics(new Head(2, 1, "me"))))
        .isEqualTo(new Conflict<>(new Head(1, 1, null), List.of()));
    assertThat(
            tables()
                .commit(
                    inLog().ifStatic("owner", null).statics(new Head(2, 1, "me")).put(event(2))))
        .isEqualTo(new Applied<>());
    assertThat(tables().commit(inLog().ifNoStatics().put(event(3))))
        .isEqualTo(new Conflict<>(new Head(2, 1, "me"), List.of()));
  }

  @Test
  void rowsAreComparedAndDeleted() throws Exception {
    tables().commit(inLog().ifAbsent(new Seq(1)).put(event(1)));
    assertThat(tables().statics(RUN_LOG.at(RUN))).isEmpty();

    assertThat(tables().commit(inLog().ifAbsent(new Seq(1)).put(event(1))))
        .isEqualTo(new Conflict<>(null, List.of(event(1))));
    assertThat(tables().commit(inLog().ifPresent(new Seq(2)).put(event(2))))
        .isEqualTo(new Conflict<>(null, List.of()));
    assertThat(tables().commit(inLog().ifRow(new Seq(1), "type", "other").delete(new Seq(1))))
        .isEqualTo(new Conflict<>(null, List.of(event(1))));
    assertThat(
            tables()
                .commit(
                    inLog()
                        .ifRow(new Seq(1), "type", "step")
                        .ifAbsent(new Seq(2))
                        .delete(new Seq(1))
                        .put(event(2))))
        .isEqualTo(new Applied<>());
    assertThat(log()).containsExactly(event(2));
    assertThat(tables().commit(inLog().ifRow(new Seq(1), "type", "step").delete(new Seq(1))))
        .isEqualTo(new Conflict<>(null, List.of()));
  }

  @Test
  void theSameBatchAgainIsAppliedOnce() throws Exception {
    var batch = inLog().ifNoStatics().statics(new Head(1, 1, null)).put(event(1));
    var next = inLog().ifStatic("head_seq", 1L).statics(new Head(2, 1, null)).put(event(2));
    assertThat(tables().commit(batch)).isEqualTo(new Applied<>());
    assertThat(tables().commit(batch)).isEqualTo(new Applied<>());
    assertThat(tables().commit(next)).isEqualTo(new Applied<>());

    assertThat(tables().commit(batch)).as("behind a later one").isEqualTo(new Applied<>());
    assertThat(tables().statics(RUN_LOG.at(RUN))).contains(new Head(2, 1, null));
    assertThat(log()).containsExactly(event(1), event(2));
  }

  @Test
  void aPartitionWithOneRowIsClaimedByTheFirst() throws Exception {
    assertThat(tables().commit(claim("k", 1))).isEqualTo(new Applied<>());
    assertThat(tables().commit(claim("k", 2)))
        .isEqualTo(new Conflict<>(null, List.of(new Effect(new Only(), "claimed", 1, null))));
    assertThat(tables().commit(claim("other", 2))).isEqualTo(new Applied<>());

    var done =
        Batch.in(EFFECT.at(new IdemKey("k")), UUID.randomUUID())
            .ifRow(new Only(), "state", "claimed")
            .ifRow(new Only(), "epoch", 1L)
            .put(new Effect(new Only(), "done", 1, "blob"));
    assertThat(tables().commit(done)).isEqualTo(new Applied<>());
    assertThat(tables().commit(done)).isEqualTo(new Applied<>());
    assertThat(tables().get(EFFECT.at(new IdemKey("k")), new Only()))
        .contains(new Effect(new Only(), "done", 1, "blob"));
    assertThat(tables().statics(EFFECT.at(new IdemKey("k")))).isEmpty();
  }

  @Test
  void anotherTenantsPartitionIsAnotherPartition() throws Exception {
    var other = store().at(newTenant(), soon());
    assertThat(tables().commit(claim("shared", 1))).isEqualTo(new Applied<>());
    assertThat(other.get(EFFECT.at(new IdemKey("shared")), new Only())).isEmpty();
    assertThat(other.commit(claim("shared", 2))).isEqualTo(new Applied<>());
  }

  @Test
  void exactlyOneOfManyConcurrentBatchesWins() throws Exception {
    var tables = tables();
    List<Callable<CommitOutcome<Effect, NoStatics>>> claims =
        IntStream.range(0, 12)
            .<Callable<CommitOutcome<Effect, NoStatics>>>mapToObj(
                i -> () -> settled(claim("raced", i)))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var outcomes = threads.invokeAll(claims).stream().map(done -> done.resultNow()).toList();
      assertThat(outcomes).filteredOn(Applied.class::isInstance).hasSize(1);
      var winner = tables.get(EFFECT.at(new IdemKey("raced")), new Only()).orElseThrow();
      assertThat(outcomes)
          .filteredOn(Conflict.class::isInstance)
          .hasSize(11)
          .containsOnly(new Conflict<>(null, List.of(winner)));
    }
  }

  /** An engine under contention may not know; the same batch again tells. */
  private CommitOutcome<Effect, NoStatics> settled(Batch<Only, Effect, NoStatics> batch)
      throws InterruptedException {
    var deadline = soon();
    var outcome = tables().commit(batch);
    while (outcome instanceof CommitOutcome.Unknown && !deadline.passed()) {
      outcome = tables().commit(batch);
    }
    return outcome;
  }

  @Test
  void aTableOfAllRegionsWorksTheSame() throws Exception {
    var claim =
        Batch.in(REGION_LOG.at(RUN), UUID.randomUUID())
            .ifNoStatics()
            .statics(new Head(1, 1, "eu"))
            .put(event(1));
    assertThat(tables().commit(claim)).isEqualTo(new Applied<>());
    assertThat(tables().statics(REGION_LOG.at(RUN))).contains(new Head(1, 1, "eu"));
  }

  @Test
  void aBatchOfTheLargestSizeIsWrittenAndALargerOneRefused() throws Exception {
    var largest = inLog().ifNoStatics();
    for (int i = 1; i <= Limits.BATCH_ROWS_MAX; i++) {
      largest = largest.put(event(i));
    }
    assertThat(tables().commit(largest)).isEqualTo(new Applied<>());
    assertThat(log()).hasSize(Limits.BATCH_ROWS_MAX);
    assertRefused(largest.put(event(Limits.BATCH_ROWS_MAX + 1)));

    var heavy = inLog().ifNoStatics();
    for (int i = 1; i <= 5; i++) {
      var data = Bytes.of(new byte[450_000]);
      heavy = heavy.put(new Event(new Seq(i), new UUID(0, i), "heavy", data));
    }
    assertRefused(heavy);
  }

  @Test
  void aBatchThatSaysTooLittleIsRefused() {
    assertRefused(inLog().put(event(1)));
    assertRefused(inLog().ifNoStatics());
    assertRefused(inLog().ifAbsent(new Seq(2)).put(event(1)));
    assertThatThrownBy(() -> inLog().put(event(1)).delete(new Seq(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> inLog().ifStatic("heads", 1L))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("head_seq");
    assertThatThrownBy(() -> inLog().ifStatic("head_seq", "1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void assertRefused(Batch<Seq, Event, Head> batch) {
    var tables = tables();
    assertThatThrownBy(() -> tables.commit(batch)).isInstanceOf(IllegalArgumentException.class);
  }
}

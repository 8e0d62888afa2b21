package io.portolan.tenancy.store.testkit;

import static io.portolan.tenancy.store.testkit.KitTables.LEASE;
import static io.portolan.tenancy.store.testkit.KitTables.LONG_LIVED;
import static io.portolan.tenancy.store.testkit.KitTables.SHORT_LIVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome.Applied;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.testkit.KitTables.Effect;
import io.portolan.tenancy.store.testkit.KitTables.Entry;
import io.portolan.tenancy.store.testkit.KitTables.IdemKey;
import io.portolan.tenancy.store.testkit.KitTables.Position;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Rows whose time is over are not there, whoever looks. */
public abstract class ExpiryContract extends StoreContract {
  private static final Topic TOPIC = new Topic("passing");

  /** Made by JUnit. */
  protected ExpiryContract() {}

  @Test
  void aRowVanishesWhenItsTimeIsOverAndNotBefore() throws Exception {
    var entry = new Entry(new Position(1, "n"), 1);
    tables().put(LONG_LIVED.at(TOPIC), entry);
    tables().put(SHORT_LIVED.at(TOPIC), entry);

    await(() -> tables().get(SHORT_LIVED.at(TOPIC), entry.key()).isEmpty());
    assertThat(tables().slice(SHORT_LIVED.at(TOPIC), Slice.all(9)).rows()).isEmpty();
    assertThat(tables().get(LONG_LIVED.at(TOPIC), entry.key())).contains(entry);

    tables().put(SHORT_LIVED.at(TOPIC), entry);
    assertThat(tables().slice(LONG_LIVED.at(TOPIC), Slice.all(9)).rows()).containsExactly(entry);
  }

  @Test
  void aConditionSeesNoRowWhoseTimeIsOver() throws Exception {
    assertThat(tables().commit(claim(1))).isEqualTo(new Applied<>());
    await(() -> tables().get(LEASE.at(new IdemKey("lease")), new Only()).isEmpty());
    assertThat(tables().commit(claim(2))).isEqualTo(new Applied<>());
  }

  private static Batch<Only, Effect, NoStatics> claim(long epoch) {
    return Batch.in(LEASE.at(new IdemKey("lease")), UUID.randomUUID())
        .ifAbsent(new Only())
        .put(new Effect(new Only(), "held", epoch, null));
  }

  /** Time is what is waited for here; the deadline is for something stuck. */
  private static void await(Callable<Boolean> condition) throws Exception {
    var deadline = soon();
    while (!condition.call()) {
      assertThat(deadline.passed()).as("the time to live is over").isFalse();
      LockSupport.parkNanos(20_000_000);
    }
  }
}

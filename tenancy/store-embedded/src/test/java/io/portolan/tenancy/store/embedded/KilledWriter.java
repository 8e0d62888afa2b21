package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * The process that gets killed: four callers, each with runs of its own, append batches of three
 * events and say on stdout which are acknowledged, as "caller head".
 */
final class KilledWriter {
  static final int CALLERS = 4;
  static final int EVENTS_EACH = 3;

  /**
   * Of the kit's records, but alone: hundreds of processes declare it and look for damage in it.
   */
  static final SerialTable<Run, Seq, Event, Head> LOG =
      Declaration.of("run_log", Run.class, Seq.class, Event.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, Head.class);

  private KilledWriter() {}

  static EmbeddedStore open(Path directory) throws StoreRefusedException {
    return EmbeddedStore.open(directory, new Schema(List.of(LOG)), InstantSource.system());
  }

  static Run run(int caller) {
    return new Run(new UUID(0x4000, caller));
  }

  static Event event(int caller, long seq) {
    return new Event(
        new Seq(seq),
        new UUID(caller, seq),
        "step",
        Bytes.of("payload of " + seq + " ".repeat((int) (seq % 50) * 40)));
  }

  /** Arguments: the data directory. */
  public static void main(String[] args) throws Exception {
    var store = open(Path.of(args[0]));
    for (int caller = 0; caller < CALLERS; caller++) {
      var number = caller;
      Thread.ofPlatform().start(() -> append(store, number));
    }
  }

  private static void append(EmbeddedStore store, int caller) {
    try {
      var partition = LOG.at(run(caller));
      var head = Stores.tables(store).statics(partition).map(Head::headSeq).orElse(0L);
      while (true) {
        var next = head + EVENTS_EACH;
        var batch = Batch.in(partition, UUID.randomUUID()).statics(new Head(next, 1, null));
        batch = head == 0 ? batch.ifNoStatics() : batch.ifStatic("head_seq", head);
        for (long seq = head + 1; seq <= next; seq++) {
          batch = batch.put(event(caller, seq));
        }
        if (!(Stores.tables(store).commit(batch) instanceof CommitOutcome.Applied)) {
          throw new IllegalStateException("nobody else appends here");
        }
        head = next;
        synchronized (System.out) {
          System.out.println(caller + " " + head);
          if (System.out.checkError()) {
            Runtime.getRuntime().halt(1); // Whoever was to kill it is gone.
          }
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

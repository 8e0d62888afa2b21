package io.portolan.bench.store;

import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.QuorumTable;
import java.time.Duration;
import java.time.Instant;

/** What both sides write and read: rows of about 300 bytes, ten columns with the bookkeeping. */
final class Rows {
  static final int FILLED = 10_000;
  static final Duration ROUND = Duration.ofSeconds(2);

  /** Partition key. */
  record Run(String runId) {}

  /** Clustering key. */
  record Seq(long seq) {}

  /** A row. */
  record Event(Seq key, String type, Instant at, Bytes data) {}

  static final QuorumTable<Run, Seq, Event> EVENTS =
      Declaration.of("events", Run.class, Seq.class, Event.class).quorum();

  static final Bytes DATA = Bytes.of(new byte[200]);

  private Rows() {}

  static Event event(long seq) {
    return new Event(new Seq(seq), "step", Instant.EPOCH, DATA);
  }
}

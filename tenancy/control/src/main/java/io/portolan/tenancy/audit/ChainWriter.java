package io.portolan.tenancy.audit;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.AuditTables.Block;
import io.portolan.tenancy.audit.AuditTables.First;
import io.portolan.tenancy.audit.AuditTables.Head;
import io.portolan.tenancy.audit.AuditTables.Segment;
import io.portolan.tenancy.audit.AuditTables.Shard;
import io.portolan.tenancy.audit.AuditTables.ShardName;
import io.portolan.tenancy.audit.AuditTables.Signed;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * A block is written on condition that the head is where this writer left it: whoever else appends
 * to the shard makes that fail, and the block is made anew behind theirs. An unknown outcome is
 * settled by writing the same batch again, never by making another one.
 */

/** Appends to one shard of one tenant's chain. Used by one thread; blocks. */
final class ChainWriter {
  /** A block ends early when its text is this long: a row has a bound. */
  private static final int BLOCK_CHARS_MAX = 448 << 10;

  private final Store store;
  private final TenantId tenant;
  private final String shard;
  private final AuditSettings settings;
  private final InstantSource clock;

  private @Nullable Position position;

  /**
   * Where the next block goes.
   *
   * @param firstSeq of the segment, once it has records
   * @param isNew the segment has no records yet
   */
  private record Position(long segment, long firstSeq, boolean isNew, ChainHead head) {}

  /** What the writer needs beside the store. */
  record Context(TenantId tenant, String shard, AuditSettings settings, InstantSource clock) {}

  ChainWriter(Store store, Context context) {
    this.store = store;
    this.tenant = context.tenant();
    this.shard = context.shard();
    this.settings = context.settings();
    this.clock = context.clock();
  }

  /**
   * A block that is to be written.
   *
   * @param events how many of those offered are in it
   */
  record Attempt(Batch<First, Block, Head> batch, int events, long segment, ChainHead head) {}

  /** What became of a block. */
  enum Written {
    YES,
    /** Another process appended in between: a new block must be made. */
    OVERTAKEN,
    /** The same block must be written again. */
    UNKNOWN
  }

  private TenantStore tables() {
    return store.at(tenant, Deadline.in(settings.commitTimeout()));
  }

  private static SerialPartition<First, Block, Head> partition(String shard, long segment) {
    return AuditTables.BLOCKS.at(new Segment(shard, segment));
  }

  /** The last record there is, as far as this writer knows. */
  ChainHead head() throws InterruptedException {
    return position().head();
  }

  private Position position() throws InterruptedException {
    var known = position;
    if (known == null) {
      known = load();
      position = known;
    }
    return known;
  }

  private Position load() throws InterruptedException {
    var tables = tables();
    var all = AuditTables.SHARDS.at(new AuditTables.All());
    var newest = tables.get(all, new ShardName(shard)).map(Shard::segment);
    if (newest.isEmpty()) {
      // Before the first record, so that no record is in a shard that nobody knows of.
      tables.put(all, new Shard(new ShardName(shard), 0));
      return new Position(0, 1, true, ChainHead.before(tenant, shard));
    }
    var segment = newest.get();
    var head = tables.statics(partition(shard, segment));
    if (head.isPresent()) {
      var first = tables.slice(partition(shard, segment), Slice.all(1)).rows();
      var firstSeq = first.isEmpty() ? head.get().headSeq() : first.getFirst().key().firstSeq();
      return new Position(segment, firstSeq, false, head(head.get()));
    }
    if (segment == 0) {
      return new Position(0, 1, true, ChainHead.before(tenant, shard));
    }
    var before = tables.statics(partition(shard, segment - 1)).map(ChainWriter::head);
    return new Position(segment, before.orElseThrow().seq() + 1, true, before.orElseThrow());
  }

  private static ChainHead head(Head stored) {
    return new ChainHead(stored.headSeq(), stored.headHash());
  }

  /** Makes a block of the first of these events, at least one of them. */
  Attempt prepare(List<AuditEvent> events, long lost) throws InterruptedException {
    var at = withRoom(position());
    var head = at.head();
    var records = new StringBuilder(512 * events.size());
    if (lost > 0) {
      var event = EventJson.lost(head.seq() + 1, clock.instant(), lost);
      head = head.then(event);
      records.append(new RecordLine(event, head.hash()).text());
    }
    var taken = 0;
    while (taken < events.size() && records.length() < BLOCK_CHARS_MAX) {
      var event = EventJson.of(head.seq() + 1, events.get(taken));
      head = head.then(event);
      records.append(records.isEmpty() ? "" : "\n");
      records.append(new RecordLine(event, head.hash()).text());
      taken++;
    }
    var first = new First(at.head().seq() + 1);
    var batch =
        Batch.in(partition(shard, at.segment()), UUID.randomUUID())
            .ifAbsent(first)
            .put(new Block(first, head.seq(), records.toString()))
            .statics(new Head(head.seq(), head.hash()));
    var conditional =
        at.isNew() ? batch.ifNoStatics() : batch.ifStatic("head_seq", at.head().seq());
    return new Attempt(conditional, taken, at.segment(), head);
  }

  /** The next segment, when this one is full; it is made known before anything is in it. */
  private Position withRoom(Position at) throws InterruptedException {
    if (at.isNew() || at.head().seq() - at.firstSeq() + 1 < settings.segmentRecords()) {
      return at;
    }
    var next = at.segment() + 1;
    tables()
        .put(AuditTables.SHARDS.at(new AuditTables.All()), new Shard(new ShardName(shard), next));
    var moved = new Position(next, at.head().seq() + 1, true, at.head());
    position = moved;
    return moved;
  }

  /** Writes a block, or finds that it was written. */
  Written commit(Attempt attempt) throws InterruptedException {
    return switch (tables().commit(attempt.batch())) {
      case CommitOutcome.Applied<Block, Head> _ -> {
        var at = position();
        position =
            new Position(
                attempt.segment(),
                at.isNew() ? at.head().seq() + 1 : at.firstSeq(),
                false,
                attempt.head());
        yield Written.YES;
      }
      case CommitOutcome.Conflict<Block, Head> _ -> {
        position = null;
        yield Written.OVERTAKEN;
      }
      case CommitOutcome.Unknown<Block, Head> _ -> Written.UNKNOWN;
    };
  }

  /** Signs the chain as it is; signing it twice changes nothing. */
  void sign(AuditKeys keys) throws InterruptedException {
    var at = position();
    var signed =
        Checkpoint.sign(
            Checkpoint.Kind.CHECKPOINT, keys, tenant, shard, at.head(), clock.instant());
    tables()
        .put(
            AuditTables.CHECKPOINTS.at(new Segment(shard, at.segment())),
            new Signed(
                new AuditTables.Seq(signed.seq()),
                signed.hash(),
                signed.at(),
                signed.keyId(),
                signed.signature()));
  }
}

package io.portolan.tenancy.audit;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.AuditTables.Anchor;
import io.portolan.tenancy.audit.AuditTables.Block;
import io.portolan.tenancy.audit.AuditTables.First;
import io.portolan.tenancy.audit.AuditTables.Hold;
import io.portolan.tenancy.audit.AuditTables.OfShard;
import io.portolan.tenancy.audit.AuditTables.Segment;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * The anchor is written first: then what is still there up to it counts as removed, and a kill
 * before the rows are gone leaves rows that nobody reads and the next removal takes.
 */

/**
 * Removes the beginning of a tenant's chains, and keeps what follows verifiable by a signed anchor.
 * The newest block of a chain always stays. Nothing is removed under a legal hold. Blocks; throws
 * what the store throws.
 */
public final class Retention {
  private static final Duration STEP_TIMEOUT = Duration.ofSeconds(30);
  private static final int ROWS = 50;
  private static final Pattern AT =
      Pattern.compile("^\\{\"seq\":\\d+,\"type\":\"\\w+\",\"at\":\"(.*?)\"");

  private final Store store;
  private final TenantId tenant;
  private final InstantSource clock;

  /** The retention of one tenant's records. */
  public Retention(Store store, TenantId tenant, InstantSource clock) {
    this.store = store;
    this.tenant = tenant;
    this.clock = clock;
  }

  /** What a removal did. */
  public sealed interface Outcome {
    /** So many records are gone. */
    record Removed(long records) implements Outcome {}

    /** Nothing is: the tenant's records are held. */
    record Held(String reason, Instant since) implements Outcome {}
  }

  private TenantStore tables() {
    return store.at(tenant, Deadline.in(STEP_TIMEOUT));
  }

  /** Lets nothing be removed any more, until it is released. */
  public void hold(String reason) throws InterruptedException {
    tables()
        .put(
            AuditTables.HOLDS.at(new AuditTables.All()),
            new Hold(new Only(), reason, clock.instant()));
  }

  /** Ends a hold, if there is one. */
  public void release() throws InterruptedException {
    tables().delete(AuditTables.HOLDS.at(new AuditTables.All()), new Only());
  }

  /** Removes blocks whose newest record is older than {@code before}, from the oldest on. */
  public Outcome removeBefore(Instant before, AuditKeys keys) throws InterruptedException {
    var held = tables().get(AuditTables.HOLDS.at(new AuditTables.All()), new Only());
    if (held.isPresent()) {
      return new Outcome.Held(held.get().reason(), held.get().since());
    }
    var reader = new ChainReader(store, tenant);
    var removed = 0L;
    for (var shard : reader.shards()) {
      var name = shard.key().shard();
      var old = reader.anchor(name);
      var from = old.map(Anchor::seq).orElse(0L);
      var first = old.map(Anchor::segment).orElse(0L);
      var last = lastToGo(reader, name, first, shard.segment(), before);
      if (last.isPresent() && last.get().head().seq() > from) {
        anchor(name, last.get(), keys);
        removed += last.get().head().seq() - from;
      }
      remove(reader, name, first);
    }
    return new Outcome.Removed(removed);
  }

  /** The last record to remove, and the segment in which the next one is. */
  private record LastToGo(long segment, ChainHead head) {}

  private Optional<LastToGo> lastToGo(
      ChainReader reader, String shard, long first, long newest, Instant before)
      throws InterruptedException {
    LastToGo last = null;
    LastToGo candidate = null;
    for (var segment = first; segment <= newest; segment++) {
      @Nullable String next = null;
      do {
        var page = reader.blocks(shard, segment, next);
        for (var block : page.rows()) {
          last = candidate == null ? last : new LastToGo(segment, candidate.head());
          var end = end(block);
          if (end.isEmpty() || !at(end.get()).isBefore(before)) {
            return Optional.ofNullable(last);
          }
          candidate = new LastToGo(segment, new ChainHead(block.lastSeq(), end.get().hash()));
        }
        next = page.next();
      } while (next != null);
    }
    return Optional.ofNullable(last); // what is only a candidate is the newest block
  }

  private static Optional<RecordLine> end(Block block) {
    return RecordLine.parse(block.records().lines().reduce("", (_, line) -> line))
        .map(RecordLine.Parsed::line);
  }

  private static Instant at(RecordLine line) {
    var at = AT.matcher(line.event());
    return at.find() ? Instant.parse(at.group(1)) : Instant.MAX;
  }

  private void anchor(String shard, LastToGo last, AuditKeys keys) throws InterruptedException {
    var signed =
        Checkpoint.sign(Checkpoint.Kind.ANCHOR, keys, tenant, shard, last.head(), clock.instant());
    tables()
        .put(
            AuditTables.ANCHORS.at(new OfShard(shard)),
            new Anchor(
                new Only(),
                last.segment(),
                signed.seq(),
                signed.hash(),
                signed.at(),
                signed.keyId(),
                signed.signature()));
  }

  /** Removes the rows up to the anchor, from the segment on in which the one before stood. */
  private void remove(ChainReader reader, String shard, long first) throws InterruptedException {
    var anchor = reader.anchor(shard);
    if (anchor.isEmpty()) {
      return;
    }
    for (var segment = first; segment <= anchor.get().segment(); segment++) {
      blocks(reader, new Segment(shard, segment), anchor.get().seq());
      for (var checkpoint : reader.checkpoints(shard, segment)) {
        if (checkpoint.seq() <= anchor.get().seq()) {
          tables()
              .delete(
                  AuditTables.CHECKPOINTS.at(new Segment(shard, segment)),
                  new AuditTables.Seq(checkpoint.seq()));
        }
      }
    }
  }

  private void blocks(ChainReader reader, Segment segment, long until) throws InterruptedException {
    while (true) {
      var gone = new ArrayList<First>();
      for (var block : reader.blocks(segment.shard(), segment.segment(), null).rows()) {
        if (block.lastSeq() <= until && gone.size() < ROWS) {
          gone.add(block.key());
        }
      }
      if (gone.isEmpty() || !deleted(segment, gone)) {
        return;
      }
    }
  }

  /** False when somebody else deletes, or nobody knows: the next removal finds what is left. */
  private boolean deleted(Segment segment, List<First> blocks) throws InterruptedException {
    var batch = Batch.in(AuditTables.BLOCKS.at(segment), UUID.randomUUID());
    for (var block : blocks) {
      batch = batch.ifPresent(block).delete(block);
    }
    return tables().commit(batch) instanceof CommitOutcome.Applied;
  }
}

package io.portolan.tenancy.audit;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.AuditTables.Anchor;
import io.portolan.tenancy.audit.AuditTables.Block;
import io.portolan.tenancy.audit.AuditTables.First;
import io.portolan.tenancy.audit.AuditTables.OfShard;
import io.portolan.tenancy.audit.AuditTables.Segment;
import io.portolan.tenancy.audit.AuditTables.Shard;
import io.portolan.tenancy.audit.AuditTables.Signed;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Page;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the chains of one tenant. Each read has a deadline of its own. */
record ChainReader(Store store, TenantId tenant) {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
  private static final int PAGE = 100;

  private TenantStore tables() {
    return store.at(tenant, Deadline.in(READ_TIMEOUT));
  }

  List<Shard> shards() throws InterruptedException {
    return all(AuditTables.SHARDS.at(new AuditTables.All()));
  }

  Optional<Anchor> anchor(String shard) throws InterruptedException {
    return tables().get(AuditTables.ANCHORS.at(new OfShard(shard)), new Only());
  }

  Optional<Checkpoint> anchorStatement(String shard) throws InterruptedException {
    return anchor(shard)
        .map(
            found ->
                new Checkpoint(
                    Checkpoint.Kind.ANCHOR,
                    tenant,
                    shard,
                    found.seq(),
                    found.hash(),
                    found.at(),
                    found.keyId(),
                    found.signature()));
  }

  Optional<ChainHead> head(String shard, long segment) throws InterruptedException {
    return tables()
        .statics(AuditTables.BLOCKS.at(new Segment(shard, segment)))
        .map(head -> new ChainHead(head.headSeq(), head.headHash()));
  }

  /** In the order of the records they are about. */
  List<Checkpoint> checkpoints(String shard, long segment) throws InterruptedException {
    var found = new ArrayList<Checkpoint>();
    for (Signed signed : all(AuditTables.CHECKPOINTS.at(new Segment(shard, segment)))) {
      found.add(
          new Checkpoint(
              Checkpoint.Kind.CHECKPOINT,
              tenant,
              shard,
              signed.key().seq(),
              signed.hash(),
              signed.at(),
              signed.keyId(),
              signed.signature()));
    }
    return found;
  }

  /** A page of a segment's blocks. */
  Page<Block> blocks(String shard, long segment, @Nullable String after)
      throws InterruptedException {
    return tables()
        .slice(
            AuditTables.BLOCKS.at(new Segment(shard, segment)),
            Slice.<First>all(PAGE).after(after));
  }

  /** The block that begins with this record. */
  Optional<Block> block(String shard, long segment, long firstSeq) throws InterruptedException {
    return tables().get(AuditTables.BLOCKS.at(new Segment(shard, segment)), new First(firstSeq));
  }

  private <C extends Record, R extends Record> List<R> all(Partition<C, R> partition)
      throws InterruptedException {
    var rows = new ArrayList<R>();
    String next = null;
    do {
      var page = tables().slice(partition, Slice.<C>all(PAGE).after(next));
      rows.addAll(page.rows());
      next = page.next();
    } while (next != null);
    return rows;
  }
}

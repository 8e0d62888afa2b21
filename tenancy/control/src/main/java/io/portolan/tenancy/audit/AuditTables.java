package io.portolan.tenancy.audit;

import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Instant;
import java.util.List;

/** The tables of the audit chain. A store that keeps one is opened with {@link #ALL}. */
public final class AuditTables {
  /** A bounded part of one shard's chain. */
  record Segment(String shard, long segment) {}

  /** The number of the first record in a block. */
  record First(long firstSeq) {}

  /**
   * Records that were written at once.
   *
   * @param records one {@link RecordLine} a line
   */
  record Block(First key, long lastSeq, String records) {}

  /** How far a segment's chain goes, and the hash of its last record. */
  record Head(long headSeq, Bytes headHash) {}

  /** The number of a record. */
  record Seq(long seq) {}

  /** A signed statement about the record with this number. */
  record Signed(Seq key, Bytes hash, Instant at, String keyId, Bytes signature) {}

  /** One partition for a tenant. */
  record All() {}

  /** The name of a shard. */
  record ShardName(String shard) {}

  /**
   * A shard that has, or may have, records.
   *
   * @param segment the newest one
   */
  record Shard(ShardName key, long segment) {}

  /** A shard that has an anchor: what came before was removed on purpose. */
  record OfShard(String shard) {}

  /**
   * The last record that was removed on purpose.
   *
   * @param segment in which the next record is
   */
  record Anchor(
      Only key, long segment, long seq, Bytes hash, Instant at, String keyId, Bytes signature) {}

  /** Whether nothing may be removed, why, and since when. */
  record Hold(Only key, String reason, Instant since) {}

  static final SerialTable<Segment, First, Block, Head> BLOCKS =
      Declaration.of("audit_block", Segment.class, First.class, Block.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, Head.class);
  static final QuorumTable<Segment, Seq, Signed> CHECKPOINTS =
      Declaration.of("audit_checkpoint", Segment.class, Seq.class, Signed.class).quorum();
  static final QuorumTable<All, ShardName, Shard> SHARDS =
      Declaration.of("audit_shard", All.class, ShardName.class, Shard.class).quorum();
  static final QuorumTable<OfShard, Only, Anchor> ANCHORS =
      Declaration.of("audit_anchor", OfShard.class, Only.class, Anchor.class).quorum();
  static final QuorumTable<All, Only, Hold> HOLDS =
      Declaration.of("audit_hold", All.class, Only.class, Hold.class).quorum();

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL =
      List.of(BLOCKS, CHECKPOINTS, SHARDS, ANCHORS, HOLDS);

  private AuditTables() {}
}

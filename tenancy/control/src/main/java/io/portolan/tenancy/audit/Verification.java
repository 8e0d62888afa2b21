package io.portolan.tenancy.audit;

import java.util.List;

/** What the verification of a tenant's chains found. */
public sealed interface Verification {
  /**
   * All is as it was written.
   *
   * @param shards in the order of their names
   */
  record Whole(List<ShardReport> shards) implements Verification {
    public Whole {
      shards = List.copyOf(shards);
    }
  }

  /**
   * Something was changed.
   *
   * @param seq the first bad record
   * @param finding what is wrong with it, for a person
   */
  record Broken(String shard, long seq, String finding) implements Verification {}

  /**
   * A chain that holds.
   *
   * @param firstSeq its first record, behind what was removed on purpose
   * @param lastSeq its last record; one less than the first where there is none
   * @param signedSeq the last record that a checkpoint covers; those behind it are chained, but not
   *     signed yet. 0 when none is
   * @param checkpoints how many signatures were checked
   */
  record ShardReport(String shard, long firstSeq, long lastSeq, long signedSeq, int checkpoints) {
    /** How many records there are. */
    public long records() {
      return lastSeq - firstSeq + 1;
    }
  }
}

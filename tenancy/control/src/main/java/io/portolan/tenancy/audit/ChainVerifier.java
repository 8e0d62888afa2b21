package io.portolan.tenancy.audit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.AuditTables.Block;
import io.portolan.tenancy.audit.Verification.Broken;
import io.portolan.tenancy.audit.Verification.ShardReport;
import io.portolan.tenancy.store.Page;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreDamagedException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/*
 * A chain alone shows an edit whose hashes were not made again. Who makes them again is shown by
 * the next checkpoint, which takes the key. Who removes the end of a chain with its checkpoints is
 * shown only by a checkpoint that was kept elsewhere.
 */

/**
 * Verifies the chains of a tenant. It may be written to meanwhile: what comes later is left alone.
 * Blocks for as long as reading takes; throws what the store throws.
 */
public final class ChainVerifier {
  private final ChainReader reader;
  private final PublicKey key;
  private final Map<String, TreeMap<Long, Checkpoint>> kept = new HashMap<>();

  private ChainVerifier(ChainReader reader, PublicKey key, Collection<Checkpoint> kept) {
    this.reader = reader;
    this.key = key;
    for (var checkpoint : kept) {
      if (checkpoint.kind() == Checkpoint.Kind.CHECKPOINT
          && checkpoint.tenant().equals(reader.tenant())) {
        this.kept
            .computeIfAbsent(checkpoint.shard(), _ -> new TreeMap<>())
            .put(checkpoint.seq(), checkpoint);
      }
    }
  }

  /**
   * Reads everything.
   *
   * @param key what checkpoints must be signed with
   * @param kept checkpoints from elsewhere that must fit as well; those of other tenants do not
   *     matter
   */
  public static Verification verify(
      Store store, TenantId tenant, PublicKey key, Collection<Checkpoint> kept)
      throws InterruptedException {
    return new ChainVerifier(new ChainReader(store, tenant), key, kept).verify();
  }

  private Verification verify() throws InterruptedException {
    var reports = new ArrayList<ShardReport>();
    for (var shard : reader.shards()) {
      var name = shard.key().shard();
      var walk = new Walk(name, kept.getOrDefault(name, new TreeMap<>()));
      kept.remove(name);
      try {
        walk.through(shard.segment());
        reports.add(walk.report());
      } catch (Mismatch e) {
        return e.broken;
      } catch (StoreDamagedException _) {
        return new Broken(
            name,
            walk.head.seq() + 1,
            "what is stored from this record on is not what was written: it was changed behind"
                + " the store's back, or damaged");
      }
    }
    for (var missing : kept.entrySet()) {
      return new Broken(
          missing.getKey(), 1, "the whole chain is gone: a checkpoint tells that it was there");
    }
    return new Verification.Whole(reports);
  }

  /** Ends a walk at the first thing that is wrong. */
  private static final class Mismatch extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Broken broken;

    Mismatch(Broken broken) {
      super(broken.finding(), null, false, false);
      this.broken = broken;
    }
  }

  /** One shard from its first record to its last. */
  private final class Walk {
    private final String shard;
    private final TreeMap<Long, Checkpoint> elsewhere;
    private ChainHead head;
    private long firstSeq = 1;
    private long signedSeq;
    private int checkpoints;

    Walk(String shard, Map<Long, Checkpoint> elsewhere) {
      this.shard = shard;
      this.elsewhere = new TreeMap<>(elsewhere);
      this.head = ChainHead.before(reader.tenant(), shard);
    }

    ShardReport report() {
      return new ShardReport(shard, firstSeq, head.seq(), signedSeq, checkpoints);
    }

    void through(long newestSegment) throws InterruptedException, Mismatch {
      var segment = fromAnchor();
      for (; segment <= newestSegment; segment++) {
        // In this order, so that what is written meanwhile is in none of them or in all.
        var signed = new TreeMap<Long, Checkpoint>();
        reader.checkpoints(shard, segment).forEach(each -> signed.put(each.seq(), each));
        signed.headMap(firstSeq).clear(); // behind the anchor, and not removed yet
        var until = reader.head(shard, segment);
        if (until.isPresent()) {
          records(segment, until.get(), signed);
        }
        if (!signed.isEmpty()) {
          throw truncated(signed.firstKey());
        }
      }
      if (!elsewhere.isEmpty()) {
        throw truncated(elsewhere.firstKey());
      }
    }

    /** The segment to begin with: behind what was removed on purpose. */
    private long fromAnchor() throws InterruptedException, Mismatch {
      var anchor = reader.anchor(shard);
      if (anchor.isEmpty()) {
        return 0;
      }
      var statement = reader.anchorStatement(shard).orElseThrow();
      if (!statement.signedWith(key)) {
        throw new Mismatch(
            new Broken(
                shard,
                statement.seq(),
                "the anchor behind the removed records is not signed with the key"));
      }
      checkpoints++;
      head = new ChainHead(statement.seq(), statement.hash());
      firstSeq = head.seq() + 1;
      signedSeq = head.seq();
      elsewhere.headMap(head.seq(), true).clear();
      return anchor.get().segment();
    }

    private void records(long segment, ChainHead until, Map<Long, Checkpoint> signed)
        throws InterruptedException, Mismatch {
      try {
        pages(segment, until, signed);
      } catch (StoreDamagedException _) {
        oneByOne(segment, until, signed);
      }
      if (head.seq() != until.seq()) {
        throw new Mismatch(
            new Broken(
                shard, head.seq() + 1, "records up to %d are missing".formatted(until.seq())));
      }
      if (!head.hash().equals(until.hash())) {
        throw new Mismatch(
            new Broken(shard, head.seq(), "its hash is not the one that the chain's head has"));
      }
    }

    private void pages(long segment, ChainHead until, Map<Long, Checkpoint> signed)
        throws InterruptedException, Mismatch {
      @Nullable String next = null;
      do {
        Page<Block> page = reader.blocks(shard, segment, next);
        for (var block : page.rows()) {
          if (head.seq() >= until.seq()) {
            return; // written since the head was read
          }
          records(block, signed);
        }
        next = page.next();
      } while (next != null);
    }

    /** A page that cannot be read has rows that can, up to the first one that is bad. */
    private void oneByOne(long segment, ChainHead until, Map<Long, Checkpoint> signed)
        throws InterruptedException, Mismatch {
      while (head.seq() < until.seq()) {
        var block = reader.block(shard, segment, head.seq() + 1);
        if (block.isEmpty()) {
          return;
        }
        records(block.get(), signed);
      }
    }

    private void records(Block block, Map<Long, Checkpoint> signed) throws Mismatch {
      if (block.lastSeq() < firstSeq) {
        return; // behind the anchor, and not removed yet
      }
      for (var line : List.of(block.records().split("\n", -1))) {
        var seq = head.seq() + 1;
        var parsed = RecordLine.parse(line);
        if (parsed.isEmpty()) {
          throw new Mismatch(new Broken(shard, seq, "it is not in the form of a record"));
        }
        if (parsed.get().seq() != seq) {
          throw new Mismatch(
              new Broken(
                  shard,
                  seq,
                  "record %d stands in its place: it was deleted or moved"
                      .formatted(parsed.get().seq())));
        }
        var found = parsed.get().line();
        var then = head.then(found.event());
        if (!then.hash().equals(found.hash())) {
          throw new Mismatch(new Broken(shard, seq, "it was edited: its hash is another one"));
        }
        head = then;
        covered(signed.remove(seq));
        covered(elsewhere.remove(seq));
      }
    }

    private void covered(@Nullable Checkpoint checkpoint) throws Mismatch {
      if (checkpoint == null) {
        return;
      }
      if (!checkpoint.signedWith(key)) {
        throw new Mismatch(
            new Broken(
                shard,
                checkpoint.seq(),
                "the checkpoint of this record is not signed with the key"));
      }
      if (!checkpoint.hash().equals(head.hash())) {
        throw new Mismatch(
            new Broken(
                shard,
                signedSeq + 1,
                "it, or one behind it, was edited and all hashes were made again: the signed"
                    + " checkpoint of record "
                    + checkpoint.seq()
                    + " has another hash"));
      }
      signedSeq = checkpoint.seq();
      checkpoints++;
    }

    private Mismatch truncated(long seq) {
      return new Mismatch(
          new Broken(
              shard,
              head.seq() + 1,
              "the chain ends before it: there is a checkpoint of record %d".formatted(seq)));
    }
  }
}

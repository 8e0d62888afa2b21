package io.portolan.tenancy.audit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.AuditTables.Anchor;
import io.portolan.tenancy.store.Store;
import java.io.IOException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chains of a tenant as JSON lines that can be verified without this program: first the
 * key, then each shard's records with the checkpoints behind the records they are about. A record's
 * hash is SHA-256 of the hash before it and of the text of its member {@code event}.
 */
public final class ChainExport {
  private ChainExport() {}

  /**
   * Writes all of it, with a line feed behind each line.
   *
   * @return the number of records
   */
  public static long write(Store store, TenantId tenant, PublicKey key, Appendable out)
      throws IOException, InterruptedException {
    var reader = new ChainReader(store, tenant);
    out.append(
        "{\"portolan_audit\":1,\"tenant_id\":\"%s\",\"key_id\":\"%s\",\"public_key\":\"%s\"}\n"
            .formatted(
                tenant,
                AuditKeys.keyId(key),
                Base64.getEncoder().encodeToString(key.getEncoded())));
    var records = 0L;
    for (var shard : reader.shards()) {
      var name = shard.key().shard();
      out.append("{\"shard\":\"").append(name).append("\"}\n");
      var anchor = reader.anchorStatement(name);
      if (anchor.isPresent()) {
        out.append(anchor.get().line()).append('\n');
      }
      var first = reader.anchor(name).map(Anchor::segment).orElse(0L);
      var removed = anchor.map(Checkpoint::seq).orElse(0L);
      for (var segment = first; segment <= shard.segment(); segment++) {
        records += segment(reader, new Part(name, segment, removed), out);
      }
    }
    return records;
  }

  /** A segment without the records up to the one that was removed last. */
  private record Part(String shard, long segment, long removedSeq) {}

  private static long segment(ChainReader reader, Part part, Appendable out)
      throws IOException, InterruptedException {
    var signed = new TreeMap<Long, Checkpoint>();
    reader.checkpoints(part.shard(), part.segment()).forEach(each -> signed.put(each.seq(), each));
    var records = 0L;
    @Nullable String next = null;
    do {
      var page = reader.blocks(part.shard(), part.segment(), next);
      for (var block : page.rows()) {
        if (block.lastSeq() <= part.removedSeq()) {
          continue; // behind the anchor, and not removed yet
        }
        var seq = block.key().firstSeq();
        for (var line : block.records().split("\n", -1)) {
          out.append(line).append('\n');
          var checkpoint = signed.get(seq++);
          if (checkpoint != null) {
            out.append(checkpoint.line()).append('\n');
          }
          records++;
        }
      }
      next = page.next();
    } while (next != null);
    return records;
  }
}

package io.portolan.tenancy.audit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes of a chain: that of record n is SHA-256 of the hash of record n-1, followed by record
 * n's event as it is written. Before record 1 stands the hash of the tenant's and shard's names, so
 * that a chain cannot be passed off as another one.
 */
final class ChainHash {
  private ChainHash() {}

  static Bytes before(TenantId tenant, String shard) {
    var names = "portolan-audit/1\n" + tenant + "\n" + shard;
    return Bytes.of(sha256().digest(names.getBytes(StandardCharsets.UTF_8)));
  }

  static Bytes next(Bytes previous, String event) {
    var digest = sha256();
    digest.update(previous.buffer());
    return Bytes.of(digest.digest(event.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

package io.portolan.tenancy.audit;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Bytes;

/**
 * The last record of a chain.
 *
 * @param seq its number; 0 before the first one
 * @param hash its hash
 */
record ChainHead(long seq, Bytes hash) {
  static ChainHead before(TenantId tenant, String shard) {
    return new ChainHead(0, ChainHash.before(tenant, shard));
  }

  ChainHead then(String event) {
    return new ChainHead(seq + 1, ChainHash.next(hash, event));
  }
}

package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.key.KeyTables.What;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What was revoked, in memory: each tenant's is swapped as a whole. */
final class RevocationIndex {
  static final String TOKEN = "token";
  static final String SUBJECT = "subject";

  private final Map<TenantId, Map<What, Instant>> byTenant = new ConcurrentHashMap<>();

  /** All that a tenant revoked. */
  void put(TenantId tenant, Map<What, Instant> revoked) {
    byTenant.put(tenant, Map.copyOf(revoked));
  }

  int count(TenantId tenant) {
    return byTenant.getOrDefault(tenant, Map.of()).size();
  }

  boolean revoked(Revocations.Issued token) {
    var revoked = byTenant.get(token.tenant());
    if (revoked == null) {
      return false;
    }
    var id = token.tokenId();
    return (id != null && revoked.containsKey(new What(TOKEN, id)))
        || isBefore(token, revoked.get(new What(SUBJECT, token.subject())));
  }

  /** A token that does not say when it was issued counts as one that was issued long ago. */
  private static boolean isBefore(Revocations.Issued token, @Nullable Instant until) {
    if (until == null) {
      return false;
    }
    var at = token.at();
    return at == null || !at.isAfter(until);
  }
}

package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.key.KeyTables.KeyRow;
import io.portolan.tenancy.store.Bytes;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All keys in memory, by their ids. A key stays once it is in, so that it can be told apart. */
final class KeyIndex {
  private static final Authentication UNKNOWN =
      new Authentication.Invalid("The API key is not valid");
  private static final Authentication EXPIRED =
      new Authentication.Invalid("The API key has expired");
  private static final Authentication REVOKED =
      new Authentication.Invalid("The API key was revoked");
  private static final Bytes NO_HASH = Bytes.of(new byte[32]);

  private record Entry(ApiKey key, Bytes secretHash, Authentication.Authenticated caller) {}

  private final Map<String, Entry> byId = new ConcurrentHashMap<>();
  private final Map<TenantId, Integer> counts = new ConcurrentHashMap<>();

  /** Takes in a key as it is now. */
  void put(TenantId tenant, KeyRow row) {
    var key = key(tenant, row);
    var entry = new Entry(key, row.secretSha256(), caller(key));
    if (byId.put(key.id(), entry) == null) {
      counts.merge(tenant, 1, Integer::sum);
    }
  }

  int size() {
    return byId.size();
  }

  /** Tenants that ever had keys. */
  Set<TenantId> tenants() {
    return Set.copyOf(counts.keySet());
  }

  /** How many keys a tenant ever had. */
  int count(TenantId tenant) {
    return counts.getOrDefault(tenant, 0);
  }

  /** The keys of a tenant, in the order of their ids, after one of them. */
  List<ApiKey> page(TenantId tenant, @Nullable String after, int limit) {
    return byId.values().stream()
        .map(Entry::key)
        .filter(key -> key.tenant().equals(tenant))
        .filter(key -> after == null || key.id().compareTo(after) > 0)
        .sorted((a, b) -> a.id().compareTo(b.id()))
        .limit(limit)
        .toList();
  }

  /** Whose key this is. Takes the same steps for an id that is unknown as for one that is not. */
  Authentication authenticate(KeyText text, Instant now) {
    var entry = byId.get(text.id());
    var expected = entry == null ? NO_HASH : entry.secretHash();
    var matches = MessageDigest.isEqual(expected.toArray(), text.secretHash().toArray());
    if (entry == null || !matches) {
      return UNKNOWN;
    }
    if (entry.key().revokedAt() != null) {
      return REVOKED;
    }
    var end = entry.key().grant().expiresAt();
    return end != null && !now.isBefore(end) ? EXPIRED : entry.caller();
  }

  private static Authentication.Authenticated caller(ApiKey key) {
    var grant = key.grant();
    var subject = grant.subject();
    return new Authentication.Authenticated(
        new Caller(
            new Principal(key.tenant(), subject == null ? "key/" + key.id() : "user/" + subject),
            "key:" + key.id(),
            grant.agent(),
            grant.roles(),
            grant.teams(),
            grant.scopes()));
  }

  static ApiKey key(TenantId tenant, KeyRow row) {
    var grant =
        new KeyGrant(
            row.name(),
            row.subject(),
            row.agent(),
            words(row.roles()),
            words(row.teams()),
            words(row.scopes()),
            row.goodUntil());
    return new ApiKey(row.key().id(), tenant, grant, row.createdAt(), row.revokedAt());
  }

  private static Set<String> words(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(" "));
  }
}

package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.tenancy.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One registered server as the catalogue sees it at a moment. Immutable; the upstream behind it
 * lives on from snapshot to snapshot.
 *
 * @param name unique in this gateway: as the operator wrote it, or {@code tenant/handle}
 * @param handle its name to those who see it, which qualified names are made of
 * @param owner the tenant that alone sees it; null for one that is there for all
 * @param schemeKey its part of qualified URIs
 * @param upstream the way to it
 * @param health how it is doing
 * @param since when it came into this health
 * @param reason why it is down, for the operator; empty when it is not
 * @param snapshot what it offered last; null until it was reached for the first time, and when it
 *     has been down for longer than the grace period
 */
public record Server(
    String name,
    String handle,
    @Nullable TenantId owner,
    String schemeKey,
    Upstream upstream,
    Health health,
    Instant since,
    String reason,
    @Nullable ServerSnapshot snapshot) {
  /** One that is there for all. */
  public Server(
      String name,
      String schemeKey,
      Upstream upstream,
      Health health,
      Instant since,
      String reason,
      @Nullable ServerSnapshot snapshot) {
    this(name, name, null, schemeKey, upstream, health, since, reason, snapshot);
  }

  /** Whether it exists for a tenant. */
  public boolean isThereFor(TenantId tenant) {
    return owner == null || owner.equals(tenant);
  }

  Server with(Health newHealth, Instant now, String newReason) {
    var changed = newHealth != health ? now : since;
    return new Server(
        name, handle, owner, schemeKey, upstream, newHealth, changed, newReason, snapshot);
  }

  Server with(ServerSnapshot newSnapshot) {
    return new Server(name, handle, owner, schemeKey, upstream, health, since, reason, newSnapshot);
  }

  Server withoutSnapshot() {
    return new Server(name, handle, owner, schemeKey, upstream, health, since, reason, null);
  }
}

package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.upstream.Upstream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One registered server as the catalogue sees it at a moment. Immutable; the upstream behind it
 * lives on from snapshot to snapshot.
 *
 * @param name the name as the operator wrote it
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
    String schemeKey,
    Upstream upstream,
    Health health,
    Instant since,
    String reason,
    @Nullable ServerSnapshot snapshot) {

  Server with(Health newHealth, Instant now, String newReason) {
    var changed = newHealth != health ? now : since;
    return new Server(name, schemeKey, upstream, newHealth, changed, newReason, snapshot);
  }

  Server with(ServerSnapshot newSnapshot) {
    return new Server(name, schemeKey, upstream, health, since, reason, newSnapshot);
  }

  Server withoutSnapshot() {
    return new Server(name, schemeKey, upstream, health, since, reason, null);
  }
}

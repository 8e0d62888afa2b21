package io.portolan.standalone.registry;

import io.portolan.registry.ServerName;
import io.portolan.standalone.api.Sender;
import io.portolan.tenancy.TenantId;
import java.util.Locale;
import java.util.Optional;

/*
 * A proof without scopes is its owner's whole right in the tenant, as elsewhere in the API. One with
 * scopes may publish in the tenant's own namespace, and in those that it names: a team gets a key
 * for its own part and cannot replace the servers of another.
 */

/**
 * Which namespaces somebody may publish in: {@code namespace:com.acme} among the scopes of a proof
 * grants {@code com.acme} and what is below it. Stateless.
 */
final class Namespaces {
  private static final String GRANT = "namespace:";

  private Namespaces() {}

  /** Why a name is outside; empty when it is inside. */
  static Optional<String> refused(Sender sender, TenantId tenant, ServerName name) {
    if (!(sender instanceof Sender.Member(var caller)) || caller.scopes().isEmpty()) {
      return Optional.empty();
    }
    var namespace = name.namespace();
    var inside =
        isIn(namespace, tenant.value())
            || caller.scopes().stream()
                .filter(scope -> scope.startsWith(GRANT))
                .anyMatch(scope -> isIn(namespace, scope.substring(GRANT.length())));
    return inside
        ? Optional.empty()
        : Optional.of(
            "The namespace "
                + namespace
                + " is not yours; use "
                + tenant
                + ", or a key or token with the scope "
                + GRANT
                + namespace);
  }

  private static boolean isIn(String namespace, String granted) {
    var mine = namespace.toLowerCase(Locale.ROOT);
    var theirs = granted.toLowerCase(Locale.ROOT);
    return !theirs.isEmpty() && (mine.equals(theirs) || mine.startsWith(theirs + "."));
  }
}

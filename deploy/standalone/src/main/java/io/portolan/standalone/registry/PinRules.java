package io.portolan.standalone.registry;

import io.portolan.registry.pin.PinBook.WhenChanged;
import io.portolan.registry.stored.PinDesk.FirstSight;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Anonymous;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which servers are held to what somebody approved of, and how. Immutable.
 *
 * @param firstSight what becomes of what was never seen before
 * @param whenChanged what becomes of what is another than it was approved
 * @param operator whose the operator's own servers are
 * @param operators those of the operator's own servers that are held to approvals
 */
public record PinRules(
    FirstSight firstSight, WhenChanged whenChanged, TenantId operator, Set<String> operators) {
  public PinRules {
    operators = Set.copyOf(operators);
  }

  /** Where callers must sign in, nothing that nobody looked at is in force. */
  public static PinRules of(PortolanConfig config) {
    var isOpen =
        config.auth().anonymous() != Anonymous.REFUSED && config.auth().issuers().isEmpty();
    var firstSight = config.pins().firstSight();
    return new PinRules(
        firstSight != null ? firstSight : isOpen ? FirstSight.APPROVE : FirstSight.QUARANTINE,
        config.pins().whenChanged(),
        config.vault().tenant(),
        config.pins().servers());
  }

  /**
   * A server that is held to approvals.
   *
   * @param tenant whose approvals count
   * @param server what its pins are kept under
   */
  record Pinned(TenantId tenant, String server) {}

  /** A server by its tenant, which is null for the operator's own, and its name to callers. */
  Optional<Pinned> pinned(@Nullable TenantId owner, String handle) {
    return owner != null
        ? Optional.of(registered(owner, handle))
        : operators.contains(handle)
            ? Optional.of(new Pinned(operator, "operator:" + handle)) // which no handle can be
            : Optional.empty();
  }

  /** A server that a tenant registered. */
  static Pinned registered(TenantId tenant, String handle) {
    return new Pinned(tenant, handle);
  }
}

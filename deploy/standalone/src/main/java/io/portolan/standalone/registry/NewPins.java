package io.portolan.standalone.registry;

import io.portolan.gateway.core.catalogue.ServerSnapshot;
import io.portolan.registry.stored.PinDesk;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Sender;
import io.portolan.standalone.registry.PinApi.PinsChanged;
import io.portolan.tenancy.TenantRole;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a server that is being registered offers: whether it waits for an approval, or is approved
 * of by who registers it. Thread-safe; blocks on the store.
 */
final class NewPins {
  private static final Set<TenantRole> APPROVERS =
      EnumSet.of(TenantRole.OWNER, TenantRole.ADMIN, TenantRole.APPROVER);

  private final PinDesk desk;
  private final PinRules rules;
  private final PinsChanged changed;

  NewPins(PinDesk desk, PinRules rules, PinsChanged changed) {
    this.desk = desk;
    this.rules = rules;
    this.changed = changed;
  }

  /** Whether who registers a server may also approve of what it offers. */
  static boolean mayApprove(Sender sender) {
    return switch (sender) {
      case Sender.Administrator() -> true;
      case Sender.Member(var caller) ->
          APPROVERS.stream().anyMatch(role -> caller.roles().contains(role.label()));
    };
  }

  /** How many definitions will wait for an approval. */
  int waiting(ApiRequest request, String handle, ServerSnapshot offered)
      throws InterruptedException {
    var at = PinRules.registered(request.tenant(), handle);
    return desk.waiting(
        at.tenant(),
        at.server(),
        StoredPinning.observed(offered),
        rules.firstSight(),
        request.deadline());
  }

  /** Approves of all that nothing speaks against; returns how many others wait. */
  int approve(ApiRequest request, String handle, ServerSnapshot offered)
      throws InterruptedException {
    var at = PinRules.registered(request.tenant(), handle);
    desk.approveOffered(
        at.tenant(),
        at.server(),
        StoredPinning.observed(offered),
        PinApi.by(request.sender()),
        request.deadline());
    changed.of(at.tenant(), handle); // its monitor may have looked before
    return waiting(request, handle, offered);
  }
}

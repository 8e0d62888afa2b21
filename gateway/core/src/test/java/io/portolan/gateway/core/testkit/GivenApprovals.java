package io.portolan.gateway.core.testkit;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Approvals;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Approvals that a test gives: of the last action that was asked for, once each. */
public final class GivenApprovals implements Approvals {
  private final List<Action> asked = new CopyOnWriteArrayList<>();
  private final Set<String> given = new HashSet<>(); // guarded by itself

  /** What was asked for, in order. */
  public List<Action> asked() {
    return asked;
  }

  /** Gives an approval of what was asked for last. */
  public void give() {
    synchronized (given) {
      given.add(id(asked.getLast()));
    }
  }

  @Override
  public Answer redeem(Action action, Deadline deadline) {
    synchronized (given) {
      if (given.remove(id(action))) {
        return new Answer.Approved(id(action));
      }
    }
    asked.add(action);
    return new Answer.Pending(id(action), Instant.EPOCH);
  }

  @Override
  public void giveBack(TenantId tenant, String id, Deadline deadline) {
    synchronized (given) {
      given.add(id);
    }
  }

  private static String id(Action action) {
    return action.caller().principal().subject()
        + "/"
        + action.item().server()
        + "/"
        + action.item().name()
        + "/"
        + action.argumentsHash();
  }
}

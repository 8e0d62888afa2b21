package io.portolan.tenancy.approval;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.approval.ApprovalTables.ApprovalId;
import io.portolan.tenancy.approval.ApprovalTables.ApprovalRow;
import io.portolan.tenancy.approval.ApprovalTables.Everything;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.util.UUID;

/** Deletes all approvals of a tenant that is no more. Stateless; blocks on the store. */
public final class ApprovalErasure {
  private static final int PAGE_ROWS = 100;

  private ApprovalErasure() {}

  /** Deletes them. Repeating it is safe. */
  public static void erase(Store store, TenantId tenant, Deadline deadline)
      throws InterruptedException {
    var mine = store.at(tenant, deadline);
    var partition = ApprovalTables.APPROVALS.at(new Everything());
    while (true) {
      var page = mine.slice(partition, Slice.<ApprovalId>all(PAGE_ROWS));
      for (var row : page.rows()) {
        var batch = Batch.in(partition, UUID.randomUUID()).ifPresent(row.key()).delete(row.key());
        while (mine.commit(batch)
            instanceof CommitOutcome.Unknown<ApprovalRow, NoStatics>(var reason)) {
          if (deadline.passed()) {
            throw new StoreUnavailableException(Effect.UNKNOWN, reason);
          }
        }
      }
      if (page.next() == null) {
        return;
      }
    }
  }
}

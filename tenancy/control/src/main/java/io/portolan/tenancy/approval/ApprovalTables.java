package io.portolan.tenancy.approval;

import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of approvals. A store that keeps them is opened with {@link #ALL}. */
public final class ApprovalTables {
  /** What was decided stays to be looked at for so long; for ever it is in the audit log. */
  private static final Duration KEPT = Duration.ofDays(7);

  /** One partition a tenant. */
  record Everything() {}

  /** Names an approval: a digest of whose and what action it is. */
  record ApprovalId(String approvalId) {}

  /**
   * An approval that was asked for.
   *
   * @param status of {@link Approval.Status}
   * @param goodUntil up to when the status means something
   * @param version grows with each change
   */
  record ApprovalRow(
      ApprovalId key,
      String status,
      Instant goodUntil,
      long version,
      String principal,
      String credential,
      String itemKind,
      String server,
      String requestedAction,
      String riskLevel,
      String rule,
      String argumentsSha256,
      String arguments,
      Instant requestedTs,
      @Nullable String approver,
      @Nullable String approverRole,
      @Nullable String decisionRationale,
      @Nullable Instant decidedTs) {}

  static final SerialTable<Everything, ApprovalId, ApprovalRow, NoStatics> APPROVALS =
      Declaration.of("approval_event", Everything.class, ApprovalId.class, ApprovalRow.class)
          .expiringAfter(KEPT)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(APPROVALS);

  private ApprovalTables() {}
}

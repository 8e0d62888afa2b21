package io.portolan.tenancy.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Approvals;
import io.portolan.tenancy.approval.Approval.Status;
import io.portolan.tenancy.approval.ApprovalTables.ApprovalId;
import io.portolan.tenancy.approval.ApprovalTables.ApprovalRow;
import io.portolan.tenancy.approval.ApprovalTables.Everything;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.SerialPartition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * One row for each exact action of each principal: whoever asks twice finds the first question. Every
 * change is a batch on condition of the version that was read, so of two calls one uses an approval.
 */

/** Approvals as rows of their tenant. Thread-safe; blocks on the store. */
public final class StoredApprovals implements Approvals {
  /** Longer arguments cannot be approved of: nobody could look at them. */
  public static final int ARGUMENTS_BYTES_MAX = 32 << 10;

  /** Most actions of one principal that wait for a decision. */
  public static final int WAITING_OF_PRINCIPAL_MAX = 100;

  /** Most actions of one tenant that wait for a decision. */
  public static final int WAITING_MAX = 2_000;

  /** Longest text that goes with a decision, in characters. */
  public static final int RATIONALE_CHARS_MAX = 2_000;

  private static final int PAGE = 500;
  private static final SerialPartition<ApprovalId, ApprovalRow, NoStatics> ALL =
      ApprovalTables.APPROVALS.at(new Everything());

  private final Store store;
  private final ApprovalSettings settings;
  private final InstantSource clock;

  /**
   * Approvals.
   *
   * @param store opened with {@link ApprovalTables#ALL}
   */
  public StoredApprovals(Store store, ApprovalSettings settings, InstantSource clock) {
    this.store = store;
    this.settings = settings;
    this.clock = clock;
  }

  // ---- who asks

  @Override
  public Answer redeem(Action action, Deadline deadline) throws InterruptedException {
    if (action.arguments().getBytes(UTF_8).length > ARGUMENTS_BYTES_MAX) {
      return new Answer.TooLong(ARGUMENTS_BYTES_MAX);
    }
    try {
      return redeem(action, store.at(action.caller().tenant(), deadline), deadline);
    } catch (StoreUnavailableException e) {
      return new Answer.Unavailable(String.valueOf(e.getMessage()));
    }
  }

  private Answer redeem(Action action, TenantStore tables, Deadline deadline)
      throws InterruptedException {
    var key = new ApprovalId(id(action));
    while (true) {
      var now = clock.instant();
      var found = tables.get(ALL, key).orElse(null);
      var status = found == null ? Status.EXPIRED : status(found, now);
      Answer answer;
      ApprovalRow next;
      switch (status) {
        case PENDING -> {
          return new Answer.Pending(key.approvalId(), goodUntil(found));
        }
        case REJECTED -> {
          return new Answer.Rejected(key.approvalId(), rationale(found), goodUntil(found));
        }
        case APPROVED -> {
          next = with(found, Status.USED, goodUntil(found));
          answer = new Answer.Approved(key.approvalId());
        }
        case USED, EXPIRED -> {
          var full = full(tables, action.caller().principal().subject(), now);
          if (full != null) {
            return full;
          }
          next = asked(key, action, now, found == null ? 0 : found.version() + 1);
          answer = new Answer.Pending(key.approvalId(), next.goodUntil());
        }
        default -> throw new IllegalStateException("no such status: " + status);
      }
      if (isWritten(tables, next, found, deadline)) {
        return answer;
      }
    }
  }

  private static Instant goodUntil(@Nullable ApprovalRow row) {
    return row == null ? Instant.EPOCH : row.goodUntil();
  }

  private static String rationale(@Nullable ApprovalRow row) {
    var said = row == null ? null : row.decisionRationale();
    return said == null ? "" : said;
  }

  private @Nullable Answer full(TenantStore tables, String principal, Instant now)
      throws InterruptedException {
    var waiting = 0;
    var own = 0;
    for (var row : rows(tables)) {
      if (status(row, now) == Status.PENDING) {
        waiting++;
        own += row.principal().equals(principal) ? 1 : 0;
      }
    }
    return own >= WAITING_OF_PRINCIPAL_MAX
        ? new Answer.Full(WAITING_OF_PRINCIPAL_MAX)
        : waiting >= WAITING_MAX ? new Answer.Full(WAITING_MAX) : null;
  }

  private ApprovalRow asked(ApprovalId key, Action action, Instant now, long version) {
    var item = action.item();
    return new ApprovalRow(
        key,
        Status.PENDING.name(),
        now.plus(settings.pending()),
        version,
        action.caller().principal().subject(),
        action.caller().credential(),
        item.kind().label(),
        item.server(),
        item.name(),
        item.risk().name(),
        action.rule(),
        action.argumentsHash(),
        action.arguments(),
        now,
        null,
        null,
        null,
        null);
  }

  @Override
  public void giveBack(TenantId tenant, String id, Deadline deadline) throws InterruptedException {
    var tables = store.at(tenant, deadline);
    while (true) {
      var row = tables.get(ALL, new ApprovalId(id)).orElse(null);
      if (row == null
          || !row.status().equals(Status.USED.name())
          || isWritten(tables, with(row, Status.APPROVED, row.goodUntil()), row, deadline)) {
        return;
      }
    }
  }

  // ---- who decides

  /** What became of a decision. */
  public sealed interface Decided {
    /** It holds. */
    record Done(Approval approval) implements Decided {}

    /** The tenant has no such approval. */
    record Unknown() implements Decided {}

    /** Nobody asks for it any more: it was decided already, or too late. */
    record Over(Status status) implements Decided {}

    /** Nobody approves of what they asked for themselves. */
    record OwnRequest() implements Decided {}
  }

  /**
   * Who decides what.
   *
   * @param approver the approver's subject
   * @param role by which they may
   * @param verdict {@link Status#APPROVED} or {@link Status#REJECTED}
   * @param rationale why; at most {@value #RATIONALE_CHARS_MAX} characters
   */
  public record Verdict(String approver, String role, Status verdict, String rationale) {
    public Verdict {
      if (verdict != Status.APPROVED && verdict != Status.REJECTED) {
        throw new IllegalArgumentException("expected APPROVED or REJECTED, not " + verdict);
      }
      if (rationale.length() > RATIONALE_CHARS_MAX) {
        throw new IllegalArgumentException(
            "the rationale has %d characters, more than %d"
                .formatted(rationale.length(), RATIONALE_CHARS_MAX));
      }
    }
  }

  /**
   * Decides.
   *
   * @throws StoreUnavailableException when the store does not answer
   */
  public Decided decide(TenantId tenant, String id, Verdict verdict, Deadline deadline)
      throws InterruptedException {
    var tables = store.at(tenant, deadline);
    while (true) {
      var now = clock.instant();
      var row = isId(id) ? tables.get(ALL, new ApprovalId(id)).orElse(null) : null;
      if (row == null) {
        return new Decided.Unknown();
      }
      var status = status(row, now);
      if (status != Status.PENDING) {
        return new Decided.Over(status);
      }
      if (row.principal().equals(verdict.approver())) {
        return new Decided.OwnRequest();
      }
      var holds = verdict.verdict() == Status.APPROVED ? settings.approved() : settings.rejected();
      var next = decided(row, verdict, now, now.plus(holds));
      if (isWritten(tables, next, row, deadline)) {
        return new Decided.Done(approval(next, now));
      }
    }
  }

  /** One approval; empty when the tenant has none with this id. */
  public Optional<Approval> find(TenantId tenant, String id, Deadline deadline)
      throws InterruptedException {
    if (!isId(id)) {
      return Optional.empty();
    }
    return store
        .at(tenant, deadline)
        .get(ALL, new ApprovalId(id))
        .map(row -> approval(row, clock.instant()));
  }

  /** All approvals of the last seven days, or those of one status. */
  public List<Approval> list(TenantId tenant, @Nullable Status status, Deadline deadline)
      throws InterruptedException {
    var now = clock.instant();
    var found = new ArrayList<Approval>();
    for (var row : rows(store.at(tenant, deadline))) {
      if (status == null || status(row, now) == status) {
        found.add(approval(row, now));
      }
    }
    return found;
  }

  // ---- rows

  private static boolean isId(String text) {
    return text.length() == 32 && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }

  private static List<ApprovalRow> rows(TenantStore tables) throws InterruptedException {
    var all = new ArrayList<ApprovalRow>();
    String token = null;
    do {
      var page = tables.slice(ALL, Slice.<ApprovalId>all(PAGE).after(token));
      all.addAll(page.rows());
      token = page.next();
    } while (token != null);
    return all;
  }

  private static Status status(ApprovalRow row, Instant now) {
    var status = Status.valueOf(row.status());
    return status != Status.USED && row.goodUntil().isBefore(now) ? Status.EXPIRED : status;
  }

  private static Approval approval(ApprovalRow row, Instant now) {
    var approver = row.approver();
    var role = row.approverRole();
    var at = row.decidedTs();
    return new Approval(
        row.key().approvalId(),
        status(row, now),
        row.goodUntil(),
        new Approval.Requested(
            row.principal(),
            row.credential(),
            row.itemKind(),
            row.server(),
            row.requestedAction(),
            row.riskLevel(),
            row.rule(),
            row.argumentsSha256(),
            row.arguments(),
            row.requestedTs()),
        approver == null || role == null || at == null
            ? null
            : new Approval.Decision(approver, role, rationale(row), at));
  }

  private static ApprovalRow with(@Nullable ApprovalRow row, Status status, Instant goodUntil) {
    if (row == null) {
      throw new IllegalStateException("there is no row to change");
    }
    return new ApprovalRow(
        row.key(),
        status.name(),
        goodUntil,
        row.version() + 1,
        row.principal(),
        row.credential(),
        row.itemKind(),
        row.server(),
        row.requestedAction(),
        row.riskLevel(),
        row.rule(),
        row.argumentsSha256(),
        row.arguments(),
        row.requestedTs(),
        row.approver(),
        row.approverRole(),
        row.decisionRationale(),
        row.decidedTs());
  }

  private static ApprovalRow decided(
      ApprovalRow row, Verdict verdict, Instant now, Instant goodUntil) {
    return new ApprovalRow(
        row.key(),
        verdict.verdict().name(),
        goodUntil,
        row.version() + 1,
        row.principal(),
        row.credential(),
        row.itemKind(),
        row.server(),
        row.requestedAction(),
        row.riskLevel(),
        row.rule(),
        row.argumentsSha256(),
        row.arguments(),
        row.requestedTs(),
        verdict.approver(),
        verdict.role(),
        verdict.rationale(),
        now);
  }

  /** False when somebody else was faster, and all must be read again. */
  private static boolean isWritten(
      TenantStore tables, ApprovalRow next, @Nullable ApprovalRow before, Deadline deadline)
      throws InterruptedException {
    var batch = Batch.in(ALL, UUID.randomUUID());
    batch =
        before == null
            ? batch.ifAbsent(next.key())
            : batch.ifRow(next.key(), "version", before.version());
    batch = batch.put(next);
    while (true) {
      switch (tables.commit(batch)) {
        case CommitOutcome.Applied<ApprovalRow, NoStatics> _ -> {
          return true;
        }
        case CommitOutcome.Conflict<ApprovalRow, NoStatics> _ -> {
          return false;
        }
        case CommitOutcome.Unknown<ApprovalRow, NoStatics>(var reason) -> {
          if (deadline.passed()) {
            throw new StoreUnavailableException(Effect.UNKNOWN, reason);
          }
        }
      }
    }
  }

  /** A digest of whose and what action it is. */
  private static String id(Action action) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part :
          List.of(
              action.caller().tenant().value(),
              action.caller().principal().subject(),
              action.item().kind().label(),
              action.item().server(),
              action.item().name(),
              action.argumentsHash())) {
        var bytes = part.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

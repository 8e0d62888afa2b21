package io.portolan.tenancy.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.Approvals.Action;
import io.portolan.tenancy.access.Approvals.Answer;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.approval.Approval.Status;
import io.portolan.tenancy.approval.StoredApprovals.Decided;
import io.portolan.tenancy.approval.StoredApprovals.Verdict;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.testkit.Fault;
import io.portolan.tenancy.store.testkit.FaultPlan;
import io.portolan.tenancy.store.testkit.FaultyStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class StoredApprovalsTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId OTHER = new TenantId("other");
  private static final Instant START = Instant.parse("2026-11-21T17:00:00Z");
  private static final String ARGUMENTS = "{\"path\":\"/a\"}";

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  @TempDir private Path directory;
  private Store store;
  private StoredApprovals approvals;

  @BeforeEach
  void open() throws Exception {
    store = EmbeddedStore.open(directory, new Schema(ApprovalTables.ALL), InstantSource.system());
    approvals = on(store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private StoredApprovals on(Store other) {
    InstantSource clock = now::get;
    return new StoredApprovals(other, ApprovalSettings.DEFAULT, clock);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(1));
  }

  private static Action action(TenantId tenant, String subject, String arguments) {
    var caller =
        new Caller(new Principal(tenant, subject), "key:k", null, Set.of(), Set.of(), Set.of());
    var item = new Item(ItemKind.TOOL, "files", "drop", Risk.L3);
    return new Action(caller, item, "ask first", "hash of " + arguments, arguments);
  }

  private static Action dave() {
    return action(ACME, "dave", ARGUMENTS);
  }

  private Answer redeem(Action action) throws InterruptedException {
    return approvals.redeem(action, soon());
  }

  private String pending(Action action) throws InterruptedException {
    return ((Answer.Pending) redeem(action)).id();
  }

  private Decided decide(String id, String approver, Status verdict) throws InterruptedException {
    return approvals.decide(
        ACME, id, new Verdict(approver, "approver", verdict, "as agreed"), soon());
  }

  private static void isDone(Decided decided) {
    assertThat(decided).isInstanceOf(Decided.Done.class);
  }

  @Test
  void anApprovalIsUsedOnceAndOnlyByWhoAskedForIt() throws Exception {
    var id = pending(dave());
    assertThat(redeem(dave())).isEqualTo(new Answer.Pending(id, START.plus(Duration.ofDays(1))));
    isDone(decide(id, "ann", Status.APPROVED));

    assertThat(redeem(action(ACME, "eve", ARGUMENTS))).isInstanceOf(Answer.Pending.class);
    assertThat(redeem(action(OTHER, "dave", ARGUMENTS))).isInstanceOf(Answer.Pending.class);
    assertThat(redeem(action(ACME, "dave", "{}"))).isInstanceOf(Answer.Pending.class);
    assertThat(redeem(dave())).isEqualTo(new Answer.Approved(id));
    assertThat(redeem(dave())).isInstanceOf(Answer.Pending.class);
  }

  @Test
  void whoApprovesSeesTheExactArgumentsAndItsOwnTenantOnly() throws Exception {
    var id = pending(dave());
    var found = approvals.find(ACME, id, soon()).orElseThrow();
    assertThat(found.requested().arguments()).isEqualTo(ARGUMENTS);
    assertThat(found.requested().principal()).isEqualTo("dave");
    assertThat(found.requested().server()).isEqualTo("files");
    assertThat(found.requested().action()).isEqualTo("drop");
    assertThat(found.requested().risk()).isEqualTo("L3");
    assertThat(found.requested().rule()).isEqualTo("ask first");
    assertThat(approvals.list(ACME, Status.PENDING, soon())).containsExactly(found);
    assertThat(approvals.find(OTHER, id, soon())).isEmpty();
    assertThat(approvals.list(OTHER, null, soon())).isEmpty();
    var verdict = new Verdict("ann", "approver", Status.APPROVED, "");
    assertThat(approvals.decide(OTHER, id, verdict, soon())).isEqualTo(new Decided.Unknown());
    assertThat(decide("nonsense", "ann", Status.APPROVED)).isEqualTo(new Decided.Unknown());
  }

  @Test
  void nobodyApprovesOfTheirOwnRequest() throws Exception {
    var id = pending(dave());
    assertThat(decide(id, "dave", Status.APPROVED)).isEqualTo(new Decided.OwnRequest());
    assertThat(redeem(dave())).isInstanceOf(Answer.Pending.class);
  }

  @Test
  void aRejectionHoldsForAWhileAndSaysWhy() throws Exception {
    var id = pending(dave());
    isDone(decide(id, "ann", Status.REJECTED));
    assertThat(decide(id, "ann", Status.APPROVED)).isEqualTo(new Decided.Over(Status.REJECTED));
    assertThat(redeem(dave()))
        .isEqualTo(new Answer.Rejected(id, "as agreed", START.plus(Duration.ofMinutes(15))));
    now.set(START.plus(Duration.ofMinutes(16)));
    assertThat(redeem(dave())).isInstanceOf(Answer.Pending.class);
  }

  @Test
  void whatIsNotDecidedOrUsedInTimeIsOver() throws Exception {
    var id = pending(dave());
    now.set(START.plus(Duration.ofDays(1)).plusSeconds(1));
    assertThat(decide(id, "ann", Status.APPROVED)).isEqualTo(new Decided.Over(Status.EXPIRED));
    assertThat(pending(dave())).isEqualTo(id);
    isDone(decide(id, "ann", Status.APPROVED));
    now.set(now.get().plus(Duration.ofMinutes(15)).plusSeconds(1));
    assertThat(redeem(dave())).isInstanceOf(Answer.Pending.class);
  }

  @Test
  void whatWasNotDoneIsGivenBack() throws Exception {
    var id = pending(dave());
    isDone(decide(id, "ann", Status.APPROVED));
    assertThat(redeem(dave())).isEqualTo(new Answer.Approved(id));
    approvals.giveBack(ACME, id, soon());
    approvals.giveBack(ACME, id, soon());
    assertThat(redeem(dave())).isEqualTo(new Answer.Approved(id));
    assertThat(approvals.find(ACME, id, soon()).orElseThrow().status()).isEqualTo(Status.USED);
    approvals.giveBack(OTHER, id, soon());
    assertThat(redeem(dave())).isInstanceOf(Answer.Pending.class);
  }

  @Test
  void ofManyCallsAtOnceOneUsesTheApproval() throws Exception {
    var id = pending(dave());
    isDone(decide(id, "ann", Status.APPROVED));
    Callable<Answer> call = () -> redeem(dave());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = threads.invokeAll(IntStream.range(0, 32).mapToObj(_ -> call).toList());
      var approved = 0;
      for (var answer : answers) {
        approved += answer.get() instanceof Answer.Approved ? 1 : 0;
      }
      assertThat(approved).isEqualTo(1);
    }
  }

  @Test
  void faultsOfTheStoreNeverLetACallThroughTwice() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      var faulty = on(new FaultyStore(store, new FaultPlan(seed, EnumSet.allOf(Fault.class), 0.3)));
      var action = action(ACME, "seed" + seed, ARGUMENTS);
      var id = pending(action);
      isDone(decide(id, "ann", Status.APPROVED));
      var approved = 0;
      for (int i = 0; i < 20; i++) {
        approved += faulty.redeem(action, soon()) instanceof Answer.Approved ? 1 : 0;
      }
      assertThat(approved).as("seed %d", seed).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void aCallerCanAskForSoManyAtATime() throws Exception {
    for (int i = 0; i < StoredApprovals.WAITING_OF_PRINCIPAL_MAX; i++) {
      var _ = pending(action(ACME, "dave", "{\"n\":" + i + "}"));
    }
    assertThat(redeem(dave())).isEqualTo(new Answer.Full(StoredApprovals.WAITING_OF_PRINCIPAL_MAX));
    assertThat(redeem(action(ACME, "eve", ARGUMENTS))).isInstanceOf(Answer.Pending.class);
  }

  @Test
  void whatIsTooLongToBeLookedAtCannotBeApproved() throws Exception {
    var longest = StoredApprovals.ARGUMENTS_BYTES_MAX;
    assertThat(redeem(action(ACME, "dave", "x".repeat(longest))))
        .isInstanceOf(Answer.Pending.class);
    assertThat(redeem(action(ACME, "dave", "x".repeat(longest + 1))))
        .isEqualTo(new Answer.TooLong(longest));
    var rationale = "x".repeat(StoredApprovals.RATIONALE_CHARS_MAX + 1);
    assertThatThrownBy(() -> new Verdict("ann", "approver", Status.APPROVED, rationale))
        .hasMessageContaining("2001 characters, more than 2000");
  }
}

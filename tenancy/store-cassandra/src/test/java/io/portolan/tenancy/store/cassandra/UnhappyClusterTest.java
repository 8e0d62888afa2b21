package io.portolan.tenancy.store.cassandra;

import static com.datastax.oss.simulacron.common.codec.ConsistencyLevel.LOCAL_QUORUM;
import static com.datastax.oss.simulacron.common.codec.ConsistencyLevel.LOCAL_SERIAL;
import static com.datastax.oss.simulacron.common.stubbing.PrimeDsl.noResult;
import static com.datastax.oss.simulacron.common.stubbing.PrimeDsl.overloaded;
import static com.datastax.oss.simulacron.common.stubbing.PrimeDsl.readTimeout;
import static com.datastax.oss.simulacron.common.stubbing.PrimeDsl.rows;
import static com.datastax.oss.simulacron.common.stubbing.PrimeDsl.unavailable;
import static com.datastax.oss.simulacron.common.stubbing.PrimeDsl.void_;
import static com.datastax.oss.simulacron.common.stubbing.PrimeDsl.writeTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.simulacron.common.codec.WriteType;
import com.datastax.oss.simulacron.common.result.Result;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.StatementMetrics;
import io.portolan.tenancy.store.StatementMetrics.Ending;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.store.cassandra.StubCql.Answer;
import io.portolan.tenancy.store.cassandra.StubCql.Request;
import io.portolan.tenancy.store.cassandra.StubCql.Seen;
import io.portolan.tenancy.store.testkit.KitTables;
import io.portolan.tenancy.store.testkit.KitTables.Entry;
import io.portolan.tenancy.store.testkit.KitTables.Event;
import io.portolan.tenancy.store.testkit.KitTables.Head;
import io.portolan.tenancy.store.testkit.KitTables.Position;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Seq;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What callers hear of a cluster that times out, has too few replicas, too much to do, or has
 * forgotten a statement; and what is sent again, and what never.
 */
@SuppressWarnings("NullAway.Init")
class UnhappyClusterTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final Duration LONG = Duration.ofMinutes(2);

  /** For what never ends well. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  private static final UUID OWN = new UUID(0x4000, 1);
  private static final UUID OTHER = new UUID(0x4000, 2);
  private static final Event EVENT =
      new Event(new Seq(1), new UUID(0x4000, 3), "step", Bytes.of("x"));
  private static final Entry ENTRY = new Entry(new Position(1, "n"), 7);

  private final List<Ending> endings = new CopyOnWriteArrayList<>();
  private StubCql stub;
  private CqlSession session;
  private Cluster cluster;

  @BeforeEach
  void connect() {
    stub = new StubCql(2);
    var settings =
        new CassandraSettings(
            stub.contactPoints(),
            StubCql.DATACENTER,
            "portolan",
            Map.of(StubCql.DATACENTER, 2),
            _ -> StubCql.DATACENTER,
            Duration.ofSeconds(60));
    session = CassandraSchema.connect(settings);
    StatementMetrics metrics = (_, _, ending, _) -> endings.add(ending);
    var statements = new Statements(session, settings.requestTimeout(), metrics);
    cluster = new Cluster(settings, KitTables.SCHEMA, statements, new Turns());
  }

  @AfterEach
  void stop() {
    CassandraStore.close(session);
    stub.close();
  }

  private TenantStore tables(Duration time) {
    return new CassandraTenantStore(TENANT, Deadline.in(time), cluster);
  }

  private CommitOutcome<Event, Head> commit(Duration time) throws InterruptedException {
    return tables(time)
        .commit(
            Batch.in(KitTables.RUN_LOG.at(new Run(OWN)), OWN)
                .ifNoStatics()
                .statics(new Head(1, 1, "me"))
                .put(EVENT));
  }

  private void put(Duration time) throws InterruptedException {
    tables(time).put(KitTables.ASCENDING.at(new Topic("topic")), ENTRY);
  }

  private Effect effectOfPut(Duration time) {
    return catchThrowableOfType(StoreUnavailableException.class, () -> put(time)).effect();
  }

  private static Answer answer(Result result) {
    return result::toActions;
  }

  private static Answer applied(boolean applied) {
    return answer(rows().row("[applied]", applied).columnTypes("[applied]", "boolean").build());
  }

  private static Answer timedOut(WriteType type) {
    return answer(writeTimeout(LOCAL_QUORUM, 1, 2, type));
  }

  private static Answer eventOf(UUID batch) {
    return answer(
        rows()
            .row(
                "seq", 1L,
                "event_id", EVENT.eventId(),
                "type", EVENT.type(),
                "data", ByteBuffer.wrap(new byte[] {'x'}),
                "batch_id", batch)
            .columnTypes(
                "seq", "bigint",
                "event_id", "uuid",
                "type", "varchar",
                "data", "blob",
                "batch_id", "uuid")
            .build());
  }

  private static Answer headOf(UUID batch, String owner) {
    return answer(
        rows()
            .row("head_seq", 1L, "epoch", 1L, "owner", owner, "last_batch_id", batch)
            .columnTypes(
                "head_seq",
                "bigint",
                "epoch",
                "bigint",
                "owner",
                "varchar",
                "last_batch_id",
                "uuid")
            .build());
  }

  private static Answer nothing() {
    return answer(rows().columnTypes("seq", "bigint").build());
  }

  private static Answer entry() {
    return answer(
        rows()
            .row("day", 1, "name", "n", "value", 7L)
            .columnTypes("day", "int", "name", "varchar", "value", "bigint")
            .build());
  }

  @Test
  void aTransactionThatTimedOutIsFoundByItsId() throws Exception {
    stub.answers(Request.BATCH, timedOut(WriteType.CAS));
    stub.answers(Request.ROW, eventOf(OWN));
    stub.answers(Request.STATICS, headOf(OTHER, "later"));

    assertThat(commit(LONG)).isEqualTo(new CommitOutcome.Applied<>());
    assertThat(stub.seen(Request.BATCH)).hasSize(1);
  }

  @Test
  void aTransactionThatTimedOutAndLostIsAConflict() throws Exception {
    stub.answers(Request.BATCH, timedOut(WriteType.CAS));
    stub.answers(Request.ROW, eventOf(OTHER));
    stub.answers(Request.STATICS, headOf(OTHER, "other"));

    assertThat(commit(LONG))
        .isEqualTo(new CommitOutcome.Conflict<>(new Head(1, 1, "other"), List.of(EVENT)));
    assertThat(stub.seen(Request.BATCH)).hasSize(1);
  }

  @Test
  void aTransactionOfWhichNothingIsThereIsSentAgainUnderItsId() throws Exception {
    stub.answers(Request.BATCH, timedOut(WriteType.CAS), applied(true));
    stub.answers(Request.ROW, nothing());
    stub.answers(Request.STATICS, nothing());

    assertThat(commit(LONG)).isEqualTo(new CommitOutcome.Applied<>());
    assertThat(values(stub.seen(Request.BATCH))).hasSize(2).containsOnly(batchValues());
  }

  private static List<List<List<ByteBuffer>>> values(List<Seen> batches) {
    return batches.stream()
        .map(seen -> ((com.datastax.oss.protocol.internal.request.Batch) seen.message()).values)
        .toList();
  }

  private List<List<ByteBuffer>> batchValues() {
    return values(stub.seen(Request.BATCH)).getFirst();
  }

  @Test
  void aSerialReadThatTimesOutIsSentAgain() throws Exception {
    stub.answers(Request.BATCH, timedOut(WriteType.CAS));
    stub.answers(
        Request.ROW,
        answer(readTimeout(LOCAL_SERIAL, 1, 2, false)),
        timedOut(WriteType.CAS),
        eventOf(OWN));
    stub.answers(Request.STATICS, answer(readTimeout(LOCAL_SERIAL, 1, 2, false)), nothing());

    assertThat(commit(LONG)).isEqualTo(new CommitOutcome.Applied<>());
  }

  @Test
  void whatNoReadSettlesIsUnknown() throws Exception {
    stub.answers(Request.BATCH, timedOut(WriteType.CAS));
    stub.answers(Request.ROW, answer(readTimeout(LOCAL_SERIAL, 1, 2, false)));

    assertThat(commit(LONG)).isInstanceOf(CommitOutcome.Unknown.class);
    assertThat(stub.seen(Request.BATCH)).hasSize(1);
  }

  @Test
  void aTransactionWithoutAnAnswerIsUnknownAndWasSentToOneNodeOnce() throws Exception {
    commitOnce();
    stub.answers(Request.BATCH, answer(noResult()));
    stub.answers(Request.ROW, nothing());
    stub.answers(Request.STATICS, nothing());

    assertThat(commit(SHORT)).isInstanceOf(CommitOutcome.Unknown.class);
    assertThat(stub.seen(Request.BATCH)).hasSize(2);
  }

  /** So that nothing has to be prepared within the short time of what comes. */
  private void commitOnce() throws Exception {
    stub.answers(Request.BATCH, applied(true));
    assertThat(commit(LONG)).isEqualTo(new CommitOutcome.Applied<>());
  }

  @Test
  void tooFewReplicasForATransactionMeanThatNothingHappened() {
    stub.answers(Request.BATCH, answer(unavailable(LOCAL_SERIAL, 2, 1)));

    var refused = catchThrowableOfType(StoreUnavailableException.class, () -> commit(LONG));

    assertThat(refused.effect()).isEqualTo(Effect.NONE);
    assertThat(stub.seen(Request.ROW)).isEmpty();
    assertThat(endings).contains(Ending.UNAVAILABLE);
  }

  @Test
  void tooFewReplicasAfterATimeOutLeaveItUnknown() throws Exception {
    stub.answers(Request.BATCH, timedOut(WriteType.CAS), answer(unavailable(LOCAL_SERIAL, 2, 1)));
    stub.answers(Request.ROW, nothing());
    stub.answers(Request.STATICS, nothing());

    assertThat(commit(LONG)).isInstanceOf(CommitOutcome.Unknown.class);
  }

  @Test
  void anOverloadedNodesTransactionIsReadBeforeItIsSentAgain() throws Exception {
    stub.answers(Request.BATCH, answer(overloaded("no")), applied(true));
    stub.answers(Request.ROW, nothing());
    stub.answers(Request.STATICS, nothing());

    assertThat(commit(LONG)).isEqualTo(new CommitOutcome.Applied<>());
    assertThat(stub.seen(Request.BATCH)).hasSize(2);
    assertThat(stub.seen(Request.ROW)).isNotEmpty();
  }

  @Test
  void aPlainWriteThatTimedOutMayHaveHappened() {
    stub.answers(Request.WRITE, timedOut(WriteType.SIMPLE));

    assertThat(effectOfPut(LONG)).isEqualTo(Effect.UNKNOWN);
    assertThat(endings).containsExactly(Ending.TIMED_OUT);
  }

  @Test
  void tooFewReplicasForAPlainWriteMeanThatNothingHappened() {
    stub.answers(Request.WRITE, answer(unavailable(LOCAL_QUORUM, 2, 1)));

    assertThat(effectOfPut(LONG)).isEqualTo(Effect.NONE);
    assertThat(endings).containsExactly(Ending.UNAVAILABLE);
  }

  @Test
  void anOverloadedNodesPlainWriteGoesToAnother() throws Exception {
    stub.answers(Request.WRITE, answer(overloaded("no")), answer(void_()));

    put(LONG);

    assertThat(stub.seen(Request.WRITE)).extracting(Seen::node).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void overloadedNodesMayHaveWritten() {
    stub.answers(Request.WRITE, answer(overloaded("no")));

    assertThat(effectOfPut(LONG)).isEqualTo(Effect.UNKNOWN);
    assertThat(endings).containsExactly(Ending.FAILED);
  }

  @Test
  void aForgottenStatementIsPreparedAgain() throws Exception {
    stub.answers(Request.WRITE, Answer.unprepared(), answer(void_()));

    put(LONG);

    assertThat(stub.seen(Request.WRITE)).hasSize(2);
    assertThat(endings).containsExactly(Ending.ANSWERED);
  }

  @Test
  void aReadThatWaitsIsSentToASecondNode() throws Exception {
    stub.answers(Request.ROW, answer(noResult()), entry());

    var found = tables(LONG).get(KitTables.ASCENDING.at(new Topic("topic")), ENTRY.key());

    assertThat(found).contains(ENTRY);
    assertThat(stub.seen(Request.ROW).subList(0, 2)).extracting(Seen::node).doesNotHaveDuplicates();
  }

  @Test
  void aWriteThatWaitsIsSentToNoSecondNode() throws Exception {
    stub.answers(Request.WRITE, answer(void_()));
    put(LONG);
    stub.answers(Request.WRITE, answer(noResult()));

    assertThat(effectOfPut(SHORT)).isEqualTo(Effect.UNKNOWN);
    assertThat(stub.seen(Request.WRITE)).hasSize(2);
  }

  @Test
  void aReadThatTimesOutSaysSo() {
    stub.answers(Request.ROW, answer(readTimeout(LOCAL_QUORUM, 1, 2, false)));

    var failed =
        catchThrowableOfType(
            StoreUnavailableException.class,
            () -> tables(LONG).get(KitTables.ASCENDING.at(new Topic("topic")), ENTRY.key()));

    assertThat(failed.effect()).isEqualTo(Effect.NONE);
    assertThat(endings).containsExactly(Ending.TIMED_OUT);
  }
}

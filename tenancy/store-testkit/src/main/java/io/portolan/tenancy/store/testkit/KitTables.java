package io.portolan.tenancy.store.testkit;

import io.portolan.tenancy.store.Blobs;
import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Order;
import io.portolan.tenancy.store.QuorumTable;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tables of the contract: shaped like those of the areas, with the fields of L2 and L3. */
public final class KitTables {
  /** How a run stands. */
  public enum Status {
    RUNNING,
    SUCCESS,
    FAILURE
  }

  /** Partition key of what is about one run. */
  public record Run(UUID runId) {}

  /** A run, as requirement L2 names its fields. */
  public record AgentRun(
      Only key,
      String workflowId,
      @Nullable String agentId,
      Status status,
      Instant startTs,
      @Nullable Instant endTs,
      double cost,
      String traceId) {}

  /** One row a partition. */
  public static final QuorumTable<Run, Only, AgentRun> AGENT_RUN =
      Declaration.of("agent_run", Run.class, Only.class, AgentRun.class).quorum();

  /** Clustering key of a call. */
  public record Call(UUID callId) {}

  /** A tool call, as requirement L3 names its fields. */
  public record ToolCall(
      Call key,
      String toolId,
      Bytes inputHash,
      String policyDecision,
      @Nullable Status executionStatus,
      @Nullable String outputRef,
      long latencyMs) {}

  /** Rows of a run in the order of their ids. */
  public static final QuorumTable<Run, Call, ToolCall> TOOL_CALL =
      Declaration.of("tool_call", Run.class, Call.class, ToolCall.class).quorum();

  /** Partition key with every type that a key may have. */
  public record Everywhere(String text, long number, int small, Instant at, UUID id, Bytes raw) {}

  /** Clustering key with every type that a key may have. */
  public record Place(String cText, long cNumber, int cSmall, Instant cAt, UUID cId, Bytes cRaw) {}

  /** A row with every type. */
  public record Anything(
      Place key,
      @Nullable String string,
      @Nullable Long maybeNumber,
      long bigNumber,
      int smallNumber,
      boolean flag,
      @Nullable Boolean maybeFlag,
      double real,
      @Nullable Instant moment,
      @Nullable UUID uuid,
      @Nullable Bytes bytes,
      Status status) {}

  /** Every type everywhere. */
  public static final QuorumTable<Everywhere, Place, Anything> ANYTHING =
      Declaration.of("anything", Everywhere.class, Place.class, Anything.class).quorum();

  /** Partition key of a topic. */
  public record Topic(String topic) {}

  /** Newest first. */
  public record Position(int day, String name) {}

  /** A row to slice. */
  public record Entry(Position key, long value) {}

  /** Ascends. */
  public static final QuorumTable<Topic, Position, Entry> ASCENDING =
      Declaration.of("entries_up", Topic.class, Position.class, Entry.class).quorum();

  /** Descends. */
  public static final QuorumTable<Topic, Position, Entry> DESCENDING =
      Declaration.of("entries_down", Topic.class, Position.class, Entry.class)
          .clustered(Order.DESCENDING)
          .quorum();

  /** Rows live this long: the shortest a table may say, twice, for slow machines. */
  public static final Duration SHORT = Duration.ofSeconds(2);

  /** Rows vanish. */
  public static final QuorumTable<Topic, Position, Entry> SHORT_LIVED =
      Declaration.of("entries_short", Topic.class, Position.class, Entry.class)
          .expiringAfter(SHORT)
          .quorum();

  /** Rows stay longer than any test. */
  public static final QuorumTable<Topic, Position, Entry> LONG_LIVED =
      Declaration.of("entries_long", Topic.class, Position.class, Entry.class)
          .expiringAfter(Duration.ofHours(1))
          .quorum();

  /** Clustering key of an event. */
  public record Seq(long seq) {}

  /** An event of a run. */
  public record Event(Seq key, UUID eventId, String type, Bytes data) {}

  /** The head of a run's log. */
  public record Head(long headSeq, long epoch, @Nullable String owner) {}

  /** A run's log, of which the head is compared. */
  public static final SerialTable<Run, Seq, Event, Head> RUN_LOG =
      Declaration.of("run_log", Run.class, Seq.class, Event.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, Head.class);

  /** The same, decided by all regions. */
  public static final SerialTable<Run, Seq, Event, Head> REGION_LOG =
      Declaration.of("region_log", Run.class, Seq.class, Event.class)
          .serial(Consistency.SERIAL_EVERYWHERE, Head.class);

  /** Partition key of an effect. */
  public record IdemKey(String idemKey) {}

  /** A claimed effect. */
  public record Effect(Only key, String state, long epoch, @Nullable String resultRef) {}

  /** One row a partition, claimed by whoever is first. */
  public static final SerialTable<IdemKey, Only, Effect, NoStatics> EFFECT =
      Declaration.of("effect", IdemKey.class, Only.class, Effect.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);

  /** A claim that somebody may have, for a while. */
  public static final SerialTable<IdemKey, Only, Effect, NoStatics> LEASE =
      Declaration.of("lease", IdemKey.class, Only.class, Effect.class)
          .expiringAfter(SHORT)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);

  /** All of them, and the blobs. */
  public static final Schema SCHEMA = schema();

  private KitTables() {}

  private static Schema schema() {
    var tables =
        new ArrayList<Table<?, ?, ?>>(
            List.of(
                AGENT_RUN,
                TOOL_CALL,
                ANYTHING,
                ASCENDING,
                DESCENDING,
                SHORT_LIVED,
                LONG_LIVED,
                RUN_LOG,
                REGION_LOG,
                EFFECT,
                LEASE));
    tables.addAll(Blobs.TABLES);
    return new Schema(tables);
  }
}

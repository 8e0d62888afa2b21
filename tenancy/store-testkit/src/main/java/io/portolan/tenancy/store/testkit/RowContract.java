package io.portolan.tenancy.store.testkit;

import static io.portolan.tenancy.store.testkit.KitTables.AGENT_RUN;
import static io.portolan.tenancy.store.testkit.KitTables.ANYTHING;
import static io.portolan.tenancy.store.testkit.KitTables.ASCENDING;
import static io.portolan.tenancy.store.testkit.KitTables.TOOL_CALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.Bytes;
import io.portolan.tenancy.store.Limits;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.testkit.KitTables.AgentRun;
import io.portolan.tenancy.store.testkit.KitTables.Anything;
import io.portolan.tenancy.store.testkit.KitTables.Call;
import io.portolan.tenancy.store.testkit.KitTables.Entry;
import io.portolan.tenancy.store.testkit.KitTables.Everywhere;
import io.portolan.tenancy.store.testkit.KitTables.Place;
import io.portolan.tenancy.store.testkit.KitTables.Position;
import io.portolan.tenancy.store.testkit.KitTables.Run;
import io.portolan.tenancy.store.testkit.KitTables.Status;
import io.portolan.tenancy.store.testkit.KitTables.ToolCall;
import io.portolan.tenancy.store.testkit.KitTables.Topic;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Single rows: written, read, replaced, deleted, and never seen by another tenant. */
public abstract class RowContract extends StoreContract {
  private static final Run RUN = new Run(new UUID(4, 5));

  /** Made by JUnit. */
  protected RowContract() {}

  private static AgentRun agentRun(Status status, double cost) {
    return new AgentRun(
        new Only(),
        "triage",
        "agent-7",
        status,
        Instant.parse("2026-11-21T13:00:00.123Z"),
        null,
        cost,
        "0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void aRowIsReadAsItWasWritten() throws Exception {
    var written = agentRun(Status.RUNNING, 0.25);
    tables().put(AGENT_RUN.at(RUN), written);

    assertThat(tables().get(AGENT_RUN.at(RUN), new Only())).contains(written);
  }

  @Test
  void whatWasNeverWrittenIsNotThere() throws Exception {
    assertThat(tables().get(AGENT_RUN.at(RUN), new Only())).isEmpty();
    assertThat(tables().slice(ASCENDING.at(new Topic("none")), Slice.all(10)).rows()).isEmpty();
  }

  @Test
  void everyTypeComesBackAtItsExtremes() throws Exception {
    var where =
        new Everywhere(
            "größer/'\"\\",
            Long.MIN_VALUE,
            -1,
            Instant.EPOCH,
            new UUID(0x4000, -1),
            Bytes.of("raw"));
    var highest =
        new Anything(
            new Place(
                "日本語 \uD83D\uDE80",
                Long.MAX_VALUE,
                Integer.MAX_VALUE,
                Instant.parse("9999-12-31T23:59:59.999Z"),
                new UUID(-1, -1),
                Bytes.of(new byte[] {0, -1, 127})),
            "",
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Integer.MIN_VALUE,
            true,
            false,
            -0.5e-300,
            Instant.parse("0000-01-01T00:00:00Z"),
            new UUID(0, 0),
            Bytes.of(new byte[0]),
            Status.FAILURE);
    var empty =
        new Anything(
            new Place("a", 0, 0, Instant.EPOCH, new UUID(0x4000, 0), Bytes.of("k")),
            null,
            null,
            0,
            0,
            false,
            null,
            0,
            null,
            null,
            null,
            Status.SUCCESS);

    tables().put(ANYTHING.at(where), highest);
    tables().put(ANYTHING.at(where), empty);

    assertThat(tables().get(ANYTHING.at(where), highest.key())).contains(highest);
    assertThat(tables().get(ANYTHING.at(where), empty.key())).contains(empty);
    assertThat(tables().slice(ANYTHING.at(where), Slice.all(10)).rows())
        .containsExactly(empty, highest);
  }

  @Test
  void aTimeIsCutToMilliseconds() throws Exception {
    var precise = Instant.parse("2026-11-21T13:00:00.123456789Z");
    var key = new Place("a", 0, 0, precise, new UUID(0x4000, 0), Bytes.of("k"));
    var where = new Everywhere("t", 1, 1, precise, new UUID(0x4000, 1), Bytes.of("r"));
    tables()
        .put(
            ANYTHING.at(where),
            new Anything(
                key, null, null, 0, 0, false, null, 0, precise, null, null, Status.SUCCESS));

    var read = tables().get(ANYTHING.at(where), key).orElseThrow();

    assertThat(read.moment()).isEqualTo(Instant.parse("2026-11-21T13:00:00.123Z"));
    assertThat(read.key().cAt()).isEqualTo(read.moment());
  }

  @Test
  void putReplacesTheWholeRow() throws Exception {
    var call = new Call(new UUID(0x4000, 9));
    tables()
        .put(
            TOOL_CALL.at(RUN),
            new ToolCall(call, "search", Bytes.of("hash"), "allow", Status.SUCCESS, "blob", 12));
    var second = new ToolCall(call, "search", Bytes.of("hash2"), "deny", null, null, 0);
    tables().put(TOOL_CALL.at(RUN), second);

    assertThat(tables().get(TOOL_CALL.at(RUN), call)).contains(second);
  }

  @Test
  void aDeletedRowIsGoneAndDeletingAgainChangesNothing() throws Exception {
    tables().put(AGENT_RUN.at(RUN), agentRun(Status.RUNNING, 1));
    tables().delete(AGENT_RUN.at(RUN), new Only());
    tables().delete(AGENT_RUN.at(RUN), new Only());

    assertThat(tables().get(AGENT_RUN.at(RUN), new Only())).isEmpty();

    tables().put(AGENT_RUN.at(RUN), agentRun(Status.SUCCESS, 2));
    assertThat(tables().get(AGENT_RUN.at(RUN), new Only())).contains(agentRun(Status.SUCCESS, 2));
  }

  @Test
  void oneTenantNeverSeesAnother() throws Exception {
    var other = store().at(newTenant(), soon());
    var topic = ASCENDING.at(new Topic("shared name"));
    tables().put(AGENT_RUN.at(RUN), agentRun(Status.RUNNING, 1));
    tables().put(topic, new Entry(new Position(1, "mine"), 1));
    other.put(topic, new Entry(new Position(1, "theirs"), 2));

    assertThat(other.get(AGENT_RUN.at(RUN), new Only())).isEmpty();
    assertThat(other.slice(topic, Slice.all(10)).rows())
        .containsExactly(new Entry(new Position(1, "theirs"), 2));

    other.delete(AGENT_RUN.at(RUN), new Only());
    other.delete(topic, new Position(1, "mine"));
    assertThat(tables().get(AGENT_RUN.at(RUN), new Only())).isPresent();
    assertThat(tables().slice(topic, Slice.all(10)).rows())
        .containsExactly(new Entry(new Position(1, "mine"), 1));
  }

  @Test
  void aRowOfTheLargestSizeIsKeptAndALargerOneRefused() throws Exception {
    var fixed = 16 + "t".length() + "allow".length() + 16;
    var largest = largeCall(Limits.ROW_BYTES_MAX - fixed);
    tables().put(TOOL_CALL.at(RUN), largest);
    assertThat(tables().get(TOOL_CALL.at(RUN), largest.key())).contains(largest);

    var tables = tables();
    var tooLarge = largeCall(Limits.ROW_BYTES_MAX - fixed + 1);
    assertThatThrownBy(() -> tables.put(TOOL_CALL.at(RUN), tooLarge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than " + Limits.ROW_BYTES_MAX);
  }

  private static ToolCall largeCall(int hashBytes) {
    var id = new UUID(0x4000, hashBytes);
    return new ToolCall(new Call(id), "t", Bytes.of(new byte[hashBytes]), "allow", null, null, 1);
  }

  @Test
  void aKeyOfTheLargestSizeIsKeptAndALargerOrEmptyOneRefused() throws Exception {
    var longest = new Topic("k".repeat(Limits.KEY_VALUE_BYTES_MAX));
    tables().put(ASCENDING.at(longest), new Entry(new Position(1, "a"), 7));
    assertThat(tables().get(ASCENDING.at(longest), new Position(1, "a"))).isPresent();

    for (var wrong :
        new String[] {
          "k".repeat(Limits.KEY_VALUE_BYTES_MAX + 1), "", "nul\0", "half\uD83D", "half\uDE80"
        }) {
      assertThatThrownBy(() -> ASCENDING.at(new Topic(wrong)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

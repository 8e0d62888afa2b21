package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.audit.AuditTables.Anchor;
import io.portolan.tenancy.audit.AuditTables.OfShard;
import io.portolan.tenancy.audit.Retention.Outcome;
import io.portolan.tenancy.audit.Verification.Broken;
import io.portolan.tenancy.audit.Verification.ShardReport;
import io.portolan.tenancy.audit.Verification.Whole;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chain of thirty records, one a minute, in segments of ten. */
@SuppressWarnings("NullAway.Init")
class RetentionTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory;
  private Store store;
  private Retention retention;

  @BeforeEach
  void write() throws Exception {
    store = Chains.open(directory);
    retention = new Retention(store, Chains.ACME, Chains.CLOCK);
    append(1, 30);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void append(int from, int until) throws InterruptedException {
    var settings =
        new AuditSettings(
            100,
            100,
            Duration.ofMillis(1),
            4,
            Duration.ofMinutes(5),
            10,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1));
    try (var log = Chains.log(store, settings)) {
      for (int i = from; i <= until; i++) {
        var event = Chains.event(Chains.ACME, i);
        var at =
            new AuditEvent(
                BEGIN.plus(Duration.ofMinutes(i)),
                event.caller(),
                event.action(),
                event.verdict(),
                event.phase(),
                event.trace());
        Chains.require(log.before(at, Chains.soon()));
      }
    }
  }

  @Test
  void whatIsLeftOfAChainIsVerifiedFromItsAnchorOnAndGoesOn() throws Exception {
    var kept =
        Chains.export(store, Chains.ACME).stream()
            .map(Checkpoint::parse)
            .flatMap(Optional::stream)
            .toList();
    assertThat(removeFirst(13)).isEqualTo(new Outcome.Removed(13));
    assertThat(removeFirst(13)).as("again").isEqualTo(new Outcome.Removed(0));
    assertThat(verified(kept)).containsExactly(new ShardReport(Chains.SHARD, 14, 30, 30, 11));
    append(31, 33);
    assertThat(removeFirst(21)).isEqualTo(new Outcome.Removed(8));
    assertThat(verified(kept).getFirst().firstSeq()).isEqualTo(22);
    assertThat(verified(kept).getFirst().lastSeq()).isEqualTo(33);
    assertThat(Chains.export(store, Chains.ACME).stream().filter(l -> l.startsWith("{\"event\":")))
        .hasSize(12)
        .allMatch(line -> !line.contains("\"call_id\":\"call-21\""));
  }

  @Test
  void theNewestBlockStays() throws Exception {
    assertThat(removeFirst(1000)).isEqualTo(new Outcome.Removed(29));
    assertThat(verified(List.of()).getFirst().firstSeq()).isEqualTo(30);
    append(31, 31);
    assertThat(verified(List.of()).getFirst().lastSeq()).isEqualTo(31);
  }

  @Test
  void nothingIsRemovedUnderALegalHold() throws Exception {
    retention.hold("case 42");
    assertThat(removeFirst(13)).isEqualTo(new Outcome.Held("case 42", Chains.CLOCK.instant()));
    assertThat(verified(List.of()).getFirst().firstSeq()).isEqualTo(1);
    retention.release();
    assertThat(removeFirst(13)).isEqualTo(new Outcome.Removed(13));
  }

  @Test
  void aBeginningThatIsRemovedWithoutTheKeyIsFound() throws Exception {
    var forger = AuditKeys.of(new byte[40]);
    assertThat(retention.removeBefore(BEGIN.plus(Duration.ofMinutes(14)), forger))
        .isInstanceOf(Outcome.Removed.class);
    assertThat(Chains.verify(store)).isInstanceOf(Broken.class);
  }

  @Test
  void anAnchorThatIsTakenAwayIsMissed() throws Exception {
    removeFirst(13);
    store
        .at(Chains.ACME, Chains.soon())
        .delete(AuditTables.ANCHORS.at(new OfShard(Chains.SHARD)), new Only());
    assertThat(Chains.verify(store))
        .isInstanceOfSatisfying(Broken.class, found -> assertThat(found.seq()).isEqualTo(1));
  }

  @Test
  void anAnchorWithoutTheRemovalVerifiesAndTheNextRemovalTakesTheRest() throws Exception {
    var tables = store.at(Chains.ACME, Chains.soon());
    var twelfth =
        Chains.export(store, Chains.ACME).stream()
            .flatMap(line -> RecordLine.parse(line).stream())
            .filter(parsed -> parsed.seq() == 12)
            .findFirst()
            .orElseThrow();
    var signed =
        Checkpoint.sign(
            Checkpoint.Kind.ANCHOR,
            Chains.KEYS,
            Chains.ACME,
            Chains.SHARD,
            new ChainHead(12, twelfth.line().hash()),
            Chains.CLOCK.instant());
    tables.put(
        AuditTables.ANCHORS.at(new OfShard(Chains.SHARD)),
        new Anchor(
            new Only(), 1, 12, signed.hash(), signed.at(), signed.keyId(), signed.signature()));
    assertThat(verified(List.of()).getFirst().firstSeq()).isEqualTo(13);
    assertThat(removeFirst(15)).isEqualTo(new Outcome.Removed(3));
    assertThat(verified(List.of()).getFirst().firstSeq()).isEqualTo(16);
  }

  private Outcome removeFirst(int records) throws InterruptedException {
    return retention.removeBefore(BEGIN.plus(Duration.ofMinutes(records + 1)), Chains.KEYS);
  }

  private List<ShardReport> verified(List<Checkpoint> kept) throws InterruptedException {
    var found = Chains.verify(store, Chains.ACME, kept);
    assertThat(found).isInstanceOf(Whole.class);
    return ((Whole) found).shards();
  }
}

package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.audit.AuditTables.Block;
import io.portolan.tenancy.audit.AuditTables.First;
import io.portolan.tenancy.audit.AuditTables.Head;
import io.portolan.tenancy.audit.AuditTables.Segment;
import io.portolan.tenancy.audit.AuditTables.Seq;
import io.portolan.tenancy.audit.AuditTables.ShardName;
import io.portolan.tenancy.audit.AuditTables.Signed;
import io.portolan.tenancy.audit.Verification.Broken;
import io.portolan.tenancy.audit.Verification.Whole;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.TenantStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody who can write to the store changes a chain of 25 records, signed at 10, 20 and 25; each
 * record is a row of its own. {@code faults.md} 32.
 */
@SuppressWarnings("NullAway.Init")
class ChainVerifierTest {
  private static final int RECORDS = 25;
  private static final Segment SEGMENT = new Segment(Chains.SHARD, 0);

  @TempDir private Path directory;
  private Store store;

  @BeforeEach
  void write() throws Exception {
    store = Chains.open(directory);
    Chains.write(store, Chains.ACME, RECORDS);
    assertThat(Chains.verify(store)).isInstanceOf(Whole.class);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anEditedRecordIsFound() throws Exception {
    var records = records();
    records.set(16, records.get(16).replace("alice", "malice"));
    rewrite(records);
    assertThat(broken()).isEqualTo(17L);
  }

  @Test
  void anEditedHashIsFound() throws Exception {
    var records = records();
    var line = RecordLine.parse(records.get(4)).orElseThrow().line();
    records.set(4, new RecordLine(line.event(), ChainHash.next(line.hash(), "x")).text());
    rewrite(records);
    assertThat(broken()).isEqualTo(5L);
  }

  @Test
  void aDeletedRecordIsFound() throws Exception {
    var records = records();
    records.remove(11);
    rewrite(records);
    assertThat(broken()).isEqualTo(12L);
  }

  @Test
  void recordsInAnotherOrderAreFound() throws Exception {
    var records = records();
    records.add(7, records.remove(8));
    rewrite(records);
    assertThat(broken()).isEqualTo(8L);
  }

  @Test
  void anInsertedRecordIsFound() throws Exception {
    var records = records();
    records.add(3, records.get(2));
    rewrite(records);
    assertThat(broken()).isEqualTo(4L);
  }

  @Test
  void aRecordThatIsNoneIsFound() throws Exception {
    var records = records();
    records.set(20, "gone");
    rewrite(records);
    assertThat(broken()).isEqualTo(21L);
  }

  @Test
  void anEditWithAllHashesMadeAgainIsFoundByTheNextCheckpoint() throws Exception {
    rewrite(chainedAgain(records(), 12));
    assertThat(broken()).as("the first record behind the last checkpoint that fits").isEqualTo(11L);
  }

  @Test
  void aChainCutBehindACheckpointIsFound() throws Exception {
    rewrite(records().subList(0, 22));
    assertThat(broken()).as("there is a checkpoint of record 25").isEqualTo(23L);
  }

  @Test
  void aChainCutWithItsCheckpointsIsFoundByOneKeptElsewhere() throws Exception {
    var kept = exported();
    rewrite(records().subList(0, 20));
    tables().delete(AuditTables.CHECKPOINTS.at(SEGMENT), new Seq(25));
    assertThat(Chains.verify(store)).as("nothing here tells").isInstanceOf(Whole.class);
    assertThat(Chains.verify(store, Chains.ACME, kept))
        .isInstanceOfSatisfying(Broken.class, broken -> assertThat(broken.seq()).isEqualTo(21));
  }

  @Test
  void aChainThatIsGoneIsFoundByACheckpointKeptElsewhere() throws Exception {
    var kept = exported();
    tables().delete(AuditTables.SHARDS.at(new AuditTables.All()), new ShardName(Chains.SHARD));
    assertThat(Chains.verify(store, Chains.ACME, kept))
        .isInstanceOfSatisfying(Broken.class, broken -> assertThat(broken.seq()).isEqualTo(1));
  }

  @Test
  void aForgedCheckpointIsFound() throws Exception {
    rewrite(chainedAgain(records(), 15));
    var forger =
        AuditKeys.of("the forger has another secret, of course".getBytes(StandardCharsets.UTF_8));
    for (long seq : new long[] {20, 25}) {
      var hash = RecordLine.parse(records().get((int) seq - 1)).orElseThrow().line().hash();
      var signed =
          Checkpoint.sign(
              Checkpoint.Kind.CHECKPOINT,
              forger,
              Chains.ACME,
              Chains.SHARD,
              new ChainHead(seq, hash),
              Chains.CLOCK.instant());
      tables()
          .put(
              AuditTables.CHECKPOINTS.at(SEGMENT),
              new Signed(new Seq(seq), hash, signed.at(), Chains.KEYS.keyId(), signed.signature()));
    }
    assertThat(broken()).isEqualTo(20L);
  }

  @Test
  void aCheckpointMovedToAnotherRecordIsFound() throws Exception {
    var partition = AuditTables.CHECKPOINTS.at(SEGMENT);
    var signed = tables().get(partition, new Seq(10)).orElseThrow();
    tables()
        .put(
            partition,
            new Signed(new Seq(9), signed.hash(), signed.at(), signed.keyId(), signed.signature()));
    assertThat(broken()).isEqualTo(9L);
  }

  @Test
  void aRowEditedBehindTheStoresBackIsFound() throws Exception {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
        var statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE audit_block SET records = replace(records, 'alice', 'malice')"
                      + " WHERE first_seq = 14"))
          .isEqualTo(1);
    }
    assertThat(broken()).isEqualTo(14L);
  }

  /** One character anywhere in any record, and that record is named. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyChangedCharacterIsFound(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var whole = records();
    for (int round = 0; round < 10; round++) {
      var records = new ArrayList<>(whole);
      var at = random.nextInt(records.size());
      var text = new StringBuilder(records.get(at));
      var character = random.nextInt(text.length());
      text.setCharAt(character, text.charAt(character) == 'x' ? 'y' : 'x');
      records.set(at, text.toString());
      rewrite(records);
      assertThat(broken()).as("seed %d, round %d", seed, round).isEqualTo(at + 1L);
    }
  }

  private TenantStore tables() {
    return store.at(Chains.ACME, Chains.soon());
  }

  private Long broken() throws Exception {
    var found = Chains.verify(store);
    assertThat(found).isInstanceOf(Broken.class);
    return ((Broken) found).seq();
  }

  private List<Checkpoint> exported() throws Exception {
    return Chains.export(store, Chains.ACME).stream()
        .map(Checkpoint::parse)
        .flatMap(Optional::stream)
        .toList();
  }

  private List<String> records() throws Exception {
    return new ArrayList<>(
        tables().slice(AuditTables.BLOCKS.at(SEGMENT), Slice.all(1000)).rows().stream()
            .flatMap(block -> block.records().lines())
            .toList());
  }

  /** The records with one of them edited and all hashes from there on as if it had been so. */
  private static List<String> chainedAgain(List<String> records, int edited) {
    var head = ChainHead.before(Chains.ACME, Chains.SHARD);
    var again = new ArrayList<String>();
    for (var line : records) {
      var event = RecordLine.parse(line).orElseThrow().line().event();
      var told = again.size() + 1 == edited ? event.replace("alice", "malice") : event;
      head = head.then(told);
      again.add(new RecordLine(told, head.hash()).text());
    }
    return again;
  }

  /** Has these records in the store instead, one a row, and a head that fits. */
  private void rewrite(List<String> records) throws Exception {
    var partition = AuditTables.BLOCKS.at(SEGMENT);
    var before = tables().statics(partition).orElseThrow();
    var last = RecordLine.parse(records.getLast());
    var hash = last.isPresent() ? last.get().line().hash() : before.headHash();
    var batch =
        Batch.in(partition, UUID.randomUUID())
            .ifStatic("head_seq", before.headSeq())
            .statics(new Head(records.size(), hash));
    for (int i = 0; i < Math.max(records.size(), before.headSeq()); i++) {
      var first = new First(i + 1L);
      batch =
          i < records.size()
              ? batch.put(new Block(first, i + 1L, records.get(i)))
              : batch.delete(first);
    }
    assertThat(tables().commit(batch)).isInstanceOf(CommitOutcome.Applied.class);
  }
}

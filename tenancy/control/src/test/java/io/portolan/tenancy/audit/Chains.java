package io.portolan.tenancy.audit;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TraceContext;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.embedded.StoreRefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What the tests of the chain write and read. */
final class Chains {
  static final TenantId ACME = new TenantId("acme");
  static final TenantId OTHER = new TenantId("other");
  static final String SHARD = "gateway";
  static final Schema SCHEMA = new Schema(AuditTables.ALL);
  static final AuditKeys KEYS = AuditKeys.of(new byte[32]);
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T16:00:00.123Z"));

  private Chains() {}

  static EmbeddedStore open(Path directory) throws StoreRefusedException {
    return EmbeddedStore.open(directory, SCHEMA, InstantSource.system());
  }

  static AuditSettings settings() {
    return new AuditSettings(
        10_000,
        10_000,
        Duration.ofMillis(1),
        10,
        Duration.ofMinutes(5),
        1_000,
        Duration.ofSeconds(30),
        Duration.ofMinutes(1));
  }

  static StoredAuditLog log(Store store, AuditSettings settings) {
    return new StoredAuditLog(store, SHARD, KEYS, settings, CLOCK);
  }

  static AuditEvent event(TenantId tenant, int number) {
    return new AuditEvent(
        CLOCK.instant(),
        new Caller(
            new Principal(tenant, "alice"), "key:k1", "agent-1", Set.of(), Set.of(), Set.of()),
        new Action("call-" + number, "tools/call", "files", "read", "hmac-sha256:00"),
        new Verdict(AuditEvent.Effect.ALLOW, "rule-7"),
        new Phase.Ended("ok", 1_234_567),
        new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  }

  static Deadline soon() {
    return Deadline.in(Duration.ofMinutes(1));
  }

  /** A chain of so many records in blocks of one, signed every ten records and at the end. */
  static void write(Store store, TenantId tenant, int records) throws InterruptedException {
    try (var log = log(store, settings())) {
      for (int i = 1; i <= records; i++) {
        require(log.before(event(tenant, i), soon()));
      }
    }
  }

  static void require(AuditLog.Before outcome) {
    if (!(outcome instanceof AuditLog.Before.Recorded)) {
      throw new AssertionError(outcome.toString());
    }
  }

  static Verification verify(Store store, TenantId tenant, Collection<Checkpoint> kept)
      throws InterruptedException {
    return ChainVerifier.verify(store, tenant, KEYS.publicKey(), kept);
  }

  static Verification verify(Store store) throws InterruptedException {
    return verify(store, ACME, List.of());
  }

  /** The lines of an export. */
  static List<String> export(Store store, TenantId tenant) throws Exception {
    var out = new StringBuilder();
    ChainExport.write(store, tenant, KEYS.publicKey(), out);
    return new ArrayList<>(out.toString().lines().toList());
  }
}

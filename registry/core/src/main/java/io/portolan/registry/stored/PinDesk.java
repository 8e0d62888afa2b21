package io.portolan.registry.stored;

import io.portolan.registry.pin.Observed;
import io.portolan.registry.pin.Observed.Kind;
import io.portolan.registry.pin.Pin;
import io.portolan.registry.pin.Suspicion;
import io.portolan.registry.stored.PinTables.ItemKey;
import io.portolan.registry.stored.PinTables.Of;
import io.portolan.registry.stored.PinTables.PinRow;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what servers offer and what people approved of. Thread-safe; all methods block on the
 * store, until the deadline, and throw its exceptions.
 */
public final class PinDesk {
  /** Longest definition that can be approved, in bytes. */
  public static final int DEFINITION_BYTES_MAX = 200 << 10;

  /** Most things of one server; what it offers beyond them cannot be approved. */
  public static final int PINS_MAX = 50_000;

  private static final int BATCH_ROWS = 50;
  private static final int BATCH_CHARACTERS = 300_000;
  private static final int PAGE_ROWS = 100;
  private static final int NAME_BYTES_MAX = 512;
  private static final String FIRST_SIGHT = "first sight";

  private final Store store;
  private final InstantSource clock;
  private final int pinsMax;

  /**
   * @param store opened with {@link PinTables#ALL}
   */
  public PinDesk(Store store, InstantSource clock) {
    this(store, clock, PINS_MAX);
  }

  PinDesk(Store store, InstantSource clock, int pinsMax) {
    this.store = store;
    this.clock = clock;
    this.pinsMax = pinsMax;
  }

  /** What becomes of something that was never seen before. */
  public enum FirstSight {
    /** It waits for an approval. */
    QUARANTINE,
    /** It is approved, unless it is suspicious. */
    APPROVE
  }

  /** What came of a decision. */
  public sealed interface Decided {
    /** It is approved as it was looked at. */
    record Done(Pin pin) implements Decided {}

    /** It is another one by now; nobody has looked at that. */
    record Moved(Pin pin) implements Decided {}

    /** The server never offered it. */
    record Unknown() implements Decided {}
  }

  /** The pins of a server. */
  public List<Pin> pins(TenantId tenant, String server, Deadline deadline)
      throws InterruptedException {
    var found = new ArrayList<Pin>();
    for (var row : rows(tenant, server, deadline)) {
      found.add(pin(row));
    }
    return found;
  }

  /**
   * Takes in what a server offers now. What it offers no more is forgotten, unless somebody
   * approved of it.
   *
   * @return what is new, or another than it was when it was seen last
   */
  public List<Pin> observe(
      TenantId tenant,
      String server,
      List<Observed> offered,
      FirstSight firstSight,
      Deadline deadline)
      throws InterruptedException {
    var gone = known(tenant, server, deadline);
    var count = gone.size();
    var writes = new LinkedHashMap<ItemKey, Moved>();
    for (var each : offered) {
      var key = key(each.kind(), each.name());
      var row = gone.remove(key);
      var fresh = writes.containsKey(key) ? null : afterLook(row, each, firstSight);
      if (fresh != null && !fresh.equals(row) && (row != null || ++count <= pinsMax)) {
        writes.put(key, new Moved(row, fresh));
      }
    }
    for (var row : gone.values()) {
      if (row.approvedSha256() == null) {
        writes.put(row.key(), new Moved(row, null));
      }
    }
    return committed(tenant, server, List.copyOf(writes.values()), deadline);
  }

  /**
   * Approves of what a server offers as it is offered now, but for what is suspicious.
   *
   * @param by who does
   */
  public void approveOffered(
      TenantId tenant, String server, List<Observed> offered, String by, Deadline deadline)
      throws InterruptedException {
    var isDone = false;
    while (!isDone) {
      var writes = approvals(known(tenant, server, deadline), offered, by);
      isDone = committed(tenant, server, writes, deadline).size() == writes.size();
      if (!isDone && deadline.passed()) {
        throw new StoreUnavailableException(Effect.UNKNOWN, "others write the same pins");
      }
    }
  }

  private List<Moved> approvals(Map<ItemKey, PinRow> known, List<Observed> offered, String by) {
    var count = known.size();
    var writes = new LinkedHashMap<ItemKey, Moved>();
    for (var each : offered) {
      var before = known.get(key(each.kind(), each.name()));
      var row = afterLook(before, each, FirstSight.QUARANTINE);
      if (row != null
          && !isSuspicious(row)
          && !row.seenSha256().equals(row.approvedSha256())
          && (before != null || ++count <= pinsMax)) {
        writes.putIfAbsent(row.key(), new Moved(before, approved(row, by)));
      }
    }
    return List.copyOf(writes.values());
  }

  private static boolean isSuspicious(PinRow row) {
    return new Suspicion(row.score(), List.of()).isSuspicious();
  }

  /** How much of what a server offers would not be in force, if it were looked at now. */
  public int waiting(
      TenantId tenant,
      String server,
      List<Observed> offered,
      FirstSight firstSight,
      Deadline deadline)
      throws InterruptedException {
    var known = known(tenant, server, deadline);
    var waiting = 0;
    for (var each : offered) {
      var row = afterLook(known.get(key(each.kind(), each.name())), each, firstSight);
      if (row == null || !row.seenSha256().equals(row.approvedSha256())) {
        waiting++;
      }
    }
    return waiting;
  }

  /** The row as a look would leave it; null of what cannot be kept or compared. */
  private @Nullable PinRow afterLook(
      @Nullable PinRow before, Observed offered, FirstSight firstSight) {
    if (!isKept(offered)) {
      return null;
    }
    try {
      var sha256 = offered.sha256();
      return before != null && before.seenSha256().equals(sha256)
          ? before
          : seen(before, offered, sha256, firstSight);
    } catch (IllegalArgumentException _) {
      return null; // it cannot be compared, so it cannot be approved
    }
  }

  private static boolean isKept(Observed offered) {
    return offered.json().length() <= DEFINITION_BYTES_MAX
        && offered.json().getBytes(StandardCharsets.UTF_8).length <= DEFINITION_BYTES_MAX;
  }

  /** A row before and after a change; {@code after} is null where it is deleted. */
  private record Moved(@Nullable PinRow before, @Nullable PinRow after) {
    int characters() {
      return after == null
          ? 0
          : after.seen().length() + (after.approved() == null ? 0 : after.approved().length());
    }
  }

  /** Some rows at a time; where another process was faster with one of those, one after another. */
  private List<Pin> committed(TenantId tenant, String server, List<Moved> writes, Deadline deadline)
      throws InterruptedException {
    var done = new ArrayList<Pin>();
    var some = new ArrayList<Moved>();
    var characters = 0;
    for (var each : writes) {
      if (some.size() == BATCH_ROWS || characters + each.characters() > BATCH_CHARACTERS) {
        commitSome(tenant, server, some, done, deadline);
        some.clear();
        characters = 0;
      }
      some.add(each);
      characters += each.characters();
    }
    commitSome(tenant, server, some, done, deadline);
    return done;
  }

  private void commitSome(
      TenantId tenant, String server, List<Moved> some, List<Pin> done, Deadline deadline)
      throws InterruptedException {
    if (some.isEmpty()) {
      return;
    }
    if (committedAtOnce(tenant, server, some, deadline)) {
      some.stream().map(Moved::after).filter(Objects::nonNull).forEach(row -> done.add(pin(row)));
    } else if (some.size() > 1) {
      for (var each : some) {
        commitSome(tenant, server, List.of(each), done, deadline);
      }
    }
  }

  /** The row of what is new, or another than it was. */
  private PinRow seen(
      @Nullable PinRow before, Observed offered, String sha256, FirstSight firstSight) {
    var now = now();
    var suspicion = Suspicion.ofDefinition(offered.json());
    var trusted = before == null && firstSight == FirstSight.APPROVE && !suspicion.isSuspicious();
    return new PinRow(
        key(offered.kind(), offered.name()),
        offered.name(),
        before != null ? before.approvedSha256() : trusted ? sha256 : null,
        before != null ? before.approved() : trusted ? offered.json() : null,
        before != null ? before.approvedBy() : trusted ? FIRST_SIGHT : null,
        before != null ? before.approvedAt() : trusted ? now : null,
        sha256,
        offered.json(),
        now,
        suspicion.score(),
        String.join("\n", suspicion.reasons()),
        before == null ? 1 : before.revision() + 1);
  }

  /**
   * Approves of something as somebody looked at it.
   *
   * @param by who did
   */
  public Decided approve(
      TenantId tenant, String server, Looked looked, String by, Deadline deadline)
      throws InterruptedException {
    while (true) {
      var row = row(tenant, server, looked.kind(), looked.name(), deadline);
      if (row == null) {
        return new Decided.Unknown();
      }
      if (!row.seenSha256().equals(looked.sha256())) {
        return new Decided.Moved(pin(row));
      }
      var fresh = approved(row, by);
      if (committed(tenant, server, row, fresh, deadline)) {
        return new Decided.Done(pin(fresh));
      }
    }
  }

  /** The row with what was seen last approved of. */
  private PinRow approved(PinRow row, String by) {
    return new PinRow(
        row.key(),
        row.name(),
        row.seenSha256(),
        row.seen(),
        by,
        now(),
        row.seenSha256(),
        row.seen(),
        row.seenAt(),
        row.score(),
        row.reasons(),
        row.revision() + 1);
  }

  /** Deletes the pins of a server. Repeating it is safe. */
  public void forget(TenantId tenant, String server, Deadline deadline)
      throws InterruptedException {
    for (var row : rows(tenant, server, deadline)) {
      var _ =
          Commits.applied(
              store.at(tenant, deadline),
              Batch.in(PinTables.PINS.at(new Of(server)), UUID.randomUUID())
                  .ifPresent(row.key())
                  .delete(row.key()),
              deadline);
    }
  }

  /** What somebody looked at before they approved of it. */
  public record Looked(Kind kind, String name, String sha256) {}

  private Map<ItemKey, PinRow> known(TenantId tenant, String server, Deadline deadline)
      throws InterruptedException {
    var known = new LinkedHashMap<ItemKey, PinRow>();
    rows(tenant, server, deadline).forEach(row -> known.put(row.key(), row));
    return known;
  }

  private List<PinRow> rows(TenantId tenant, String server, Deadline deadline)
      throws InterruptedException {
    var rows = new ArrayList<PinRow>();
    var slice = Slice.<ItemKey>all(PAGE_ROWS);
    while (true) {
      var page = store.at(tenant, deadline).slice(PinTables.PINS.at(new Of(server)), slice);
      rows.addAll(page.rows());
      if (page.next() == null) {
        return rows;
      }
      slice = slice.after(page.next());
    }
  }

  private @Nullable PinRow row(
      TenantId tenant, String server, Kind kind, String name, Deadline deadline)
      throws InterruptedException {
    return store
        .at(tenant, deadline)
        .get(PinTables.PINS.at(new Of(server)), key(kind, name))
        .orElse(null);
  }

  /** As exactly as it is kept. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static ItemKey key(Kind kind, String name) {
    return new ItemKey(
        kind,
        name.length() <= NAME_BYTES_MAX / 4 && !name.isEmpty() ? name : Observed.shortName(name));
  }

  private boolean committed(
      TenantId tenant, String server, @Nullable PinRow before, PinRow fresh, Deadline deadline)
      throws InterruptedException {
    return committedAtOnce(tenant, server, List.of(new Moved(before, fresh)), deadline);
  }

  private boolean committedAtOnce(
      TenantId tenant, String server, List<Moved> writes, Deadline deadline)
      throws InterruptedException {
    var batch = Batch.in(PinTables.PINS.at(new Of(server)), UUID.randomUUID());
    for (var each : writes) {
      var before = each.before();
      var after = each.after();
      if (before != null) {
        batch = batch.ifRow(before.key(), "revision", before.revision());
      } else if (after != null) {
        batch = batch.ifAbsent(after.key());
      }
      if (after != null) {
        batch = batch.put(after);
      } else if (before != null) {
        batch = batch.delete(before.key());
      }
    }
    return Commits.applied(store.at(tenant, deadline), batch, deadline);
  }

  private static Pin pin(PinRow row) {
    var approved =
        row.approvedSha256() == null
            ? null
            : new Pin.Approved(
                row.approvedSha256(),
                Objects.requireNonNull(row.approved()),
                Objects.requireNonNull(row.approvedBy()),
                Objects.requireNonNull(row.approvedAt()));
    var reasons = row.reasons().isEmpty() ? List.<String>of() : row.reasons().lines().toList();
    return new Pin(
        row.key().kind(),
        row.name(),
        approved,
        new Pin.Seen(row.seenSha256(), row.seen(), row.seenAt()),
        new Suspicion(row.score(), reasons),
        row.revision());
  }
}

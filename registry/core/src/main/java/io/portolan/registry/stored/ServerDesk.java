package io.portolan.registry.stored;

import io.portolan.registry.Lifecycle;
import io.portolan.registry.Publication;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.ServerEntry;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Status;
import io.portolan.registry.stored.RegistryTables.All;
import io.portolan.registry.stored.RegistryTables.Change;
import io.portolan.registry.stored.RegistryTables.EntryRow;
import io.portolan.registry.stored.RegistryTables.Head;
import io.portolan.registry.stored.RegistryTables.Kind;
import io.portolan.registry.stored.RegistryTables.Named;
import io.portolan.registry.stored.RegistryTables.Of;
import io.portolan.registry.stored.RegistryTables.Slot;
import io.portolan.registry.stored.RegistryTables.VersionKey;
import io.portolan.registry.stored.RegistryTables.VersionRow;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * Name and handle are taken first, then the version is written, then the entry says that it is the
 * latest. Who is killed in between leaves a name without a version in force, or a version that is
 * not in force yet: publishing again, or any change of a status, sets the entry right.
 */

/**
 * Publishes servers, changes their status and reads them. What a method did is durable and in this
 * process' memory when it returns. Thread-safe; all methods block on the store, until the deadline,
 * and throw its exceptions.
 */
public final class ServerDesk {
  /** Most servers of a tenant, the deleted ones among them. */
  public static final int SERVERS_MAX = 10_000;

  /** Most versions of a server, the deleted ones among them. */
  public static final int VERSIONS_MAX = 200;

  /** Most entries of a page. */
  public static final int PAGE_MAX = 100;

  /** Documents are long: a page of versions stays within some megabytes. */
  private static final int VERSIONS_PAGE = 50;

  private static final int TRIES = 20;

  private final Store store;
  private final StoredServers servers;
  private final InstantSource clock;

  /**
   * @param servers looks at the same store, and has started
   */
  public ServerDesk(Store store, StoredServers servers, InstantSource clock) {
    this.store = store;
    this.servers = servers;
    this.clock = clock;
  }

  /** What came of publishing. */
  public sealed interface Published {
    /** There is a new version, in force where it is the newest. */
    record Done(ServerEntry entry, Publication publication) implements Published {}

    /** There is, or was, such a version: what it names never changes. */
    record Duplicate(ServerEntry entry) implements Published {}

    /** Another server of the tenant has the handle. */
    record HandleTaken(String handle, ServerName by) implements Published {}

    /** The server has another handle, which stays. */
    record HandleFixed(String handle) implements Published {}

    /** There are as many as there may be. */
    record Full(String what, int max) implements Published {}
  }

  /** What came of changing a status. */
  public sealed interface Changed {
    /** These versions have another status now; at least one. */
    record Done(ServerEntry entry, List<Publication> publications) implements Changed {}

    /** They had that status. */
    record Same() implements Changed {}

    /** There is no such server, or no such version. */
    record Unknown() implements Changed {}
  }

  /** Publishes a version of a new server, or of one that there is. */
  public Published publish(TenantId tenant, ServerDraft draft, Deadline deadline)
      throws InterruptedException {
    var found = row(tenant, draft.name(), deadline);
    if (found.isEmpty()) {
      if (servers.count(tenant) >= SERVERS_MAX) {
        return new Published.Full("servers", SERVERS_MAX);
      }
      var handle = draft.handleOrDefault();
      if (!taken(tenant, draft.name(), handle, deadline)) {
        var owner = owner(tenant, handle, deadline);
        if (owner.isPresent() && !owner.get().equals(draft.name())) {
          return new Published.HandleTaken(handle, owner.get());
        }
      }
      found = row(tenant, draft.name(), deadline);
    }
    var entry = found.orElseThrow(ServerDesk::busy);
    var handle = draft.handle();
    if (handle != null && !handle.equals(entry.handle())) {
      return new Published.HandleFixed(entry.handle());
    }
    return version(tenant, entry, draft, deadline);
  }

  /** Why {@link #publish} would refuse a draft now; empty when it would not. */
  public Optional<Published> wouldRefuse(TenantId tenant, ServerDraft draft, Deadline deadline)
      throws InterruptedException {
    var found = row(tenant, draft.name(), deadline);
    if (found.isEmpty()) {
      if (servers.count(tenant) >= SERVERS_MAX) {
        return Optional.of(new Published.Full("servers", SERVERS_MAX));
      }
      var handle = draft.handleOrDefault();
      return owner(tenant, handle, deadline).map(by -> new Published.HandleTaken(handle, by));
    }
    var entry = found.get();
    var handle = draft.handle();
    if (handle != null && !handle.equals(entry.handle())) {
      return Optional.of(new Published.HandleFixed(entry.handle()));
    }
    if (version(tenant, draft.name(), draft.version(), deadline).isPresent()) {
      return Optional.of(new Published.Duplicate(RegistryRows.entry(entry)));
    }
    return seen(tenant, draft.name(), deadline).size() >= VERSIONS_MAX
        ? Optional.of(new Published.Full("versions", VERSIONS_MAX))
        : Optional.empty();
  }

  private Published version(TenantId tenant, EntryRow entry, ServerDraft draft, Deadline deadline)
      throws InterruptedException {
    var name = draft.name();
    if (seen(tenant, name, deadline).size() >= VERSIONS_MAX) {
      return new Published.Full("versions", VERSIONS_MAX);
    }
    var row = RegistryRows.row(draft, entry.handle(), new Status(Lifecycle.ACTIVE, "", now()));
    var batch =
        Batch.in(RegistryTables.VERSIONS.at(new Of(name.value())), UUID.randomUUID())
            .ifAbsent(row.key())
            .put(row);
    var isNew = Commits.applied(store.at(tenant, deadline), batch, deadline);
    var now = settle(tenant, name, deadline);
    return isNew
        ? new Published.Done(now, RegistryRows.publication(name.value(), row))
        : new Published.Duplicate(now);
  }

  /** Takes a name and its handle; false when one of them is taken. */
  private boolean taken(TenantId tenant, ServerName name, String handle, Deadline deadline)
      throws InterruptedException {
    var now = now();
    var mine = new Slot(Kind.SERVER, name.value());
    var called = new Slot(Kind.HANDLE, handle);
    var batch =
        entries()
            .ifAbsent(mine)
            .ifAbsent(called)
            .put(new EntryRow(mine, name.value(), handle, null, now, now, 1))
            .put(new EntryRow(called, name.value(), handle, null, now, now, 1));
    return Commits.applied(store.at(tenant, deadline), batch, deadline);
  }

  private Optional<ServerName> owner(TenantId tenant, String handle, Deadline deadline)
      throws InterruptedException {
    return store
        .at(tenant, deadline)
        .get(RegistryTables.ENTRIES.at(new All()), new Slot(Kind.HANDLE, handle))
        .map(row -> new ServerName(row.server()));
  }

  /** Changes the status of one version. */
  public Changed setStatus(
      TenantId tenant, ServerName name, ServerVersion version, Status status, Deadline deadline)
      throws InterruptedException {
    var row =
        store
            .at(tenant, deadline)
            .get(RegistryTables.VERSIONS.at(new Of(name.value())), new VersionKey(version.value()));
    if (row.isEmpty() || row(tenant, name, deadline).isEmpty()) {
      return new Changed.Unknown();
    }
    return moved(tenant, name, List.of(row.get()), status, deadline);
  }

  /** Changes the status of all versions of a server. */
  public Changed setStatus(TenantId tenant, ServerName name, Status status, Deadline deadline)
      throws InterruptedException {
    if (row(tenant, name, deadline).isEmpty()) {
      return new Changed.Unknown();
    }
    var rows = new ArrayList<VersionRow>();
    eachVersion(tenant, name, deadline, rows::add);
    return moved(tenant, name, rows, status, deadline);
  }

  private Changed moved(
      TenantId tenant, ServerName name, List<VersionRow> rows, Status status, Deadline deadline)
      throws InterruptedException {
    var partition = RegistryTables.VERSIONS.at(new Of(name.value()));
    var changed = new ArrayList<Publication>();
    for (var row : rows) {
      var is = row.lifecycle() == status.lifecycle();
      if (is && row.statusMessage().equals(status.message())) {
        continue;
      }
      var fresh = RegistryRows.with(row, status);
      var batch =
          Batch.in(partition, UUID.randomUUID())
              .ifRow(row.key(), "revision", row.revision())
              .put(fresh);
      if (!Commits.applied(store.at(tenant, deadline), batch, deadline)) {
        throw busy();
      }
      changed.add(RegistryRows.publication(name.value(), fresh));
    }
    var entry = settle(tenant, name, deadline);
    return changed.isEmpty() ? new Changed.Same() : new Changed.Done(entry, changed);
  }

  /** A server. */
  public Optional<ServerEntry> entry(TenantId tenant, ServerName name, Deadline deadline)
      throws InterruptedException {
    return row(tenant, name, deadline).map(RegistryRows::entry);
  }

  /**
   * Servers in the order of their names, after one of them.
   *
   * @param limit 1 to {@link #PAGE_MAX}
   */
  public List<ServerEntry> page(
      TenantId tenant, @Nullable ServerName after, int limit, Deadline deadline)
      throws InterruptedException {
    var all = Slice.<Slot>all(limit).startingWith(Kind.SERVER.name());
    var slice = after == null ? all : all.above(new Slot(Kind.SERVER, after.value()));
    return store
        .at(tenant, deadline)
        .slice(RegistryTables.ENTRIES.at(new All()), slice)
        .rows()
        .stream()
        .map(RegistryRows::entry)
        .toList();
  }

  /** A version. */
  public Optional<Publication> version(
      TenantId tenant, ServerName name, ServerVersion version, Deadline deadline)
      throws InterruptedException {
    return store
        .at(tenant, deadline)
        .get(RegistryTables.VERSIONS.at(new Of(name.value())), new VersionKey(version.value()))
        .map(row -> RegistryRows.publication(name.value(), row));
  }

  /** All versions of a server, the newest first; empty of a server that there is not. */
  public List<Publication> versions(TenantId tenant, ServerName name, Deadline deadline)
      throws InterruptedException {
    var found = new ArrayList<Publication>();
    eachVersion(
        tenant, name, deadline, row -> found.add(RegistryRows.publication(name.value(), row)));
    found.sort(
        Comparator.comparing(Publication::publishedAt)
            .thenComparing(each -> each.draft().version().value())
            .reversed());
    return found;
  }

  /** What of a version says which one is in force. */
  private record Seen(ServerVersion version, Instant publishedAt, Lifecycle lifecycle) {}

  private List<Seen> seen(TenantId tenant, ServerName name, Deadline deadline)
      throws InterruptedException {
    var seen = new ArrayList<Seen>();
    eachVersion(
        tenant,
        name,
        deadline,
        row ->
            seen.add(
                new Seen(
                    new ServerVersion(row.key().version()), row.publishedAt(), row.lifecycle())));
    seen.sort(Comparator.comparing(Seen::publishedAt));
    return seen;
  }

  /**
   * As they were published one after the other, each one that follows the latest took its place.
   */
  private @Nullable String latest(TenantId tenant, ServerName name, Deadline deadline)
      throws InterruptedException {
    ServerVersion latest = null;
    for (var each : seen(tenant, name, deadline)) {
      if (each.lifecycle() != Lifecycle.DELETED
          && (latest == null || each.version().follows(latest))) {
        latest = each.version();
      }
    }
    return latest == null ? null : latest.value();
  }

  private void eachVersion(
      TenantId tenant, ServerName name, Deadline deadline, Consumer<VersionRow> action)
      throws InterruptedException {
    RegistryRows.each(
        store.at(tenant, deadline),
        RegistryTables.VERSIONS.at(new Of(name.value())),
        Slice.all(VERSIONS_PAGE),
        action);
  }

  /** Lets the entry say which version is in force, and every gateway see it. */
  private ServerEntry settle(TenantId tenant, ServerName name, Deadline deadline)
      throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      var row = row(tenant, name, deadline).orElseThrow(ServerDesk::busy);
      var latest = latest(tenant, name, deadline);
      var fresh =
          new EntryRow(
              row.key(),
              row.server(),
              row.handle(),
              latest,
              row.createdAt(),
              now(),
              row.revision() + 1);
      var batch = entries().ifRow(row.key(), "revision", row.revision()).put(fresh);
      if (Commits.applied(store.at(tenant, deadline), batch, deadline)) {
        changed(tenant, deadline);
        return RegistryRows.entry(fresh);
      }
    }
    throw busy();
  }

  private Optional<EntryRow> row(TenantId tenant, ServerName name, Deadline deadline)
      throws InterruptedException {
    return store
        .at(tenant, deadline)
        .get(RegistryTables.ENTRIES.at(new All()), new Slot(Kind.SERVER, name.value()));
  }

  private void changed(TenantId tenant, Deadline deadline) throws InterruptedException {
    var system = store.at(TenantId.SYSTEM, deadline);
    system.put(
        RegistryTables.CHANGES.at(new All()),
        new Change(new Named(tenant.value()), UUID.randomUUID()));
    system.put(RegistryTables.HEAD.at(new All()), new Head(new Only(), UUID.randomUUID()));
    servers.look();
  }

  /** As exactly as it is kept. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Batch<Slot, EntryRow, NoStatics> entries() {
    return Batch.in(RegistryTables.ENTRIES.at(new All()), UUID.randomUUID());
  }

  private static StoreUnavailableException busy() {
    return new StoreUnavailableException(Effect.NONE, "the server is changed by many at once");
  }
}

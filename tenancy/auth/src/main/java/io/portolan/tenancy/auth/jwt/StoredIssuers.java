package io.portolan.tenancy.auth.jwt;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.jwt.Issuer.TenantRule;
import io.portolan.tenancy.auth.jwt.IssuerTables.All;
import io.portolan.tenancy.auth.jwt.IssuerTables.IssuerKey;
import io.portolan.tenancy.auth.jwt.IssuerTables.IssuerRow;
import io.portolan.tenancy.store.Batch;
import io.portolan.tenancy.store.CommitOutcome;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.Only;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The issuers that tenants have of their own, in memory. What another gateway changes is seen
 * within a second. Thread-safe; changes block on the store and throw what it throws.
 */
public final class StoredIssuers implements AutoCloseable {
  /** Most issuers of a tenant. */
  public static final int ISSUERS_MAX = 10;

  /** Most issuers of all tenants. */
  public static final int ALL_MAX = 10_000;

  private static final System.Logger LOG = System.getLogger(StoredIssuers.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration READ_MAX = Duration.ofSeconds(10);
  private static final int PAGE_ROWS = 1_000;
  private static final int TRIES = 20;

  private final Store store;
  private final Consumer<List<Issuer>> listener;
  private final Thread thread = Thread.ofVirtual().name("issuers").unstarted(this::watch);
  private @Nullable UUID head; // guarded by this
  private volatile List<Issuer> known = List.of();

  /**
   * @param store opened with {@link IssuerTables#ALL}
   * @param listener learns of all issuers whenever one has changed
   */
  public StoredIssuers(Store store, Consumer<List<Issuer>> listener) {
    this.store = store;
    this.listener = listener;
  }

  /** Reads all there is, and goes on looking for changes. */
  public StoredIssuers start() throws InterruptedException {
    look();
    thread.start();
    return this;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        try {
          look();
        } catch (StoreUnavailableException | StoreDamagedException e) {
          LOG.log(System.Logger.Level.WARNING, "issuers cannot be read: " + e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // The gateway is stopping.
    }
  }

  /** Takes in what changed; nothing that serves a request waits for it. */
  synchronized void look() throws InterruptedException {
    var deadline = Deadline.in(READ_MAX);
    var newest =
        store
            .at(TenantId.SYSTEM, deadline)
            .get(IssuerTables.HEAD.at(new All()), new Only())
            .map(IssuerTables.Head::version);
    if (newest.equals(Optional.ofNullable(head))) {
      return;
    }
    var found = rows(deadline).stream().map(StoredIssuers::issuer).toList();
    known = found;
    head = newest.orElse(null);
    listener.accept(found);
  }

  private List<IssuerRow> rows(Deadline deadline) throws InterruptedException {
    var rows = new ArrayList<IssuerRow>();
    var slice = Slice.<IssuerKey>all(PAGE_ROWS);
    while (true) {
      var page =
          store.at(TenantId.SYSTEM, deadline).slice(IssuerTables.ISSUERS.at(new All()), slice);
      rows.addAll(page.rows());
      if (page.next() == null) {
        return rows;
      }
      slice = slice.after(page.next());
    }
  }

  /** The issuers of a tenant. */
  public List<Issuer> of(TenantId tenant) {
    return known.stream()
        .filter(issuer -> issuer.tenant().equals(new TenantRule.Fixed(tenant)))
        .toList();
  }

  /** What came of setting a tenant's issuers. */
  public sealed interface Replaced {
    /** It has these, and no others. */
    record Done() implements Replaced {}

    /** Another tenant has this one; nothing was changed. */
    record Taken(URI issuer) implements Replaced {}

    /** There are as many as there may be; nothing was changed. */
    record Full(int max) implements Replaced {}
  }

  /**
   * Refuses what cannot be a tenant's issuers.
   *
   * @throws IllegalArgumentException when there are too many, or two of a name or an identifier
   */
  public static void check(List<Issuer> issuers) {
    if (issuers.size() > ISSUERS_MAX) {
      throw new IllegalArgumentException(
          issuers.size() + " issuers; a tenant has at most " + ISSUERS_MAX);
    }
    var names = new HashSet<String>();
    var identifiers = new HashSet<URI>();
    for (var issuer : issuers) {
      if (!names.add(issuer.name()) || !identifiers.add(issuer.issuer())) {
        throw new IllegalArgumentException(
            "two issuers are called " + issuer.name() + ", or are " + issuer.issuer());
      }
    }
  }

  /** Gives a tenant these issuers and no others, all at once or not at all. */
  public Replaced replace(TenantId tenant, List<Issuer> issuers, Deadline deadline)
      throws InterruptedException {
    check(issuers);
    for (int i = 0; i < TRIES; i++) {
      var rows = rows(deadline);
      if (rows.size() + issuers.size() > ALL_MAX) {
        return new Replaced.Full(ALL_MAX);
      }
      var batch = Batch.in(IssuerTables.ISSUERS.at(new All()), UUID.randomUUID());
      var changes = 0;
      var wanted = new HashSet<IssuerKey>();
      for (var issuer : issuers) {
        var key = new IssuerKey(issuer.issuer().toString());
        wanted.add(key);
        var before = rows.stream().filter(row -> row.key().equals(key)).findFirst();
        if (before.isPresent() && !before.get().tenant().equals(tenant.value())) {
          return new Replaced.Taken(issuer.issuer());
        }
        batch =
            before.isPresent() ? batch.ifRow(key, "tenant", tenant.value()) : batch.ifAbsent(key);
        batch = batch.put(row(tenant, issuer));
        changes++;
      }
      for (var row : rows) {
        if (row.tenant().equals(tenant.value()) && !wanted.contains(row.key())) {
          batch = batch.ifRow(row.key(), "tenant", tenant.value()).delete(row.key());
          changes++;
        }
      }
      if (changes == 0 || committed(batch, deadline)) {
        changed(deadline);
        return new Replaced.Done();
      }
    }
    throw new StoreUnavailableException(Effect.NONE, "the issuers are changed by many at once");
  }

  private boolean committed(Batch<IssuerKey, IssuerRow, NoStatics> batch, Deadline deadline)
      throws InterruptedException {
    while (true) {
      switch (store.at(TenantId.SYSTEM, deadline).commit(batch)) {
        case CommitOutcome.Applied<IssuerRow, NoStatics> _ -> {
          return true;
        }
        case CommitOutcome.Conflict<IssuerRow, NoStatics> _ -> {
          return false;
        }
        case CommitOutcome.Unknown<IssuerRow, NoStatics>(var reason) -> {
          if (deadline.passed()) {
            throw new StoreUnavailableException(Effect.UNKNOWN, reason);
          }
        }
      }
    }
  }

  private void changed(Deadline deadline) throws InterruptedException {
    store
        .at(TenantId.SYSTEM, deadline)
        .put(IssuerTables.HEAD.at(new All()), new IssuerTables.Head(new Only(), UUID.randomUUID()));
    look();
  }

  private static IssuerRow row(TenantId tenant, Issuer issuer) {
    var claims = issuer.claims();
    var jwks = issuer.jwksUri();
    return new IssuerRow(
        new IssuerKey(issuer.issuer().toString()),
        tenant.value(),
        issuer.name(),
        jwks == null ? null : jwks.toString(),
        joined(issuer.algorithms()),
        joined(issuer.audiences()),
        claims.roles(),
        claims.teams(),
        claims.agent(),
        claims.scopes(),
        claims.required());
  }

  private static Issuer issuer(IssuerRow row) {
    var jwks = row.jwksUri();
    return new Issuer(
        row.name(),
        URI.create(row.key().issuer()),
        jwks == null ? null : URI.create(jwks),
        words(row.algorithms()),
        new TenantRule.Fixed(new TenantId(row.tenant())),
        words(row.audiences()),
        new ClaimNames(
            row.rolesClaim(),
            row.teamsClaim(),
            row.agentClaim(),
            row.scopesClaim(),
            row.scopesRequired()));
  }

  private static String joined(Set<String> words) {
    return String.join(" ", new TreeSet<>(words));
  }

  private static Set<String> words(String text) {
    return text.isEmpty() ? Set.of() : Arrays.stream(text.split(" ")).collect(Collectors.toSet());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

package io.portolan.tenancy.audit;

import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.TenantChain.Waiting;
import io.portolan.tenancy.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The audit log in a store: for each tenant a chain of hashed records, which is signed now and
 * then. Every process that writes has a shard of its own; two with one shard stay correct, and are
 * in each other's way.
 */
public final class StoredAuditLog implements AuditLog, AutoCloseable {
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final Store store;
  private final String shard;
  private final AuditKeys keys;
  private final AuditSettings settings;
  private final InstantSource clock;
  private final Map<TenantId, Running> chains = new ConcurrentHashMap<>();
  private final Set<TenantId> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder lost = new LongAdder();
  private final AtomicBoolean closed = new AtomicBoolean();

  private record Running(TenantChain chain, Thread thread) {}

  /**
   * Prepares the log; nothing is read or written before the first event.
   *
   * @param store opened with {@link AuditTables#ALL}; to be closed after the log
   * @param shard this process's name, the same after each of its starts: 1 to 64 characters of
   *     {@code A-Z a-z 0-9 _ . -}
   */
  public StoredAuditLog(
      Store store, String shard, AuditKeys keys, AuditSettings settings, InstantSource clock) {
    if (!SHARD.matcher(shard).matches()) {
      throw new IllegalArgumentException("a shard's name cannot be " + shard);
    }
    this.store = store;
    this.shard = shard;
    this.keys = keys;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Before before(AuditEvent event, Deadline deadline) throws InterruptedException {
    var durable = new CountDownLatch(1);
    var left = new Waiting(event, durable);
    var chain = leave(left);
    if (chain == null) {
      return new Before.Unrecorded("too many audit events wait to be written");
    }
    if (durable.await(deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
      return new Before.Recorded();
    }
    chain.withdraw(left);
    return new Before.Unrecorded("the store did not take the audit event in time");
  }

  @Override
  public Handed after(AuditEvent event) {
    return leave(new Waiting(event, null)) == null ? Handed.LOST : Handed.ACCEPTED;
  }

  /** The chain that took it; null when none did. */
  private @Nullable TenantChain leave(Waiting event) {
    while (true) {
      var running = chain(event.event().tenant());
      switch (running.chain().offer(event)) {
        case TAKEN -> {
          return running.chain();
        }
        case FULL, CLOSED -> {
          lost.increment();
          return null;
        }
        case ENDED -> chains.remove(event.event().tenant(), running);
      }
    }
  }

  private Running chain(TenantId tenant) {
    var found = chains.get(tenant);
    return found == null ? chains.computeIfAbsent(tenant, this::begin) : found;
  }

  private Running begin(TenantId tenant) {
    seen.add(tenant);
    var writer = new ChainWriter(store, new ChainWriter.Context(tenant, shard, settings, clock));
    var chain =
        new TenantChain(writer, keys, settings, new TenantChain.Shared(waiting, tenant.value()));
    if (closed.get()) {
      chain.close(System.nanoTime());
    }
    return new Running(
        chain,
        Thread.ofVirtual()
            .name("audit-" + tenant)
            .start(
                () -> {
                  chain.run();
                  chains.computeIfPresent(
                      tenant, (_, running) -> running.chain() == chain ? null : running);
                }));
  }

  @Override
  public String inputHash(TenantId tenant, byte[] json, int from, int until) {
    return keys.inputHash(tenant, json, from, until);
  }

  /** The tenants of which there were events since the start. */
  public Set<TenantId> tenants() {
    return Set.copyOf(seen);
  }

  /** How many events were lost since the start. */
  public long lost() {
    return lost.sum();
  }

  /** Writes and signs what waits, for at most the time the settings grant. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    var giveUp = System.nanoTime() + settings.closeTimeout().toNanos();
    chains.values().forEach(running -> running.chain().close(giveUp));
    try {
      for (var running : chains.values()) {
        var left = Math.max(giveUp - System.nanoTime(), 1);
        if (!running.thread().join(Duration.ofNanos(left))) {
          running.thread().interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

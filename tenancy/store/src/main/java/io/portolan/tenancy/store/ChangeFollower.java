package io.portolan.tenancy.store;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * Who changes something writes it, then a new version of its part, then a new head. So one row tells
 * that nothing has changed, and who reads a part at its new version reads what was written before.
 * Versions are read now and then though the head did not change: two writers may have written it at
 * once, and clocks of nodes differ.
 */

/**
 * Keeps what is read of a store in step with it: looks at one row, the head, and has each part read
 * again whose version is another than at the last look. Thread-safe. Nothing that serves a call
 * waits for it.
 *
 * @param <K> names a part
 */
public final class ChangeFollower<K extends Record> implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ChangeFollower.class.getName());
  private static final int LOOKS_PER_WHOLE = 30;
  private static final int PAGE_ROWS = 1_000;

  /**
   * How often to look.
   *
   * @param interval between two looks
   * @param readMax how long one look may take
   */
  public record Timing(Duration interval, Duration readMax) {}

  /** Finds what differs after each change of anything; empty before the first. */
  @FunctionalInterface
  public interface Head {
    Optional<UUID> in(TenantStore system) throws InterruptedException;
  }

  /** Finds all parts with what differs after each change of theirs. */
  @FunctionalInterface
  public interface Versions<K> {
    Map<K, UUID> in(TenantStore system) throws InterruptedException;
  }

  /** Reads a part. Called by one thread at a time; may block until the deadline. */
  @FunctionalInterface
  public interface Reader<K> {
    void read(Store store, K part, Deadline deadline) throws InterruptedException;
  }

  /**
   * What is followed.
   *
   * @param name what it is, in the plural, for logs
   */
  public record Followed<K extends Record>(String name, Head head, Versions<K> versions) {}

  private final Followed<K> followed;
  private final Timing timing;
  private final Supplier<Optional<Store>> stores;
  private final Reader<K> reader;
  private final Thread thread;
  private final Map<K, UUID> seenVersions = new HashMap<>(); // guarded by this
  private @Nullable UUID seenHead; // guarded by this
  private int looks; // guarded by this
  private volatile long lookedNanos;
  private volatile boolean looked;

  /**
   * Looks at nothing yet.
   *
   * @param stores the store, as soon as there is one; without one there is nothing to see
   */
  public ChangeFollower(
      Followed<K> followed, Timing timing, Supplier<Optional<Store>> stores, Reader<K> reader) {
    this.followed = followed;
    this.timing = timing;
    this.stores = stores;
    this.reader = reader;
    this.thread = Thread.ofVirtual().name(followed.name()).unstarted(this::follow);
  }

  /** The head in the one row of a partition. */
  public static <R extends Record> Head head(
      Partition<Only, R> partition, Function<R, UUID> version) {
    return system -> system.get(partition, new Only()).map(version);
  }

  /** The versions in the rows of a partition. */
  public static <K extends Record, R extends Record> Versions<K> versions(
      Partition<K, R> partition, Function<R, K> part, Function<R, UUID> version) {
    return system -> {
      var found = new HashMap<K, UUID>();
      var slice = Slice.<K>all(PAGE_ROWS);
      while (true) {
        var page = system.slice(partition, slice);
        page.rows().forEach(row -> found.put(part.apply(row), version.apply(row)));
        if (page.next() == null) {
          return found;
        }
        slice = slice.after(page.next());
      }
    };
  }

  /**
   * Reads all there is, and goes on looking until it is closed.
   *
   * @throws StoreUnavailableException when the store cannot be read
   */
  public void start() throws InterruptedException {
    look();
    thread.start();
  }

  private void follow() {
    try {
      while (true) {
        Thread.sleep(timing.interval());
        try {
          look();
        } catch (StoreUnavailableException | StoreDamagedException e) {
          LOG.log(
              System.Logger.Level.WARNING, followed.name() + " cannot be read: " + e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // The gateway is stopping.
    }
  }

  /** Has read what changed since the last look. */
  public synchronized void look() throws InterruptedException {
    var began = System.nanoTime();
    var store = stores.get();
    if (store.isPresent()) {
      var deadline = Deadline.in(timing.readMax());
      var system = store.get().at(TenantId.SYSTEM, deadline);
      var head = followed.head().in(system);
      var whole = looks++ % LOOKS_PER_WHOLE == 0;
      if (whole || !head.equals(Optional.ofNullable(seenHead))) {
        for (var part : followed.versions().in(system).entrySet()) {
          if (!part.getValue().equals(seenVersions.get(part.getKey()))) {
            reader.read(store.get(), part.getKey(), deadline);
            seenVersions.put(part.getKey(), part.getValue());
          }
        }
        seenHead = head.orElse(null);
      }
    }
    lookedNanos = began;
    looked = true;
  }

  /** Whether a look that succeeded began at most so long ago. */
  public boolean lookedWithin(Duration time) {
    return looked && System.nanoTime() - lookedNanos <= time.toNanos();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

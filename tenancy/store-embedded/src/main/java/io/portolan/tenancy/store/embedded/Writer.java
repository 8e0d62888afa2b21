package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. It takes what is waiting, up to a bound, into one transaction: so one
 * flush of the disk serves many callers, and a caller who is alone waits for no other. Callers hear
 * of a write once it is on the disk.
 *
 * <p>A write that fails is undone with its group, and each of the others tried again alone. When
 * the disk is full nothing is written and the next group tries again. When a commit fails in any
 * other way nobody knows what a crash would leave: the writer stops for good (fail-stop), reads go
 * on.
 */
final class Writer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Writer.class.getName());

  private static final int QUEUE_MAX = 1024;
  private static final int GROUP_MAX = 256;

  /** After so many groups the log is moved into the file: two flushes that these share. */
  private static final int GROUPS_PER_LOG = 32;

  private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
  private static final int SWEEP_ROWS_MAX = 500;

  private final BlockingQueue<PendingWrite<?>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Connection connection;
  private final List<SqlTable> expiring;
  private final InstantSource clock;
  private final Committer committer;
  private final Thread thread;

  /** Why nothing is written any more; null while all is well. Set once. */
  private volatile @Nullable String stopped;

  private volatile boolean closing;

  /** Only the thread's own. */
  private int groupsInLog;

  Writer(Connection connection, List<SqlTable> tables, InstantSource clock, Committer committer) {
    this.connection = connection;
    this.expiring = tables.stream().filter(SqlTable::expires).toList();
    this.clock = clock;
    this.committer = committer;
    this.thread = Thread.ofPlatform().daemon().name("portolan-store-writer").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Does {@code work} in a transaction, and returns once that is durable. */
  <T> T write(PendingWrite.Work<T> work, Deadline deadline) throws InterruptedException {
    requireRunning();
    var pending = new PendingWrite<>(work);
    if (!queue.offer(pending, deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
      throw new StoreUnavailableException(
          Effect.NONE, "more than " + QUEUE_MAX + " writes are waiting");
    }
    if (!thread.isAlive() && pending.take()) {
      requireRunning(); // It ended between the check and the offer.
      throw new StoreUnavailableException(Effect.NONE, "the store is closed");
    }
    return pending.await(deadline);
  }

  private void requireRunning() {
    var reason = stopped;
    if (reason != null) {
      throw new StoreUnavailableException(Effect.NONE, reason);
    }
    if (closing) {
      throw new StoreUnavailableException(Effect.NONE, "the store is closed");
    }
  }

  private void run() {
    var nextSweep = System.nanoTime() + SWEEP_EVERY.toNanos();
    try {
      while (!closing || !queue.isEmpty()) {
        var group = nextGroup(nextSweep - System.nanoTime());
        if (!group.isEmpty()) {
          writeGroup(group);
        }
        if (nextSweep - System.nanoTime() <= 0 && stopped == null) {
          nextSweep = System.nanoTime() + (sweep() ? 0 : SWEEP_EVERY.toNanos());
        }
      }
    } catch (InterruptedException _) {
      // Nobody has a reason to interrupt this thread; whoever does ends it.
    } finally {
      refuseTheRest();
    }
  }

  private List<PendingWrite<?>> nextGroup(long nanosMax) throws InterruptedException {
    var first =
        queue.poll(Math.max(0, Math.min(nanosMax, SWEEP_EVERY.toNanos())), TimeUnit.NANOSECONDS);
    if (first == null) {
      return List.of();
    }
    var taken = new ArrayList<PendingWrite<?>>();
    taken.add(first);
    queue.drainTo(taken, GROUP_MAX - 1);
    taken.removeIf(pending -> !pending.take());
    return taken;
  }

  private void writeGroup(List<PendingWrite<?>> group) {
    var reason = stopped;
    if (reason != null) {
      failAll(group, new StoreUnavailableException(Effect.NONE, reason));
      return;
    }
    try {
      connection.update("BEGIN IMMEDIATE", List.of());
      for (var pending : group) {
        pending.apply(connection, clock.millis());
      }
    } catch (SQLException e) {
      rollBack();
      retryAlone(group, Sqlite.toCaller(e, Effect.NONE), Sqlite.full(e));
      return;
    } catch (RuntimeException e) {
      rollBack();
      retryAlone(group, e, false);
      return;
    }
    if (commit(group)) {
      group.forEach(PendingWrite::succeed);
      moveLog();
    }
  }

  private void retryAlone(List<PendingWrite<?>> group, RuntimeException failure, boolean full) {
    if (group.size() == 1 || full) {
      failAll(group, failure);
    } else {
      group.forEach(pending -> writeGroup(List.of(pending)));
    }
  }

  private boolean commit(List<PendingWrite<?>> group) {
    try {
      committer.commit(connection);
      return true;
    } catch (SQLException e) {
      if (Sqlite.full(e)) {
        // The last page of the commit did not fit, so that no crash can bring it back.
        rollBack();
        failAll(group, Sqlite.toCaller(e, Effect.NONE));
      } else if (Sqlite.noRoomForIndex(e)) {
        // It is in the log, and stays or is overwritten: nobody can know, and the next may succeed.
        rollBack();
        failAll(group, Sqlite.toCaller(e, Effect.UNKNOWN));
      } else {
        stop("the store no longer writes, because a write to the disk failed", e);
        failAll(group, Sqlite.toCaller(e, Effect.UNKNOWN));
      }
      return false;
    }
  }

  private void stop(String reason, SQLException cause) {
    stopped = reason;
    LOG.log(Level.ERROR, reason + "; check the disk, then start again", cause);
  }

  private void rollBack() {
    try {
      connection.update("ROLLBACK", List.of());
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "SQLite had rolled back already", e);
    }
  }

  private static void failAll(List<PendingWrite<?>> group, RuntimeException failure) {
    group.forEach(pending -> pending.fail(failure));
  }

  /** Moves the log into the file, now and then. What waits is as safe in the log as in the file. */
  private void moveLog() {
    if (++groupsInLog < GROUPS_PER_LOG) {
      return;
    }
    groupsInLog = 0;
    try {
      connection.rows("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (SQLException e) {
      if (Sqlite.full(e)) {
        LOG.log(Level.WARNING, "the disk is full; the store's log waits for room", e);
      } else {
        stop("the store no longer writes, because its file cannot be written", e);
      }
    }
  }

  /** Deletes rows whose time is over; whether there may be more. */
  private boolean sweep() {
    var more = new ArrayList<SqlTable>();
    var work =
        new PendingWrite<Boolean>(
            (writer, now) -> {
              for (var table : expiring) {
                if (table.sweep(writer, now, SWEEP_ROWS_MAX) == SWEEP_ROWS_MAX) {
                  more.add(table);
                }
              }
              return true;
            });
    if (!expiring.isEmpty() && work.take()) {
      writeGroup(List.of(work));
    }
    return !more.isEmpty() && stopped == null;
  }

  private void refuseTheRest() {
    var left = new ArrayList<PendingWrite<?>>();
    queue.drainTo(left);
    left.removeIf(pending -> !pending.take());
    failAll(left, new StoreUnavailableException(Effect.NONE, "the store is closed"));
  }

  /** Lets what was accepted be written, then ends. Idempotent. */
  @Override
  public void close() {
    closing = true;
    // Wakes the thread if it waits; it looks at the flag before it waits again.
    queue.offer(new PendingWrite<>((_, _) -> true));
    var interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

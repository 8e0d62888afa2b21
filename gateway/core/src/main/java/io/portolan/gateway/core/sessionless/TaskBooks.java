package io.portolan.gateway.core.sessionless;

import io.portolan.tenancy.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The books of tasks of all principals, in memory. A task is found only by the principal that began
 * it. Thread-safe; bounded in books, tasks and bytes, and what was used longest ago goes first.
 */
final class TaskBooks {
  private static final int BOOKS_MAX = 10_000;
  private static final long TASKS_MAX = 50_000;
  private static final long BYTES_MAX = 64L << 20;

  private record Owner(Principal principal, String server) {}

  /** What all books together hold. */
  static final class Memory {
    private final AtomicLong tasks = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong numbers = new AtomicLong();

    void add(int moreTasks, long moreBytes) {
      tasks.addAndGet(moreTasks);
      bytes.addAndGet(moreBytes);
    }

    long nextNumber() {
      return numbers.incrementAndGet();
    }

    boolean isOver() {
      return tasks.get() > TASKS_MAX || bytes.get() > BYTES_MAX;
    }

    /** One task may take a sixteenth. */
    boolean hasRoomFor(long moreBytes) {
      return moreBytes <= BYTES_MAX / 16 && bytes.get() + moreBytes <= BYTES_MAX;
    }
  }

  private final Memory memory = new Memory();
  private final Map<Owner, TaskBook> books = new LinkedHashMap<>(16, 0.75f, true); // by this

  /** The book of a principal at a server. */
  synchronized TaskBook of(Principal principal, String server) {
    var book = books.computeIfAbsent(new Owner(principal, server), _ -> new TaskBook(memory));
    if (books.size() > BOOKS_MAX) {
      var oldest = books.entrySet().iterator();
      oldest.next().getValue().clear();
      oldest.remove();
    }
    return book;
  }
}

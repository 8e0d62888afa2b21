package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.protocol.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that one principal has at one modern server, which keeps no list of them. Thread-safe;
 * beyond so many the oldest are forgotten.
 */
final class TaskBook {
  static final int TASKS_MAX = 1_000;

  /**
   * One task.
   *
   * @param id the server's id of it, or one of ours
   * @param seen the task object as it was when last seen, as the client knows it
   * @param status its status then
   * @param result what came of it where the server made no task of it; null otherwise
   */
  record Entry(String id, Slice seen, String status, @Nullable Slice result) {
    boolean isOver() {
      return TaskJson.isOver(status);
    }
  }

  private final TaskBooks.Memory memory;
  private final Map<String, Entry> entries = new LinkedHashMap<>(2); // guarded by itself

  TaskBook(TaskBooks.Memory memory) {
    this.memory = memory;
  }

  /** Notes a task, or what is new of it; one that was cancelled stays so. */
  void note(Entry entry) {
    synchronized (entries) {
      var known = entries.get(entry.id());
      if (known != null && known.status().equals("cancelled")) {
        return;
      }
      remove(entry.id()); // so that it counts as the newest
      entries.put(entry.id(), copied(entry));
      memory.add(1, bytes(entry));
      while (entries.size() > TASKS_MAX || (memory.isOver() && !entries.isEmpty())) {
        remove(entries.keySet().iterator().next());
      }
    }
  }

  private void remove(String id) {
    var gone = entries.remove(id);
    if (gone != null) {
      memory.add(-1, -bytes(gone));
    }
  }

  private static long bytes(Entry entry) {
    var result = entry.result();
    return (long) entry.seen().length() + (result == null ? 0 : result.length());
  }

  /** What is kept must not hold on to a large message around it. */
  private static Entry copied(Entry entry) {
    var result = entry.result();
    return new Entry(
        entry.id(),
        Slice.of(entry.seen().toBytes()),
        entry.status(),
        result == null ? null : Slice.of(result.toBytes()));
  }

  /** Whether a result is small enough to be kept. */
  boolean keeps(Slice result) {
    return memory.hasRoomFor(result.length());
  }

  /** Forgets everything. */
  void clear() {
    synchronized (entries) {
      List.copyOf(entries.keySet()).forEach(this::remove);
    }
  }

  /** The task of this principal with this id; null when there is none. */
  @Nullable Entry find(String id) {
    synchronized (entries) {
      return entries.get(id);
    }
  }

  /** All tasks, newest first. */
  List<Entry> all() {
    synchronized (entries) {
      return new ArrayList<>(entries.values()).reversed();
    }
  }

  /** An id that no server gives, and none has been given before. */
  String newId(Instant now) {
    return "portolan-" + now.toEpochMilli() + "-" + memory.nextNumber();
  }
}

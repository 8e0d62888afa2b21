package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One task: its state, the questions it waits on, and in the end its result. Thread-safe. */
final class Task {
  private enum Status {
    WORKING,
    INPUT_REQUIRED,
    COMPLETED,
    FAILED,
    CANCELLED;

    boolean ended() {
      return this == COMPLETED || this == FAILED || this == CANCELLED;
    }

    String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private static final int POLL_INTERVAL_MILLIS = 100;

  private final String id;
  private final Clock clock;
  private final Duration lifetime;
  private final Instant created;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition answered = lock.newCondition();

  // Guarded by lock. outcome is there exactly when the status is COMPLETED or FAILED.
  private final Map<String, Ask> open = new LinkedHashMap<>();
  private final Map<String, JsonNode> answers = new LinkedHashMap<>();
  private Status status = Status.WORKING;
  private Instant updated;
  private Optional<JsonNode> outcome = Optional.empty();
  private Optional<Thread> worker = Optional.empty();

  Task(String id, Clock clock, Duration lifetime) {
    this.id = id;
    this.clock = clock;
    this.lifetime = lifetime;
    this.created = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    this.updated = created;
  }

  String id() {
    return id;
  }

  boolean expired() {
    return clock.instant().isAfter(created.plus(lifetime));
  }

  /** Names the thread that works on the task; it is interrupted when the task is cancelled. */
  void workedBy(Thread thread) {
    lock.lock();
    try {
      worker = Optional.of(thread);
    } finally {
      lock.unlock();
    }
  }

  void complete(McpSchema.CallToolResult result) {
    end(Status.COMPLETED, Optional.of(Json.tree(result)));
  }

  void fail(ProtocolFailure failure) {
    end(Status.FAILED, Optional.of(failure.toJson()));
  }

  /** Ends the task unless it has ended already. */
  void cancel() {
    lock.lock();
    try {
      if (!status.ended()) {
        end(Status.CANCELLED, Optional.empty());
        worker.ifPresent(Thread::interrupt);
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(Status last, Optional<JsonNode> result) {
    lock.lock();
    try {
      if (!status.ended()) {
        open.clear();
        outcome = result;
        become(last);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all questions are answered. */
  Map<String, JsonNode> ask(Map<String, Ask> questions) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      open.putAll(questions);
      become(Status.INPUT_REQUIRED);
      while (!open.isEmpty()) {
        answered.await();
      }
      become(Status.WORKING);
      var given = new LinkedHashMap<String, JsonNode>();
      questions.keySet().forEach(key -> given.put(key, answers.getOrDefault(key, Json.object())));
      return given;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the usable answers to open questions; all else is ignored. */
  void update(ObjectNode given, Answers judge) {
    lock.lock();
    try {
      for (var entry : given.properties()) {
        var question = open.get(entry.getKey());
        if (question != null && judge.usable(entry.getKey(), question, entry.getValue())) {
          open.remove(entry.getKey());
          answers.put(entry.getKey(), entry.getValue());
          updated = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        }
      }
      answered.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void become(Status next) {
    status = next;
    updated = clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The members that every view of the task has. */
  ObjectNode summary() {
    lock.lock();
    try {
      return Json.object()
          .put("taskId", id)
          .put("status", status.wire())
          .put("createdAt", created.toString())
          .put("lastUpdatedAt", updated.toString())
          .put("ttlMs", lifetime.toMillis())
          .put("pollIntervalMs", POLL_INTERVAL_MILLIS);
    } finally {
      lock.unlock();
    }
  }

  /** All there is to know: the open questions, or the result, or the error. */
  ObjectNode detail() {
    lock.lock();
    try {
      var detail = summary();
      if (status == Status.INPUT_REQUIRED) {
        detail.set("inputRequests", Rounds.inputRequests(open));
      }
      outcome.ifPresent(o -> detail.set(status == Status.FAILED ? "error" : "result", o));
      return detail;
    } finally {
      lock.unlock();
    }
  }
}

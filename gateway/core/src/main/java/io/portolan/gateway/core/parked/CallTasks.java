package io.portolan.gateway.core.parked;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Principal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls that go on as tasks, each found again by the id that its client was given, by the
 * principal and at the endpoint that it was given to. Bounded: where there is no room a call
 * becomes no task. Thread-safe.
 */
public final class CallTasks implements AutoCloseable {
  private static final String MARK = "portolan-task-";

  /**
   * Bounds of the tasks.
   *
   * @param perPrincipal tasks of one principal; one that is over makes room for another
   * @param perServer tasks of all at one server
   * @param total tasks of all
   * @param after how long a call may take before it becomes a task
   * @param life how long a task is kept, and its call may take
   */
  public record Limits(int perPrincipal, int perServer, int total, Duration after, Duration life) {
    public static final Limits DEFAULT =
        new Limits(32, 64, 1_000, Duration.ofSeconds(5), Duration.ofMinutes(15));
  }

  private final Limits limits;
  private final StateSeal seal;
  private final Clock clock;
  private final long owner;
  private final Map<Long, CallTask> tasks = new LinkedHashMap<>(); // guarded by this; oldest first
  private long lastTask;

  /** With a key of its own: what was sealed for a retry is no task, and the reverse. */
  public CallTasks(Limits limits, SecureRandom random, Clock clock) {
    this.limits = limits;
    this.seal = new StateSeal(StateKey.random(random), random);
    this.clock = clock;
    this.owner = random.nextLong();
  }

  /** How long a call may take before it becomes a task. */
  public Duration after() {
    return limits.after();
  }

  /** The time as tasks tell it. */
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Whether a task id was, or claims to have been, given here. */
  public static boolean isOurs(String taskId) {
    return taskId.startsWith(MARK);
  }

  /**
   * Keeps a call whose client has left as a task; null when there is no room for it.
   *
   * @param endpoint where it was called, and can be asked for
   */
  public @Nullable CallTask keep(Conversation call, Slice endpoint) {
    if (!call.takeRoom()) {
      return null;
    }
    var principal = call.context().principal();
    var now = now();
    var expires = now.plus(limits.life());
    var forgotten = new ArrayList<CallTask>(0);
    CallTask kept = null;
    synchronized (this) {
      if (count(task -> isOf(task, principal)) >= limits.perPrincipal()) {
        forgetOldestOver(principal, forgotten);
      }
      if (count(task -> isOf(task, principal)) < limits.perPrincipal()
          && count(task -> isAt(task, call)) < limits.perServer()
          && tasks.size() < limits.total()) {
        var number = ++lastTask;
        var state =
            new CallState(
                CallState.Kind.TASK,
                principal.tenant().value(),
                principal.subject(),
                owner,
                number,
                endpoint,
                expires.toEpochMilli());
        kept = new CallTask(MARK + seal.seal(state), call, now, expires);
        tasks.put(number, kept);
      }
    }
    forgotten.forEach(CallTask::forget);
    if (kept == null) {
      call.giveRoomBack();
    }
    return kept;
  }

  private long count(Predicate<CallTask> counts) {
    return tasks.values().stream().filter(counts).count();
  }

  private static boolean isOf(CallTask task, Principal principal) {
    return task.call().context().principal().equals(principal);
  }

  private static boolean isAt(CallTask task, Conversation call) {
    return task.call().server().name().equals(call.server().name());
  }

  private void forgetOldestOver(Principal principal, List<CallTask> forgotten) {
    for (var entry : tasks.entrySet()) {
      if (isOf(entry.getValue(), principal) && entry.getValue().isOver()) {
        forgotten.add(entry.getValue());
        tasks.remove(entry.getKey());
        return;
      }
    }
  }

  /**
   * The task with an id; null for one that was never given, or not to this principal or not at this
   * endpoint, for one that has expired, and for one of a process that is gone.
   */
  public @Nullable CallTask find(String taskId, Principal principal, Slice endpoint) {
    if (!isOurs(taskId)
        || !(seal.open(taskId.substring(MARK.length()))
            instanceof StateSeal.Opened.Genuine(var said))
        || said.owner() != owner
        || !said.isOf(principal)
        || !said.digest().equals(endpoint)) {
      return null;
    }
    if (said.expiresMillis() <= clock.millis()) {
      expire();
      return null;
    }
    synchronized (this) {
      return tasks.get(said.call());
    }
  }

  /** Forgets the tasks whose time is over, and gives up what is under way for them. */
  public void expire() {
    expire(clock.instant());
  }

  private void expire(Instant now) {
    var late = new ArrayList<CallTask>(0);
    synchronized (this) {
      tasks
          .values()
          .removeIf(
              task -> {
                var isLate = !task.expires().isAfter(now);
                if (isLate) {
                  late.add(task);
                }
                return isLate;
              });
    }
    late.forEach(CallTask::forget);
  }

  /** Number of tasks, over or not. */
  public synchronized int count() {
    return tasks.size();
  }

  /** Forgets all. Idempotent. */
  @Override
  public void close() {
    expire(Instant.MAX);
  }
}

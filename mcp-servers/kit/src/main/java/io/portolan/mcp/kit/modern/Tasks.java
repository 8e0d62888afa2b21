package io.portolan.mcp.kit.modern;

import io.portolan.mcp.kit.MissingCapabilityException;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tasks of one server, for the extension {@code io.modelcontextprotocol/tasks}. Bounded: a task
 * is kept for its lifetime, and no more are started while the bound is reached. An id cannot be
 * guessed and is all that it takes to see a task.
 */
final class Tasks implements AutoCloseable {
  static final String EXTENSION = "io.modelcontextprotocol/tasks";
  private static final int TASKS_MAX = 1024;
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final ConcurrentHashMap<String, Task> tasks = new ConcurrentHashMap<>();
  private final Clock clock;
  private final Answers answers;

  Tasks(Clock clock, Answers answers) {
    this.clock = clock;
    this.answers = answers;
  }

  /** Starts the work and answers with the new task, which can be looked up from now on. */
  ObjectNode start(Outcome.Work work, RequestMeta meta) {
    forgetExpired();
    if (tasks.size() >= TASKS_MAX) {
      throw ProtocolFailure.internal("Too many tasks; try again later");
    }
    var task = new Task(UUID.randomUUID().toString(), clock, LIFETIME);
    tasks.put(task.id(), task);
    var created = task.summary().put("resultType", "task");
    var thread =
        Thread.ofVirtual().name("task-" + task.id()).unstarted(() -> run(task, work, meta));
    task.workedBy(thread);
    thread.start();
    return created;
  }

  private static void run(Task task, Outcome.Work work, RequestMeta meta) {
    try {
      task.complete(work.run(new TaskCall(task, meta)));
    } catch (ProtocolFailure failure) {
      task.fail(failure);
    } catch (MissingCapabilityException missing) {
      task.complete(Outcome.failed(String.valueOf(missing.getMessage())));
    } catch (InterruptedException _) {
      task.cancel();
    } catch (Exception e) {
      task.complete(Outcome.failed(String.valueOf(e.getMessage())));
    }
  }

  ObjectNode get(Message.Request request, RequestMeta meta) {
    return find(request, meta).detail();
  }

  ObjectNode update(Message.Request request, RequestMeta meta) {
    var task = find(request, meta);
    if (!(request.params().path("inputResponses") instanceof ObjectNode given)) {
      throw ProtocolFailure.invalidParams("params.inputResponses must be an object");
    }
    task.update(given, answers);
    return Json.object();
  }

  ObjectNode cancel(Message.Request request, RequestMeta meta) {
    find(request, meta).cancel();
    return Json.object();
  }

  /** The failure for a client that does not speak of tasks. */
  static ProtocolFailure required() {
    var required = Json.object();
    required.putObject("extensions").putObject(EXTENSION);
    return ProtocolFailure.missingCapability(required);
  }

  private Task find(Message.Request request, RequestMeta meta) {
    if (!meta.hasExtension(EXTENSION)) {
      throw required();
    }
    var id = request.params().path("taskId").asString("");
    return Optional.ofNullable(tasks.get(id))
        .filter(task -> !task.expired())
        .orElseThrow(() -> ProtocolFailure.invalidParams("Unknown task: " + id));
  }

  private void forgetExpired() {
    tasks
        .values()
        .removeIf(
            task -> {
              if (task.expired()) {
                task.cancel();
              }
              return task.expired();
            });
  }

  @Override
  public void close() {
    tasks.values().forEach(Task::cancel);
  }
}

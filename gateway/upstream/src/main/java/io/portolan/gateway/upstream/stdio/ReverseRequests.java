package io.portolan.gateway.upstream.stdio;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.gateway.upstream.calls.PendingCalls;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/*
 * Every child numbers its requests from the start, and a session may have met several children. So
 * each request gets an id that is unique for the server, and its answer finds the way back by it;
 * only the session that was asked can answer.
 */

/** Requests of children that sessions have not answered yet. Bounded. Thread-safe. */
final class ReverseRequests {
  private static final int REQUESTS_MAX = 1_000;

  /** Where an answer goes. */
  record Asked(Child child, Slice id, StdioLink link) {}

  private final Map<Long, Asked> asked = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(1);

  /** The request as the session is to see it; null when too many are open. */
  Message.@Nullable Request register(Child child, Message.Request request, StdioLink link) {
    if (asked.size() >= REQUESTS_MAX) {
      return null;
    }
    var id = ids.getAndIncrement();
    asked.put(id, new Asked(child, request.id(), link));
    return (Message.Request) renumbered(request, id);
  }

  private static Message.Call renumbered(Message.Request request, long id) {
    var number = Slice.utf8(Long.toString(id));
    var members =
        JsonView.of(new Splice(request.bytes()).replace(request.id(), number).apply().join());
    return new Message.Request(
        members.object(),
        Objects.requireNonNull(members.get("id")),
        request.method(),
        members.view("params"));
  }

  /** The session's answer as the child is to see it, and which child; null when nobody asked. */
  @Nullable Reply reply(Message.Answer answer, StdioLink link) {
    var number = PendingCalls.number(answer.id());
    var to = asked.get(number);
    if (to == null || to.link() != link) {
      return null;
    }
    asked.remove(number);
    var bytes = new Splice(answer.bytes()).replace(answer.id(), to.id()).apply().join();
    return new Reply(to.child(), bytes);
  }

  /** An answer on its way back. */
  record Reply(Child child, Slice bytes) {}

  /**
   * The child's cancellation of a request of its own, as the session that was asked is to see it;
   * null when there is none.
   */
  @Nullable Withdrawn withdraw(Child child, Message.Notification cancelled) {
    var params = cancelled.params();
    var original = params == null ? null : params.get("requestId");
    if (original == null) {
      return null;
    }
    for (var entry : asked.entrySet()) {
      var to = entry.getValue();
      if (to.child() == child && to.id().equals(original)) {
        asked.remove(entry.getKey());
        var number = Slice.utf8(Long.toString(entry.getKey()));
        var members =
            JsonView.of(new Splice(cancelled.bytes()).replace(original, number).apply().join());
        return new Withdrawn(
            to.link(),
            new Message.Notification(members.object(), cancelled.method(), members.view("params")));
      }
    }
    return null;
  }

  /** A cancellation on its way to the session that was asked. */
  record Withdrawn(StdioLink link, Message.Notification message) {}

  /** Forgets what a child asked: it is gone. */
  void forget(Child child) {
    asked.values().removeIf(to -> to.child() == child);
  }

  /** Forgets what a session was asked: it is gone. */
  void forget(StdioLink link) {
    asked.values().removeIf(to -> to.link() == link);
  }
}

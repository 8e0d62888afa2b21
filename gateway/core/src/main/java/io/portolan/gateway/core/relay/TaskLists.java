package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.access.ItemKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/*
 * Only servers the session has called can have tasks of it, so only open links are asked, all at the
 * same time. A server that fails or is slow is left out rather than failing the others' tasks.
 */

/** Joins the tasks of a session at several servers into one list, without pages. Stateless. */
final class TaskLists {
  private static final int PAGES_MAX = 10;
  private static final int TASKS_MAX = 1_000;
  private static final Duration ASK_MAX = Duration.ofSeconds(10);

  /** Whether a view shows several servers and any of them has tasks. */
  static boolean isJoined(View view) {
    return view.servers().size() > 1
        && JsonView.of(view.capabilities(Era.LEGACY)).get("tasks") != null;
  }

  /** The result of {@code tasks/list}, in server order. */
  Slice list(LegacySession session, View view, CallContext context) throws InterruptedException {
    Map<UpstreamLink, Server> owners = new ConcurrentHashMap<>();
    var open = session.links().open();
    for (var server : view.servers()) {
      var link = open.get(server.name());
      if (link != null && offersTasks(link) && view.shows(server, ItemKind.TASK, "")) {
        owners.put(link, server);
      }
    }
    Map<String, List<Slice>> found = new ConcurrentHashMap<>();
    EachLink.run(
        session,
        context,
        ASK_MAX,
        (link, bounded) -> {
          var server = owners.get(link);
          if (server != null) {
            found.put(server.name(), tasks(view, server, link, bounded));
          }
        });
    var json = new JsonWriter().beginObject().name("tasks").beginArray();
    new TreeMap<>(found)
        .values().stream().flatMap(List::stream).limit(TASKS_MAX).forEach(json::raw);
    return json.endArray().endObject().toSlice();
  }

  private static boolean offersTasks(UpstreamLink link) {
    var capabilities = link.hello().view("capabilities");
    var tasks = capabilities == null ? null : capabilities.view("tasks");
    return tasks != null && tasks.get("list") != null;
  }

  private static List<Slice> tasks(View view, Server server, UpstreamLink link, CallContext context)
      throws InterruptedException {
    var tasks = new ArrayList<Slice>();
    var cursor = Slice.empty();
    for (int page = 0; page < PAGES_MAX; page++) {
      var params = new JsonWriter().beginObject();
      if (page > 0) {
        params.member("cursor", cursor);
      }
      var result = result(view, server, ask(link, params.endObject().toSlice(), context));
      var array = result == null ? null : result.get("tasks");
      if (result == null || array == null || !array.isArray()) {
        return tasks;
      }
      for (var task : JsonList.items(array)) {
        if (view.shows(server, ItemKind.TASK, ownId(view, task))) {
          tasks.add(task);
        }
      }
      var next = result.get("nextCursor");
      if (next == null || !next.isString() || next.equals(cursor)) {
        return tasks;
      }
      cursor = next;
    }
    return tasks;
  }

  /** The server's own id of a task that is in the view's names already. */
  private static String ownId(View view, Slice task) {
    var id = task.isObject() ? JsonView.of(task).string("taskId") : null;
    var own = id == null ? null : view.ownTask(id);
    return own == null ? "" : own;
  }

  private static Message.@Nullable Answer ask(UpstreamLink link, Slice params, CallContext context)
      throws InterruptedException {
    return switch (link.request(
        OutboundRequest.own(link.nextId(), Methods.TASKS_LIST, params), context)) {
      case Answer.Whole(var message, var _) -> message;
      case Answer.Streamed(var stream) -> last(stream);
      case Answer.Accepted _, Answer.Failed _ -> null;
    };
  }

  private static Message.@Nullable Answer last(MessageStream stream) throws InterruptedException {
    try (stream) {
      while (true) {
        switch (stream.next()) {
          case MessageStream.Received(Message.Answer answer) -> {
            return answer;
          }
          case MessageStream.Received _, MessageStream.Paused _ -> {}
          case MessageStream.Ended _, MessageStream.Broken _ -> {
            return null;
          }
        }
      }
    }
  }

  /** The result in the view's names. */
  private static @Nullable JsonView result(
      View view, Server server, Message.@Nullable Answer answer) {
    if (!(answer instanceof Message.Result success)) {
      return null;
    }
    var renamed = view.toClient(server, Answered.of(success)).apply().join();
    return JsonView.of(renamed).view("result");
  }
}

package io.portolan.gateway.core.view;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/*
 * An answer to a request of the caller names the caller's tasks, but for lists: those may be of all
 * callers that a process serves. What a server says unasked is the caller's if it knew the task.
 */

/**
 * Puts the tasks in what a server says into the ids that one caller knows them by.
 *
 * @param server the server
 * @param owner the caller
 * @param inView what the view makes of an id
 */
record TaskNames(Server server, TaskIds.Owner owner, UnaryOperator<String> inView) {
  private static final String TASK_ID = "taskId";
  private static final String RELATED = "io.modelcontextprotocol/related-task";

  /** The id in the {@code _meta} of a message that belongs to a task; null when it does not. */
  static @Nullable Slice related(@Nullable JsonView params) {
    var meta = params == null ? null : params.view(MetaKeys.META);
    var related = meta == null ? null : meta.view(RELATED);
    var id = related == null ? null : related.get(TASK_ID);
    return id == null || !id.isString() ? null : id;
  }

  /** The id of the task that a message is about; null when it is about none. */
  static @Nullable Slice subject(@Nullable JsonView params) {
    var id = params == null ? null : params.get(TASK_ID);
    return id == null || !id.isString() ? null : id;
  }

  /** Of a result. */
  void result(JsonView result, Splice splice) {
    told(subject(result), splice);
    told(subject(result.view("task")), splice);
    told(related(result), splice);
    var list = result.get("tasks");
    if (list != null && list.isArray()) {
      list(result.items("tasks"), list, splice);
    }
  }

  /** Of a request or notification: what the caller does not know stays as it is. */
  void call(Message.Call call, Splice splice) {
    var params = call.params();
    for (var id : new Slice[] {subject(params), related(params)}) {
      var known = id == null ? null : owner.known(server.name(), id.string());
      if (id != null && known != null) {
        splice.replaceString(id, inView.apply(known));
      }
    }
  }

  private void told(@Nullable Slice id, Splice splice) {
    if (id != null) {
      splice.replaceString(id, inView.apply(owner.told(server.name(), id.string())));
    }
  }

  private void list(Iterable<Slice> items, Slice list, Splice splice) {
    var ids = new ArrayList<Slice>();
    var own = new ArrayList<Slice>();
    var isWhole = true;
    for (var item : items) {
      var id = item.isObject() ? subject(JsonView.of(item)) : null;
      if (id == null) {
        own.add(item);
      } else if (owner.known(server.name(), id.string()) == null) {
        isWhole = false;
      } else {
        ids.add(id);
        own.add(renamed(item, id));
      }
    }
    if (isWhole) {
      ids.forEach(id -> told(id, splice));
    } else {
      splice.replace(list, array(own));
    }
  }

  private Slice renamed(Slice item, Slice id) {
    var splice = new Splice(item);
    told(id, splice);
    return splice.apply().join();
  }

  private static Slice array(List<Slice> items) {
    var json = new JsonWriter().beginArray();
    items.forEach(json::raw);
    return json.endArray().toSlice();
  }
}

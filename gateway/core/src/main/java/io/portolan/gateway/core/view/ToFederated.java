package io.portolan.gateway.core.view;

import io.portolan.gateway.core.catalogue.Names;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import org.jspecify.annotations.Nullable;

/*
 * Only the members that the specification gives a URI or a task id are visited: content blocks,
 * resource contents, prompt messages, tasks. structuredContent and unknown members are the server's
 * own business.
 */

/** Rewrites a server's message into the names of the federated view. Stateless. */
final class ToFederated {
  private ToFederated() {}

  static Splice rewrite(Server server, Answered answer) {
    var splice = new Splice(answer.message().bytes());
    var result = answer.result();
    if (result != null) {
      result(server, result, splice);
    }
    return splice;
  }

  static Splice rewrite(Server server, Message.Call call) {
    var splice = new Splice(call.bytes());
    var params = call.params();
    if (params != null) {
      uri(server, params.get("uri"), splice);
      task(server, params.get("taskId"), splice);
      if (call.method().equals(Methods.SAMPLING_CREATE_MESSAGE)) {
        messages(server, params, splice);
      }
      meta(server, params, splice);
    }
    return splice;
  }

  private static void result(Server server, JsonView result, Splice splice) {
    for (var block : result.items("content")) {
      block(server, block, splice);
    }
    for (var contents : result.items("contents")) {
      if (contents.isObject()) {
        uri(server, JsonView.of(contents).get("uri"), splice);
      }
    }
    messages(server, result, splice);
    tasks(server, result, splice);
    meta(server, result, splice);
  }

  private static void messages(Server server, JsonView owner, Splice splice) {
    for (var message : owner.items("messages")) {
      if (message.isObject()) {
        content(server, JsonView.of(message), splice);
      }
    }
  }

  /** A prompt message has one content block, a sampling message may have several. */
  private static void content(Server server, JsonView message, Splice splice) {
    var content = message.get("content");
    if (content != null) {
      block(server, content, splice);
    }
    for (var block : message.items("content")) {
      block(server, block, splice);
    }
  }

  /** A resource link carries its URI itself, an embedded resource inside {@code resource}. */
  private static void block(Server server, Slice block, Splice splice) {
    if (!block.isObject() || !BlockType.mayNameResource(block)) {
      return;
    }
    var view = JsonView.of(block);
    var type = view.string("type");
    if ("resource_link".equals(type)) {
      uri(server, view.get("uri"), splice);
    } else if ("resource".equals(type)) {
      var resource = view.view("resource");
      if (resource != null) {
        uri(server, resource.get("uri"), splice);
      }
    }
  }

  private static void tasks(Server server, JsonView result, Splice splice) {
    task(server, result.get("taskId"), splice);
    var created = result.view("task");
    if (created != null) {
      task(server, created.get("taskId"), splice);
    }
    for (var task : result.items("tasks")) {
      if (task.isObject()) {
        task(server, JsonView.of(task).get("taskId"), splice);
      }
    }
  }

  private static void meta(Server server, JsonView owner, Splice splice) {
    var meta = owner.view(MetaKeys.META);
    var related = meta == null ? null : meta.view(FederatedView.RELATED_TASK);
    if (related != null) {
      task(server, related.get("taskId"), splice);
    }
  }

  private static void uri(Server server, @Nullable Slice uri, Splice splice) {
    if (uri != null && uri.isString()) {
      splice.replaceString(uri, Names.qualifiedUri(server.schemeKey(), uri.string()));
    }
  }

  private static void task(Server server, @Nullable Slice task, Splice splice) {
    if (task != null && task.isString()) {
      splice.replaceString(task, Names.qualifiedTask(server.schemeKey(), task.string()));
    }
  }
}

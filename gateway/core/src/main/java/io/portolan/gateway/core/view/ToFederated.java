package io.portolan.gateway.core.view;

import io.portolan.gateway.core.catalogue.Names;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
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

  static Splice rewrite(Server server, TaskIds.Owner owner, Answered answer) {
    var splice = new Splice(answer.message().bytes());
    var result = answer.result();
    if (result != null) {
      result(server, result, splice);
      tasks(server, owner).result(result, splice);
    }
    return splice;
  }

  static Splice rewrite(Server server, TaskIds.Owner owner, Message.Call call) {
    var splice = new Splice(call.bytes());
    var params = call.params();
    if (params != null) {
      uri(server, params.get("uri"), splice);
      if (call.method().equals(Methods.SAMPLING_CREATE_MESSAGE)) {
        messages(server, params, splice);
      }
      tasks(server, owner).call(call, splice);
    }
    return splice;
  }

  private static TaskNames tasks(Server server, TaskIds.Owner owner) {
    return new TaskNames(server, owner, id -> Names.qualifiedTask(server.schemeKey(), id));
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

  private static void uri(Server server, @Nullable Slice uri, Splice splice) {
    if (uri != null && uri.isString()) {
      splice.replaceString(uri, Names.qualifiedUri(server.schemeKey(), uri.string()));
    }
  }
}

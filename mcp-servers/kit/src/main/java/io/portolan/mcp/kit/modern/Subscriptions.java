package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Catalogue;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The open {@code subscriptions/listen} requests; each gets only the changes it asked for. */
final class Subscriptions implements Catalogue.Listener, AutoCloseable {
  static final String ID_KEY = RequestMeta.PREFIX + "subscriptionId";
  private static final int SUBSCRIPTIONS_MAX = 1024;
  private static final int URIS_MAX = 1024;

  /** What one subscription wants to hear of. */
  private record Filter(boolean tools, boolean prompts, boolean resources, Set<String> uris) {
    static Filter read(ObjectNode params) {
      if (!(params.path("notifications") instanceof ObjectNode wanted)) {
        throw ProtocolFailure.invalidParams("params.notifications must be an object");
      }
      var uris =
          wanted
              .path("resourceSubscriptions")
              .valueStream()
              .map(JsonNode::asString)
              .collect(Collectors.toUnmodifiableSet());
      if (uris.size() > URIS_MAX) {
        throw ProtocolFailure.invalidParams("At most " + URIS_MAX + " resources per subscription");
      }
      return new Filter(
          wanted.path("toolsListChanged").asBoolean(false),
          wanted.path("promptsListChanged").asBoolean(false),
          wanted.path("resourcesListChanged").asBoolean(false),
          uris);
    }

    ObjectNode granted() {
      var granted = Json.object();
      if (tools) {
        granted.put("toolsListChanged", true);
      }
      if (prompts) {
        granted.put("promptsListChanged", true);
      }
      if (resources) {
        granted.put("resourcesListChanged", true);
      }
      if (!uris.isEmpty()) {
        var list = granted.putArray("resourceSubscriptions");
        uris.stream().sorted().forEach(list::add);
      }
      return granted;
    }
  }

  private record Subscription(JsonNode id, Filter filter, Consumer<String> out) {
    void send(String method, ObjectNode params) {
      params.putObject("_meta").set(ID_KEY, id);
      out.accept(Json.write(Message.notification(method, params)));
    }
  }

  private final Set<Subscription> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * Serves one subscription: acknowledges it, then blocks until the server closes. The result says
   * that it ended well.
   *
   * @throws InterruptedException when the client is gone or cancels
   */
  ObjectNode listen(Message.Request request, Consumer<String> out) throws InterruptedException {
    if (open.size() >= SUBSCRIPTIONS_MAX) {
      throw ProtocolFailure.internal("Too many subscriptions; try again later");
    }
    var filter = Filter.read(request.params());
    var subscription = new Subscription(request.id(), filter, out);
    var params = Json.object();
    params.set("notifications", filter.granted());
    // Before it is registered: nothing may come ahead of the acknowledgement.
    subscription.send("notifications/subscriptions/acknowledged", params);
    open.add(subscription);
    try {
      closed.await();
      var result = Json.object();
      result.putObject("_meta").set(ID_KEY, request.id());
      return result;
    } finally {
      open.remove(subscription);
    }
  }

  @Override
  public void changed(Catalogue.Change change) {
    for (var subscription : open) {
      tell(subscription, change);
    }
  }

  private static void tell(Subscription to, Catalogue.Change change) {
    var filter = to.filter();
    switch (change) {
      case Catalogue.Change.ToolAdded _, Catalogue.Change.ToolRemoved _ -> {
        if (filter.tools()) {
          to.send(McpSchema.METHOD_NOTIFICATION_TOOLS_LIST_CHANGED, Json.object());
        }
      }
      case Catalogue.Change.PromptAdded _, Catalogue.Change.PromptRemoved _ -> {
        if (filter.prompts()) {
          to.send(McpSchema.METHOD_NOTIFICATION_PROMPTS_LIST_CHANGED, Json.object());
        }
      }
      case Catalogue.Change.ResourceAdded _, Catalogue.Change.ResourceRemoved _ -> {
        if (filter.resources()) {
          to.send(McpSchema.METHOD_NOTIFICATION_RESOURCES_LIST_CHANGED, Json.object());
        }
      }
      case Catalogue.Change.ResourceUpdated(var uri) -> {
        if (filter.uris().contains(uri)) {
          to.send(McpSchema.METHOD_NOTIFICATION_RESOURCES_UPDATED, Json.object().put("uri", uri));
        }
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}

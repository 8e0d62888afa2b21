package io.portolan.gateway.core.view;

import io.portolan.gateway.core.catalogue.Catalogue;
import io.portolan.gateway.core.catalogue.Catalogue.Target;
import io.portolan.gateway.core.catalogue.ListForm;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Names;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ModernHeaders;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Collection;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All servers behind one endpoint, under qualified names.
 *
 * @param catalogue the servers
 * @param owner whose tasks are known here
 */
public record FederatedView(Catalogue catalogue, TaskIds.Owner owner) implements View {
  static final Slice SERVER_INFO =
      Slice.utf8("{\"name\":\"portolan\",\"title\":\"Portolan\",\"version\":\"0.1.0\"}");
  private static final int INSTRUCTIONS_MAX = 16 << 10;
  private static final Slice NOTHING = Slice.utf8("{}");
  private static final Slice CHANGING = Slice.utf8("{\"listChanged\":true}");
  private static final Slice RESOURCES = Slice.utf8("{\"subscribe\":true,\"listChanged\":true}");

  @Override
  public Route route(Message.Request request) {
    var params = request.params();
    return switch (request.method()) {
      case Methods.TOOLS_CALL -> byName(request, params, "tool");
      case Methods.PROMPTS_GET -> byName(request, params, "prompt");
      case Methods.RESOURCES_READ, Methods.RESOURCES_SUBSCRIBE, Methods.RESOURCES_UNSUBSCRIBE ->
          byUri(request, params);
      case Methods.COMPLETION_COMPLETE -> byReference(request, params);
      default -> byAnything(request, params);
    };
  }

  private Route byName(Message.Request request, @Nullable JsonView params, String what) {
    var name = params == null ? null : params.get("name");
    if (name == null || !name.isString()) {
      return Refusals.missing(request, "name");
    }
    var text = name.string();
    var target = what.equals("tool") ? catalogue.tool(text) : catalogue.prompt(text);
    return target == null ? Refusals.unknown(what, text) : to(request, name, target);
  }

  private Route byUri(Message.Request request, @Nullable JsonView params) {
    var uri = params == null ? null : params.get("uri");
    if (uri == null || !uri.isString()) {
      return Refusals.missing(request, "uri");
    }
    var text = uri.string();
    var target = catalogue.resource(text);
    return target == null ? Refusals.unknownResource(text) : to(request, uri, target);
  }

  private Route byReference(Message.Request request, @Nullable JsonView params) {
    var reference = params == null ? null : params.view("ref");
    if (reference == null) {
      return Refusals.missing(request, "ref");
    }
    var name = reference.get("name");
    if (name != null && name.isString()) {
      var target = catalogue.prompt(name.string());
      return target == null ? Refusals.unknown("prompt", name.string()) : to(request, name, target);
    }
    var uri = reference.get("uri");
    if (uri != null && uri.isString()) {
      var target = catalogue.resource(uri.string());
      return target == null ? Refusals.unknownResource(uri.string()) : to(request, uri, target);
    }
    return Refusals.missing(request, "ref.name or ref.uri");
  }

  /** Methods not known here go where a task id, a URI or a name leads, or to the only server. */
  private Route byAnything(Message.Request request, @Nullable JsonView params) {
    if (params != null) {
      var task = TaskNames.subject(params);
      if (task != null) {
        var target = task(task.string());
        return target == null ? Refusals.unknown("task", task.string()) : to(request, task, target);
      }
      var uri = params.get("uri");
      if (uri != null && uri.isString() && catalogue.resource(uri.string()) != null) {
        return byUri(request, params);
      }
      var name = params.get("name");
      if (name != null && name.isString() && catalogue.tool(name.string()) != null) {
        return byName(request, params, "tool");
      }
    }
    if (catalogue.servers().size() == 1) {
      var only = catalogue.servers().iterator().next();
      return new Route.To(only, new Splice(request.bytes()), null);
    }
    return Refusals.unknownMethod(request);
  }

  private Route to(Message.Request request, Slice region, Target target) {
    var splice = new Splice(request.bytes()).replaceString(region, target.name());
    var related = TaskNames.related(request.params());
    if (related != null) {
      var task = task(related.string());
      if (task == null || !task.server().name().equals(target.server().name())) {
        return Refusals.unknown("task", related.string());
      }
      splice.replaceString(related, task.name());
    }
    var isNamed = ModernHeaders.nameOf(request).isPresent();
    return new Route.To(target.server(), splice, isNamed ? target.name() : null);
  }

  /** Where a task of the caller is kept; null for anybody else's, and where there is none. */
  private @Nullable Target task(String sent) {
    var target = catalogue.task(sent);
    var own = target == null ? null : owner.own(target.server().name(), target.name());
    return target == null || own == null ? null : new Target(target.server(), own);
  }

  @Override
  public @Nullable String ownTask(String sent) {
    var target = task(sent);
    return target == null ? null : target.name();
  }

  @Override
  public boolean knowsTask(Server server, String own) {
    return owner.known(server.name(), own) != null;
  }

  @Override
  public Splice toClient(Server server, Answered answer) {
    return ToFederated.rewrite(server, owner, answer);
  }

  @Override
  public Splice toClient(Server server, Message.Call message) {
    return ToFederated.rewrite(server, owner, message);
  }

  @Override
  public Listing list(ListKind kind) {
    return catalogue.list(kind);
  }

  @Override
  public ListForm legacyForm() {
    return ListForm.WHOLE;
  }

  @Override
  public @Nullable Slice listExtra(ListKind kind) {
    return null;
  }

  @Override
  public Collection<Server> servers() {
    return catalogue.servers();
  }

  @Override
  public Slice capabilities(Era era) {
    return capabilities(era, catalogue.servers());
  }

  /** What the gateway does for all servers, and the extensions that any of these has. */
  static Slice capabilities(Era era, Collection<Server> servers) {
    Slice tasks = null;
    var extensions = new LinkedHashMap<String, Slice>();
    for (var server : servers) {
      var snapshot = server.snapshot();
      var own = snapshot == null ? null : snapshot.profile().hello(era).view("capabilities");
      if (own != null) {
        tasks = tasks == null && era == Era.LEGACY ? tasks(server, own) : tasks;
        if (era == Era.MODERN && isLegacyOnly(server) && own.get("tools") != null) {
          extensions.putIfAbsent(LegacyTasks.EXTENSION, NOTHING); // which the gateway has for it
        }
        var extended = own.view("extensions");
        for (int i = 0; extended != null && i < extended.size(); i++) {
          extensions.putIfAbsent(extended.name(i), extended.value(i));
        }
      }
    }
    var json =
        new JsonWriter()
            .beginObject()
            .member("tools", CHANGING)
            .member("resources", RESOURCES)
            .member("prompts", CHANGING)
            .member("completions", NOTHING)
            .member("logging", NOTHING);
    if (tasks != null) {
      json.member("tasks", tasks);
    }
    if (!extensions.isEmpty()) {
      json.name("extensions").beginObject();
      extensions.forEach(json::member);
      json.endObject();
    }
    return json.endObject().toSlice();
  }

  private static boolean isLegacyOnly(Server server) {
    var snapshot = server.snapshot();
    return snapshot != null && !snapshot.profile().speaks(Era.MODERN);
  }

  private static @Nullable Slice tasks(Server server, JsonView capabilities) {
    var snapshot = server.snapshot();
    var isModernOnly = snapshot != null && !snapshot.profile().speaks(Era.LEGACY);
    return isModernOnly && LegacyTasks.isExtended(capabilities)
        ? LegacyTasks.CAPABILITY
        : capabilities.get("tasks");
  }

  @Override
  public Slice serverInfo(Era era) {
    return SERVER_INFO;
  }

  @Override
  public @Nullable String instructions() {
    return instructions(catalogue.servers());
  }

  static @Nullable String instructions(Collection<Server> servers) {
    var text = new StringBuilder();
    for (var server : servers) {
      var snapshot = server.snapshot();
      var own = snapshot == null ? null : snapshot.instructions();
      if (own != null && !own.isBlank() && text.length() + own.length() < INSTRUCTIONS_MAX) {
        text.append(text.isEmpty() ? "" : "\n\n");
        text.append("Tools starting with ").append(Names.serverKey(server.handle()));
        text.append("__:\n").append(own.strip());
      }
    }
    return text.isEmpty() ? null : text.toString();
  }

  @Override
  public @Nullable Slice troubles() {
    return catalogue.serversInTrouble();
  }
}

package io.portolan.gateway.core.view;

import io.portolan.gateway.core.admission.Admitted;
import io.portolan.gateway.core.admission.Admitted.Origin;
import io.portolan.gateway.core.admission.AdmittedList;
import io.portolan.gateway.core.admission.PlainUri;
import io.portolan.gateway.core.admission.RequestAttempt;
import io.portolan.gateway.core.admission.ResultRules;
import io.portolan.gateway.core.admission.ScreenedTexts;
import io.portolan.gateway.core.catalogue.Catalogue;
import io.portolan.gateway.core.catalogue.ListForm;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Permission;
import io.portolan.tenancy.access.Placeholders;
import io.portolan.tenancy.access.Screening;
import io.portolan.tenancy.access.Stage;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * A request is first routed as if everything were allowed, and then decided. What does not exist for
 * the caller is answered with the very words with which the whole view answers what there is not; so
 * at an endpoint of one server, which passes on what it does not know, only what is listed exists.
 */

/**
 * What some callers are admitted to of another view. Whatever they are not allowed at all is not
 * there.
 *
 * @param all the view without rules
 * @param admitted what the callers are admitted to
 * @param at the time that counts: one for all decisions on a request, however often it is routed
 * @param approved what somebody approved of for this request; null for nothing
 * @param placeholders of the callers' tenant
 */
public record AdmittedView(
    View all,
    Admitted admitted,
    Instant at,
    Decision.@Nullable ApprovalNeeded approved,
    Placeholders placeholders)
    implements View {

  /** The same for a request of which somebody approved. */
  public AdmittedView withApproval(Decision.ApprovalNeeded given) {
    return new AdmittedView(all, admitted, at, given, placeholders);
  }

  @Override
  public Route route(Message.Request request) {
    return switch (request.method()) {
      case Methods.TOOLS_CALL -> byName(request, ListKind.TOOLS, "tool");
      case Methods.PROMPTS_GET -> byName(request, ListKind.PROMPTS, "prompt");
      case Methods.RESOURCES_READ, Methods.RESOURCES_SUBSCRIBE, Methods.RESOURCES_UNSUBSCRIBE ->
          byUri(request);
      case Methods.COMPLETION_COMPLETE -> byReference(request);
      default -> byAnything(request);
    };
  }

  private Route byName(Message.Request request, ListKind kind, String what) {
    var name = member(request, "name");
    if (name == null) {
      return Refusals.missing(request, "name");
    }
    var permission = permission(kind, name);
    var route = permission == null ? null : all.route(request);
    return permission != null && route instanceof Route.To to
        ? decided(request, to, permission, what + " '" + name + "'")
        : Refusals.unknown(what, name);
  }

  private Route byUri(Message.Request request) {
    var uri = member(request, "uri");
    if (uri == null) {
      return Refusals.missing(request, "uri");
    }
    var permission = resource(uri);
    return permission != null && all.route(request) instanceof Route.To to
        ? decided(request, to, permission, "resource '" + uri + "'")
        : Refusals.unknownResource(uri);
  }

  private Route byReference(Message.Request request) {
    var params = request.params();
    var reference = params == null ? null : params.view("ref");
    var name = reference == null ? null : reference.string("name");
    var uri = reference == null ? null : reference.string("uri");
    if (name != null) {
      return completion(request, ListKind.PROMPTS, name, permission(ListKind.PROMPTS, name));
    }
    return uri != null
        ? completion(request, ListKind.TEMPLATES, uri, template(uri))
        : Refusals.missing(request, reference == null ? "ref" : "ref.name or ref.uri");
  }

  private Route completion(
      Message.Request request, ListKind kind, String key, @Nullable Permission permission) {
    var origin = permission == null ? null : origin(kind, key);
    if (origin != null && all.route(request) instanceof Route.To to) {
      var completing = admitted.on(ItemKind.COMPLETION, origin.server(), origin.name());
      if (completing.exists()) {
        return decided(request, to, completing, "completion of '" + key + "'");
      }
    }
    return kind == ListKind.PROMPTS
        ? Refusals.unknown("prompt", key)
        : Refusals.unknownResource(key);
  }

  /** Methods that are not known here: of tasks, or of anything else. */
  private Route byAnything(Message.Request request) {
    var task = member(request, "taskId");
    if (!(routed(request) instanceof Route.To to)) {
      return task == null ? Refusals.unknownMethod(request) : Refusals.unknown("task", task);
    }
    if (request.method().startsWith("tasks/") || task != null) {
      var ownId = task == null ? "" : taskOrWhatWasSent(task);
      var permission = admitted.on(ItemKind.TASK, to.server(), ownId);
      if (permission.exists() && admitted.mayReach(to.server(), ItemKind.TASK)) {
        return decided(request, to, permission, "task");
      }
      return task == null ? Refusals.unknownMethod(request) : Refusals.unknown("task", task);
    }
    var permission = admitted.on(ItemKind.METHOD, to.server(), request.method());
    return permission.exists() && namesWhatExists(request)
        ? decided(request, to, permission, "method '" + request.method() + "'")
        : Refusals.unknownMethod(request);
  }

  /** Where a request goes; to the only server that exists for the caller, if there is only one. */
  private Route routed(Message.Request request) {
    var route = all.route(request);
    if (route instanceof Route.To to) {
      return admitted.sees(to.server()) ? to : Refusals.unknownMethod(request);
    }
    if (route instanceof Route.Nowhere(var reason, var _)
        && reason == Reason.UNKNOWN_METHOD
        && servers().size() == 1) {
      return new Route.To(servers().iterator().next(), new Splice(request.bytes()), null);
    }
    return route;
  }

  private boolean namesWhatExists(Message.Request request) {
    var uri = member(request, "uri");
    var name = member(request, "name");
    return (uri == null || resource(uri) != null)
        && (name == null || permission(ListKind.TOOLS, name) != null);
  }

  private Route decided(Message.Request request, Route.To to, Permission permission, String what) {
    var params = request.params();
    var arguments = params == null ? null : params.get("arguments");
    return switch (permission.decide(new RequestAttempt(at, arguments))) {
      case Decision.Allowed(var rule) ->
          screened(to.by(rule), permission.screening(Stage.ARGUMENTS), arguments, what);
      case Decision.ApprovalNeeded needed when needed.equals(approved) ->
          screened(to.by(needed.rule()), permission.screening(Stage.ARGUMENTS), arguments, what);
      case Decision refused -> new Route.Refused(to.server(), what, refused);
    };
  }

  private Route screened(
      Route.To to, @Nullable Screening screening, @Nullable Slice arguments, String what) {
    if (screening == null || arguments == null) {
      return to;
    }
    var texts = ScreenedTexts.of(screening, arguments, placeholders);
    var refused = texts.refused();
    if (refused != null) {
      var decision = new Decision.Screened(refused.guardrail(), refused.finding());
      return new Route.Refused(to.server(), what, decision);
    }
    if (texts.isChanged() && repeatsArgumentsInHeaders(to)) {
      return new Route.Refused(
          to.server(), what, new Decision.Screened("", "what its headers would still say"));
    }
    texts.into(to.splice());
    return to;
  }

  /** What is taken out of an argument must not leave in the header that repeats it. */
  private static boolean repeatsArgumentsInHeaders(Route.To to) {
    var snapshot = to.server().snapshot();
    return snapshot != null && to.name() != null && snapshot.toolHeaders().containsKey(to.name());
  }

  @Override
  public @Nullable ResultRules resultRules(Message.Request request) {
    var name = member(request, "name");
    var uri = member(request, "uri");
    var permission =
        switch (request.method()) {
          case Methods.TOOLS_CALL -> name == null ? null : permission(ListKind.TOOLS, name);
          case Methods.PROMPTS_GET -> name == null ? null : permission(ListKind.PROMPTS, name);
          case Methods.RESOURCES_READ -> uri == null ? null : resource(uri);
          default -> other(request);
        };
    var params = request.params();
    return ResultRules.of(
        permission, at, params == null ? null : params.get("arguments"), placeholders);
  }

  @Override
  public @Nullable ResultRules resultRulesOfTasks(Server server) {
    return ResultRules.of(admitted.on(ItemKind.TASK, server, ""), at, null, placeholders);
  }

  /** What a result of anything else counts as: one of a task, or of a method. */
  private @Nullable Permission other(Message.Request request) {
    var task = member(request, "taskId");
    return routed(request) instanceof Route.To to
        ? task != null
            ? admitted.on(ItemKind.TASK, to.server(), taskOrWhatWasSent(task))
            : admitted.on(ItemKind.METHOD, to.server(), request.method())
        : null;
  }

  private static @Nullable String member(Message.Request request, String name) {
    var params = request.params();
    return params == null ? null : params.string(name);
  }

  // ---- what exists

  private @Nullable Permission permission(ListKind kind, String key) {
    var list = admittedList(kind);
    return list == null ? null : list.permission(key);
  }

  /** A resource that is listed, or whose URI the rules allow and no other spelling could evade. */
  private @Nullable Permission resource(String uri) {
    var listed = permission(ListKind.RESOURCES, uri);
    if (listed != null) {
      return listed;
    }
    var origin = origin(ListKind.RESOURCES, uri);
    if (origin == null || !PlainUri.isPlain(origin.name())) {
      return null;
    }
    var permission = admitted.on(ItemKind.RESOURCE, origin.server(), origin.name());
    return permission.exists() ? permission : null;
  }

  /** Arguments of templates are completed, and rarely those of resources. */
  private @Nullable Permission template(String uri) {
    var listed = permission(ListKind.TEMPLATES, uri);
    return listed != null ? listed : resource(uri);
  }

  @Override
  public @Nullable String ownTask(String sent) {
    return all.ownTask(sent);
  }

  @Override
  public boolean knowsTask(Server server, String own) {
    return all.knowsTask(server, own);
  }

  private String taskOrWhatWasSent(String sent) {
    var own = ownTask(sent);
    return own == null ? sent : own;
  }

  private @Nullable AdmittedList admittedList(ListKind kind) {
    var whole = all.list(kind);
    return whole == null ? null : admitted.list(kind, whole, key -> origin(kind, key));
  }

  private @Nullable Origin origin(ListKind kind, String key) {
    return switch (all) {
      case SingleView(var server, var _) -> new Origin(server, key);
      case FederatedView(var catalogue, var _) -> {
        var target =
            switch (kind) {
              case TOOLS -> catalogue.tool(key);
              case PROMPTS -> catalogue.prompt(key);
              case RESOURCES, TEMPLATES -> catalogue.resource(key);
            };
        yield target == null ? null : new Origin(target.server(), target.name());
      }
      case AdmittedView _ -> throw new IllegalStateException("admitted twice");
    };
  }

  // ---- what is shown

  @Override
  public boolean shows(Server server, ItemKind kind, String name) {
    var permission = admitted.on(kind, server, name);
    return permission.exists() && (kind.needsAllowing() || admitted.mayReach(server, kind));
  }

  @Override
  public Splice toClient(Server server, Answered answer) {
    return all.toClient(server, answer);
  }

  @Override
  public Splice toClient(Server server, Message.Call message) {
    return all.toClient(server, message);
  }

  @Override
  public @Nullable Listing list(ListKind kind) {
    var list = admittedList(kind);
    return list == null ? null : list.shown();
  }

  @Override
  public ListForm legacyForm() {
    return all.legacyForm();
  }

  /** What a server says beside its items may be about those that are not there. */
  @Override
  public @Nullable Slice listExtra(ListKind kind) {
    var whole = all.list(kind);
    return whole != null && whole == list(kind) ? all.listExtra(kind) : null;
  }

  @Override
  public Collection<Server> servers() {
    return all.servers().stream().filter(admitted::sees).toList();
  }

  @Override
  public Slice capabilities(Era era) {
    return switch (all) {
      case SingleView single -> single.capabilities(era);
      case FederatedView _ -> FederatedView.capabilities(era, servers());
      case AdmittedView _ -> throw new IllegalStateException("admitted twice");
    };
  }

  @Override
  public Slice serverInfo(Era era) {
    return all.serverInfo(era);
  }

  @Override
  public @Nullable String instructions() {
    return switch (all) {
      case SingleView single -> single.instructions();
      case FederatedView _ -> FederatedView.instructions(servers());
      case AdmittedView _ -> throw new IllegalStateException("admitted twice");
    };
  }

  @Override
  public @Nullable Slice troubles() {
    return all instanceof FederatedView ? Catalogue.troubles(List.copyOf(servers())) : null;
  }
}

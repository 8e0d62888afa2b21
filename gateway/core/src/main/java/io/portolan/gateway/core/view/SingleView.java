package io.portolan.gateway.core.view;

import io.portolan.gateway.core.catalogue.ListForm;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ModernHeaders;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One server under its own names: nothing is rewritten but the ids of tasks.
 *
 * @param server the server
 * @param owner whose tasks are known here
 */
public record SingleView(Server server, TaskIds.Owner owner) implements View {
  private static final String TASK_METHODS = "tasks/";
  private static final Slice NOTHING = Slice.utf8("{}");

  @Override
  public Route route(Message.Request request) {
    var splice = new Splice(request.bytes());
    var params = request.params();
    var related = TaskNames.related(params);
    if (related != null) {
      var own = ownTask(related.string());
      if (own == null) {
        return Refusals.unknown("task", related.string());
      }
      splice.replaceString(related, own);
    }
    var name = ModernHeaders.nameOf(request).orElse(null);
    var task = TaskNames.subject(params);
    if (task == null) {
      return name == null || isInForce(request.method(), name)
          ? new Route.To(server, splice, name)
          : Refusals.unknown(request.method().equals(Methods.TOOLS_CALL) ? "tool" : "prompt", name);
    }
    var own = ownTask(task.string());
    if (own != null) {
      return new Route.To(server, splice.replaceString(task, own), name == null ? null : own);
    }
    // What other methods call a task is the server's own business.
    return request.method().startsWith(TASK_METHODS)
        ? Refusals.unknown("task", task.string())
        : new Route.To(server, splice, name);
  }

  private boolean isInForce(String method, String name) {
    var snapshot = server.snapshot();
    return snapshot == null
        || switch (method) {
          case Methods.TOOLS_CALL -> snapshot.isInForce(ListKind.TOOLS, name);
          case Methods.PROMPTS_GET -> snapshot.isInForce(ListKind.PROMPTS, name);
          default -> true;
        };
  }

  @Override
  public @Nullable String ownTask(String sent) {
    return owner.own(server.name(), sent);
  }

  @Override
  public boolean knowsTask(Server from, String own) {
    return owner.known(from.name(), own) != null;
  }

  @Override
  public Splice toClient(Server from, Answered answer) {
    var splice = new Splice(answer.message().bytes());
    var result = answer.result();
    if (result != null) {
      tasks(from).result(result, splice);
    }
    return splice;
  }

  @Override
  public Splice toClient(Server from, Message.Call message) {
    var splice = new Splice(message.bytes());
    tasks(from).call(message, splice);
    return splice;
  }

  private TaskNames tasks(Server from) {
    return new TaskNames(from, owner, UnaryOperator.identity());
  }

  @Override
  public @Nullable Listing list(ListKind kind) {
    var snapshot = server.snapshot();
    if (snapshot == null) {
      return null;
    }
    var offered =
        snapshot.offers(kind.capability(), Era.LEGACY)
            || snapshot.offers(kind.capability(), Era.MODERN);
    return offered ? snapshot.list(kind) : null;
  }

  @Override
  public ListForm legacyForm() {
    var snapshot = server.snapshot();
    return snapshot == null ? ListForm.WHOLE : snapshot.legacyForm();
  }

  @Override
  public @Nullable Slice listExtra(ListKind kind) {
    var snapshot = server.snapshot();
    return snapshot == null ? null : snapshot.extras().get(kind);
  }

  @Override
  public Collection<Server> servers() {
    return List.of(server);
  }

  private @Nullable JsonView hello(Era era) {
    var snapshot = server.snapshot();
    return snapshot == null ? null : snapshot.profile().hello(era);
  }

  @Override
  public Slice capabilities(Era era) {
    var hello = hello(era);
    var capabilities = hello == null ? null : hello.get("capabilities");
    if (capabilities == null || !capabilities.isObject()) {
      return NOTHING;
    }
    if (era == Era.MODERN) {
      return isLegacyOnly() ? LegacyTasks.extended(capabilities) : capabilities;
    }
    return isModernOnly() ? LegacyTasks.capabilities(capabilities) : capabilities;
  }

  private boolean isLegacyOnly() {
    var snapshot = server.snapshot();
    return snapshot != null && !snapshot.profile().speaks(Era.MODERN);
  }

  private boolean isModernOnly() {
    var snapshot = server.snapshot();
    return snapshot != null && !snapshot.profile().speaks(Era.LEGACY);
  }

  @Override
  public Slice serverInfo(Era era) {
    var hello = hello(era);
    if (hello == null) {
      return FederatedView.SERVER_INFO;
    }
    var info = hello.get("serverInfo");
    if (info == null) {
      var meta = hello.view(MetaKeys.META);
      info = meta == null ? null : meta.get(MetaKeys.SERVER_INFO);
    }
    return info == null ? FederatedView.SERVER_INFO : info;
  }

  @Override
  public @Nullable String instructions() {
    var snapshot = server.snapshot();
    return snapshot == null ? null : snapshot.instructions();
  }

  @Override
  public @Nullable Slice troubles() {
    return null;
  }
}

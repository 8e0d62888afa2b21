package io.portolan.gateway.core.view;

import io.portolan.gateway.core.catalogue.ListForm;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.ModernHeaders;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server under its own names: nothing is rewritten. */
public record SingleView(Server server) implements View {
  private static final Slice NOTHING = Slice.utf8("{}");

  @Override
  public Route route(Message.Request request) {
    return new Route.To(
        server, new Splice(request.bytes()), ModernHeaders.nameOf(request).orElse(null));
  }

  @Override
  public Splice toClient(Server from, Answered answer) {
    return new Splice(answer.message().bytes());
  }

  @Override
  public Splice toClient(Server from, Message.Call message) {
    return new Splice(message.bytes());
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

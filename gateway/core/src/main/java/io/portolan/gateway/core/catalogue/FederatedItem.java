package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.protocol.JsonText;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import org.jspecify.annotations.Nullable;

/** Rewrites the definitions of one server into the names of the federated view. Stateless. */
final class FederatedItem {
  private FederatedItem() {}

  /** The item under its qualified name, every other byte as it was. */
  static Item of(Server server, ListKind kind, Item own) {
    var view = JsonView.of(own.json());
    var splice = new Splice(own.json());
    var key =
        switch (kind) {
          case TOOLS, PROMPTS -> Names.qualified(server.handle(), own.key());
          case RESOURCES, TEMPLATES -> Names.qualifiedUri(server.schemeKey(), own.key());
        };
    var region = view.get(kind.key());
    if (region != null) {
      splice.replace(region, JsonText.encode(key));
    }
    if (kind == ListKind.TOOLS) {
      uiReferences(server, view, splice);
    }
    return new Item(key, splice.apply().join());
  }

  /** MCP Apps: the user interface of a tool is a resource, named in the tool's metadata. */
  private static void uiReferences(Server server, JsonView tool, Splice splice) {
    var meta = tool.view(MetaKeys.META);
    if (meta == null) {
      return;
    }
    replaceUri(server, meta.get("ui/resourceUri"), splice);
    var ui = meta.view("ui");
    if (ui != null) {
      replaceUri(server, ui.get("resourceUri"), splice);
    }
  }

  private static void replaceUri(Server server, @Nullable Slice uri, Splice splice) {
    if (uri != null && uri.isString()) {
      splice.replaceString(uri, Names.qualifiedUri(server.schemeKey(), uri.string()));
    }
  }
}

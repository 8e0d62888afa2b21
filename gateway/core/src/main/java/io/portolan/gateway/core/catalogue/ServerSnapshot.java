package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.ParamHeaders;
import io.portolan.gateway.protocol.Slice;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one server offered when it was last asked, in its own names. Immutable.
 *
 * @param profile what it said of itself
 * @param lists its four lists
 * @param extras members of its list results other than the items, where the list was one page
 * @param toolHeaders for each tool that has some, the arguments that are repeated in headers
 * @param legacyForm how it answers a legacy client that asks for a list
 * @param destructiveTools its own names of the tools that say they may destroy something
 * @param pinned what may be asked for by name; null where that is anything
 */
public record ServerSnapshot(
    ServerProfile profile,
    Map<ListKind, Listing> lists,
    Map<ListKind, Slice> extras,
    Map<String, ParamHeaders> toolHeaders,
    ListForm legacyForm,
    Set<String> destructiveTools,
    @Nullable Pinned pinned) {
  /** A server that offers nothing, yet. */
  public static ServerSnapshot empty(ServerProfile profile) {
    return new ServerSnapshot(
        profile, Map.of(), Map.of(), Map.of(), ListForm.WHOLE, Set.of(), null);
  }

  /** The same lists of a server that was probed again. */
  ServerSnapshot with(ServerProfile newProfile) {
    return new ServerSnapshot(
        newProfile, lists, extras, toolHeaders, legacyForm, destructiveTools, pinned);
  }

  public ServerSnapshot {
    lists = Map.copyOf(lists);
    extras = Map.copyOf(extras);
    toolHeaders = Map.copyOf(toolHeaders);
    destructiveTools = Set.copyOf(destructiveTools);
  }

  /** What is in force of a server that is held to what somebody approved of. */
  public record Pinned(Set<String> tools, Set<String> prompts, boolean instructions) {
    public Pinned {
      tools = Set.copyOf(tools);
      prompts = Set.copyOf(prompts);
    }
  }

  /** The same server with what is in force; lists that say the same as before are those. */
  ServerSnapshot heldTo(Pinning.InForce inForce, @Nullable ServerSnapshot before) {
    var shown = new EnumMap<ListKind, Listing>(ListKind.class);
    for (var kind : ListKind.values()) {
      var list = inForce.lists().getOrDefault(kind, Listing.EMPTY);
      var old = before == null ? null : before.lists.get(kind);
      shown.put(kind, old != null && old.sameAs(list) ? old : list);
    }
    var names =
        new Pinned(
            names(shown, ListKind.TOOLS), names(shown, ListKind.PROMPTS), inForce.instructions());
    return new ServerSnapshot(
        profile, shown, extras, toolHeaders, legacyForm, destructiveTools, names);
  }

  private static Set<String> names(Map<ListKind, Listing> lists, ListKind kind) {
    var list = lists.getOrDefault(kind, Listing.EMPTY);
    return list.items().stream().map(Item::key).collect(Collectors.toSet());
  }

  /** Whether a tool or prompt may be asked for by its own name. */
  public boolean isInForce(ListKind kind, String name) {
    return pinned == null
        || switch (kind) {
          case TOOLS -> pinned.tools().contains(name);
          case PROMPTS -> pinned.prompts().contains(name);
          case RESOURCES, TEMPLATES -> true;
        };
  }

  /** One of its lists. */
  public Listing list(ListKind kind) {
    return lists.getOrDefault(kind, Listing.EMPTY);
  }

  /** The same server with one list replaced; a list that says the same is kept as it is. */
  public ServerSnapshot with(ListKind kind, Listing list, @Nullable Slice extra) {
    var newLists = new EnumMap<ListKind, Listing>(ListKind.class);
    newLists.putAll(lists);
    var old = lists.get(kind);
    var kept = old != null && old.sameAs(list) ? old : list;
    newLists.put(kind, kept);
    var newExtras = new EnumMap<ListKind, Slice>(ListKind.class);
    newExtras.putAll(extras);
    if (extra == null) {
      newExtras.remove(kind);
    } else {
      newExtras.put(kind, extra);
    }
    var destructive = kind == ListKind.TOOLS ? DestructiveTools.of(kept) : destructiveTools;
    return new ServerSnapshot(
        profile, newLists, newExtras, toolHeaders, legacyForm, destructive, pinned);
  }

  /** The same server with other headers for its tools. */
  public ServerSnapshot withToolHeaders(Map<String, ParamHeaders> headers) {
    return new ServerSnapshot(
        profile, lists, extras, headers, legacyForm, destructiveTools, pinned);
  }

  /** The same server, now that it is known how it answers legacy clients. */
  ServerSnapshot withLegacyForm(ListForm form) {
    return new ServerSnapshot(profile, lists, extras, toolHeaders, form, destructiveTools, pinned);
  }

  /** Whether it declares a capability, in the era it is asked in. */
  public boolean offers(String capability, Era era) {
    var capabilities = profile.hello(era).view("capabilities");
    return capabilities != null && capabilities.get(capability) != null;
  }

  /** Its instructions to models; null when it has none, or none that are in force. */
  public @Nullable String instructions() {
    if (pinned != null && !pinned.instructions()) {
      return null;
    }
    JsonView hello = profile.hello(Era.LEGACY);
    return hello.string("instructions");
  }
}

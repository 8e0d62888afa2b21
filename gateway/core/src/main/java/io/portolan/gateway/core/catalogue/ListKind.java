package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.protocol.Methods;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The four lists a server can offer. */
public enum ListKind {
  TOOLS(Methods.TOOLS_LIST, "tools", "name", "tools", Methods.TOOLS_LIST_CHANGED),
  RESOURCES(
      Methods.RESOURCES_LIST, "resources", "uri", "resources", Methods.RESOURCES_LIST_CHANGED),
  TEMPLATES(
      Methods.RESOURCES_TEMPLATES_LIST,
      "resourceTemplates",
      "uriTemplate",
      "resources",
      Methods.RESOURCES_LIST_CHANGED),
  PROMPTS(Methods.PROMPTS_LIST, "prompts", "name", "prompts", Methods.PROMPTS_LIST_CHANGED);

  private static final List<ListKind> ALL = List.of(values());
  private final String method;
  private final String member;
  private final String key;
  private final String capability;
  private final String changed;

  ListKind(String method, String member, String key, String capability, String changed) {
    this.method = method;
    this.member = member;
    this.key = key;
    this.capability = capability;
    this.changed = changed;
  }

  /** The method that asks for the list. */
  public String method() {
    return method;
  }

  /** The member of the result that holds the items. */
  public String member() {
    return member;
  }

  /** The member that identifies an item. */
  public String key() {
    return key;
  }

  /** The capability a server declares when it offers the list. */
  public String capability() {
    return capability;
  }

  /** Whether items have names, which are unique and can be called, rather than URIs. */
  boolean isNamed() {
    return key.equals("name");
  }

  /** The list a method asks for, if it asks for one. */
  public static Optional<ListKind> askedBy(String method) {
    for (var kind : ALL) {
      if (kind.method.equals(method)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** The lists that a notification says have changed; empty for all others. */
  public static Set<ListKind> changedBy(String method) {
    var kinds = EnumSet.noneOf(ListKind.class);
    for (var kind : ALL) {
      if (kind.changed.equals(method)) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  /** The notification that says that the list changed. */
  public String changed() {
    return changed;
  }
}

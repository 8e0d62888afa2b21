package io.portolan.mcp.kit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What a running server offers. It may change under way; whoever serves it is told. Lists come in
 * the order in which things were added. Safe for all threads.
 */
public final class Catalogue {
  /** A change, after it happened. */
  public sealed interface Change {
    record ToolAdded(ToolSpec<?> tool) implements Change {}

    record ToolRemoved(String name) implements Change {}

    record PromptAdded(PromptSpec prompt) implements Change {}

    record PromptRemoved(String name) implements Change {}

    record ResourceAdded(ResourceSpec resource) implements Change {}

    record ResourceRemoved(String uri) implements Change {}

    record ResourceUpdated(String uri) implements Change {}
  }

  /** Is told of changes, on the thread that made them, and must not block. */
  @FunctionalInterface
  public interface Listener {
    void changed(Change change);
  }

  // Each map is guarded by its own monitor; listeners are called outside of it.
  private final Map<String, ToolSpec<?>> tools = new LinkedHashMap<>();
  private final Map<String, PromptSpec> prompts = new LinkedHashMap<>();
  private final Map<String, ResourceSpec> resources = new LinkedHashMap<>();
  private final List<TemplateSpec> templates = new CopyOnWriteArrayList<>();
  private final List<CompletionSpec> completions = new CopyOnWriteArrayList<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Stops telling a listener; unknown ones are ignored. */
  public void forget(Listener listener) {
    listeners.remove(listener);
  }

  public void add(ToolSpec<?> tool) {
    put(tools, tool.name(), tool);
    tell(new Change.ToolAdded(tool));
  }

  public void add(PromptSpec prompt) {
    put(prompts, prompt.name(), prompt);
    tell(new Change.PromptAdded(prompt));
  }

  public void add(ResourceSpec resource) {
    put(resources, resource.uri(), resource);
    tell(new Change.ResourceAdded(resource));
  }

  /** Templates and completions are part of a server from the start. */
  public void add(TemplateSpec template) {
    templates.add(template);
  }

  /** Templates and completions are part of a server from the start. */
  public void add(CompletionSpec completion) {
    completions.add(completion);
  }

  public void removeTool(String name) {
    if (take(tools, name)) {
      tell(new Change.ToolRemoved(name));
    }
  }

  public void removePrompt(String name) {
    if (take(prompts, name)) {
      tell(new Change.PromptRemoved(name));
    }
  }

  public void removeResource(String uri) {
    if (take(resources, uri)) {
      tell(new Change.ResourceRemoved(uri));
    }
  }

  /** Says that the content of a resource is a different one now. */
  public void updated(String uri) {
    tell(new Change.ResourceUpdated(uri));
  }

  public List<ToolSpec<?>> tools() {
    synchronized (tools) {
      return List.copyOf(tools.values());
    }
  }

  public List<PromptSpec> prompts() {
    synchronized (prompts) {
      return List.copyOf(prompts.values());
    }
  }

  public List<ResourceSpec> resources() {
    synchronized (resources) {
      return List.copyOf(resources.values());
    }
  }

  public List<TemplateSpec> templates() {
    return List.copyOf(templates);
  }

  public List<CompletionSpec> completions() {
    return List.copyOf(completions);
  }

  public Optional<ToolSpec<?>> tool(String name) {
    synchronized (tools) {
      return Optional.ofNullable(tools.get(name));
    }
  }

  public Optional<PromptSpec> prompt(String name) {
    synchronized (prompts) {
      return Optional.ofNullable(prompts.get(name));
    }
  }

  /** The handler for a URI: the resource of that URI, else the first template that matches. */
  public Optional<ResourceSpec.ReadHandler> reader(String uri) {
    synchronized (resources) {
      var fixed = resources.get(uri);
      if (fixed != null) {
        return Optional.of(fixed.handler());
      }
    }
    return templates.stream().filter(t -> t.matches(uri)).findFirst().map(TemplateSpec::handler);
  }

  private static <V> void put(Map<String, V> map, String key, V value) {
    synchronized (map) {
      map.put(key, value);
    }
  }

  private static <V> boolean take(Map<String, V> map, String key) {
    synchronized (map) {
      return map.remove(key) != null;
    }
  }

  private void tell(Change change) {
    listeners.forEach(listener -> listener.changed(change));
  }
}

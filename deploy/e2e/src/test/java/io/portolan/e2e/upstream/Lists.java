package io.portolan.e2e.upstream;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** What the server lists, each entry as the JSON object that is sent. */
public record Lists(
    List<String> tools, List<String> resources, List<String> templates, List<String> prompts) {
  public Lists {
    tools = List.copyOf(tools);
    resources = List.copyOf(resources);
    templates = List.copyOf(templates);
    prompts = List.copyOf(prompts);
  }

  /** One tool called play, one resource raw://one, one template and one prompt called ask. */
  public static Lists small() {
    return new Lists(
        List.of(tool("play")),
        List.of("{\"uri\":\"raw://one\",\"name\":\"one\"}"),
        List.of("{\"uriTemplate\":\"raw://t/{x}\",\"name\":\"t\"}"),
        List.of("{\"name\":\"ask\"}"));
  }

  public static Lists ofTools(List<String> tools) {
    return new Lists(tools, List.of(), List.of(), List.of());
  }

  public static String tool(String name) {
    return "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}";
  }

  /** The members of the result of a list method, without the braces; empty for another method. */
  String members(String method) {
    return switch (method) {
      case "tools/list" -> list("tools", tools);
      case "resources/list" -> list("resources", resources);
      case "resources/templates/list" -> list("resourceTemplates", templates);
      case "prompts/list" -> list("prompts", prompts);
      default -> "";
    };
  }

  private static String list(String name, List<String> entries) {
    return entries.stream().collect(joining(",", "\"" + name + "\":[", "]"));
  }
}

package io.portolan.gateway.openapi.convert;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool that an operation became. Immutable: nobody changes its trees.
 *
 * @param name 1 to 64 of {@code A-Z a-z 0-9 . _ -}, unique in its document
 * @param definition the tool as MCP lists it
 * @param input the schema of its arguments
 * @param output the schema of its structured content; null where it has none
 * @param call how it is called
 */
public record ApiTool(
    String name, ObjectNode definition, ObjectNode input, @Nullable ObjectNode output, Call call) {

  /**
   * How a tool is called.
   *
   * @param method of HTTP
   * @param server where the path goes on; absolute, without a slash at its end
   * @param path with a name in braces for each parameter in it
   * @param body null where none is sent
   * @param accept the media types that the API says it answers in; empty where it says none
   * @param security the ways in which the API knows its callers, one of which is enough, each with
   *     all schemes that it takes; empty where it asks for none
   */
  public record Call(
      String method,
      URI server,
      String path,
      List<Parameter> parameters,
      @Nullable RequestBody body,
      List<String> accept,
      Wrapping wrapping,
      List<List<Security>> security) {
    public Call {
      parameters = List.copyOf(parameters);
      accept = List.copyOf(accept);
      security = security.stream().map(List::copyOf).toList();
    }
  }

  /** How a JSON answer stands in the structured content. */
  public enum Wrapping {
    /** As it is. */
    PLAIN,
    /** As the member {@code result}, since it may be something else than an object. */
    RESULT
  }
}

package io.portolan.mcp.kit;

import io.modelcontextprotocol.spec.McpSchema;
import java.util.regex.Pattern;

/**
 * A family of resources under a URI template with simple {@code {name}} variables, each standing
 * for one path segment.
 */
public record TemplateSpec(McpSchema.ResourceTemplate template, ResourceSpec.ReadHandler handler) {

  /** Whether the URI is one of this family. */
  public boolean matches(String uri) {
    return pattern().matcher(uri).matches();
  }

  private Pattern pattern() {
    var regex = new StringBuilder();
    var rest = template.uriTemplate();
    for (int open = rest.indexOf('{'); open >= 0; open = rest.indexOf('{')) {
      regex.append(Pattern.quote(rest.substring(0, open))).append("([^/]+)");
      rest = rest.substring(rest.indexOf('}', open) + 1);
    }
    return Pattern.compile(regex.append(Pattern.quote(rest)).toString());
  }
}

package io.portolan.gateway.openapi.convert;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a document became. Immutable.
 *
 * @param title of the API
 * @param version of the API
 * @param about the API's own description, at most 2,000 characters; may be empty
 * @param tools in the order of the document
 * @param operations how many the document has
 * @param leftOut operations that could not be converted, with why
 * @param outlined tools of whose schemas only the nearest part is shown, by what is not
 * @param servers where calls go
 */
public record Conversion(
    String title,
    String version,
    String about,
    List<ApiTool> tools,
    int operations,
    Map<String, String> leftOut,
    Map<String, List<String>> outlined,
    List<URI> servers) {
  public Conversion {
    tools = List.copyOf(tools);
    leftOut = Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
    outlined = Map.copyOf(outlined);
    servers = List.copyOf(servers);
  }
}

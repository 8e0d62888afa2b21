package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.ParamHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * The tools of a modern HTTP server: which arguments are repeated in headers. A tool whose
 * annotations break the rules must not be offered by a client, which the gateway is here.
 *
 * @param offered the tools that may be offered
 * @param headers for each tool that has some, the arguments that are repeated
 */
record MirroredTools(Listing offered, Map<String, ParamHeaders> headers) {
  private static final System.Logger LOG = System.getLogger(MirroredTools.class.getName());

  static MirroredTools of(String server, Listing tools) {
    var offered = new ArrayList<Item>();
    var headers = new HashMap<String, ParamHeaders>();
    for (var tool : tools.items()) {
      var schema = JsonView.of(tool.json()).get("inputSchema");
      if (schema == null) {
        offered.add(tool);
        continue;
      }
      switch (ParamHeaders.read(schema)) {
        case ParamHeaders.Reading.Valid(var repeated) -> {
          offered.add(tool);
          if (!repeated.isEmpty()) {
            headers.put(tool.key(), repeated);
          }
        }
        case ParamHeaders.Reading.Invalid(var reason) ->
            LOG.log(
                System.Logger.Level.WARNING,
                "server {0}: tool {1} is left out: {2}",
                server,
                tool.key(),
                reason);
      }
    }
    return new MirroredTools(
        offered.size() == tools.items().size() ? tools : new Listing(offered), headers);
  }
}

package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Ids;
import io.portolan.bench.load.McpClient;
import io.portolan.bench.process.ProcessTree;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * One way to the upstream.
 *
 * @param name heading of its column
 * @param endpoint where requests go
 * @param tools what the tools are called there
 * @param tree the process under test
 */
public record Target(String name, URI endpoint, Tools tools, ProcessTree tree) {
  /** Nothing between load and upstream. */
  public static final String DIRECT = "direct";

  /** The plain reverse proxy. */
  public static final String NGINX = "nginx";

  /** The federated endpoint, whose figures count. */
  public static final String PORTOLAN = "portolan /mcp";

  /** The endpoint of the one server. */
  public static final String PORTOLAN_SERVER = "portolan /mcp/s/bench";

  /** Connects once to learn what the tools are called. */
  public static Target at(String name, URI endpoint, ProcessTree tree, Ids ids)
      throws IOException, BadReplyException {
    try (var client = McpClient.open(endpoint, ids, Duration.ofSeconds(10))) {
      var tools = Tools.among(client.toolNames());
      client.endSession();
      return new Target(name, endpoint, tools, tree);
    }
  }
}

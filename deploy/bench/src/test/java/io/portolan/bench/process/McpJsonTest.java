package io.portolan.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;

class McpJsonTest {

  @Test
  void serversStandInTheirOrder() {
    var servers = new LinkedHashMap<String, URI>();
    servers.put("b", URI.create("http://127.0.0.1:1/u/1/mcp"));
    servers.put("a", URI.create("http://127.0.0.1:1/u/2/mcp"));
    assertThat(new McpJson(servers).text())
        .isEqualTo(
            """
            {
              "mcpServers": {
                "b": {"type": "http", "url": "http://127.0.0.1:1/u/1/mcp"},
                "a": {"type": "http", "url": "http://127.0.0.1:1/u/2/mcp"}
              }
            }
            """);
  }
}

package io.portolan.mcp.everything;

import io.portolan.mcp.kit.ToolServer;

/** Puts the fixture together. */
public final class Everything {
  private Everything() {}

  /** A fresh server with its own state. */
  public static ToolServer server() {
    var server =
        ToolServer.named(
            "portolan-everything",
            "0.1.0",
            "A fixture: each tool shows one thing that a server can do.");
    ContentTools.offer(server);
    PlainTools.offer(server);
    NoticeTools.offer(server);
    QuestionTools.offer(server);
    RoundTools.offer(server);
    TaskTools.offer(server);
    Documents.offer(server);
    Prompts.offer(server);
    ChangeTools.offer(server);
    return server;
  }
}

package io.portolan.standalone.connect;

import io.portolan.gateway.protocol.JsonWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * No file holds a secret: each client reads the token from its environment in its own way of
 * saying so, or asks for it.
 */

/** A program that speaks MCP, and how its settings name a server. */
public enum Client {
  CURSOR("Cursor", "mcpServers") {
    @Override
    Path file(Places places) {
      return places.projectOrHome().resolve(".cursor/mcp.json");
    }

    @Override
    void entry(Connection to, JsonWriter json) {
      remote(json, "url", to, "Bearer ${env:%s}");
    }
  },
  VSCODE("VS Code", "servers") {
    @Override
    Path file(Places places) {
      return places.projectOrHere().resolve(".vscode/mcp.json");
    }

    @Override
    void entry(Connection to, JsonWriter json) {
      json.member("type", "http");
      remote(json, "url", to, "Bearer ${env:%s}");
    }
  },
  CLAUDE("Claude Code", "mcpServers") {
    @Override
    Path file(Places places) {
      return places.projectOrHere().resolve(".mcp.json");
    }

    @Override
    void entry(Connection to, JsonWriter json) {
      json.member("type", "http");
      remote(json, "url", to, "Bearer ${%s}");
    }
  },
  CLAUDE_DESKTOP("Claude Desktop", "mcpServers") {
    @Override
    Path file(Places places) {
      return places.applicationData().resolve("Claude/claude_desktop_config.json");
    }

    // Its settings name programs only.
    @Override
    void entry(Connection to, JsonWriter json) {
      json.member("command", to.launcher());
      json.name("args").beginArray().value("stdio").value("--url").value(to.url().toString());
      var variable = to.tokenVariable();
      if (variable == null) {
        json.endArray();
        return;
      }
      json.value("--header").value("Authorization=env:" + variable).endArray();
      json.name("env").beginObject().member(variable, "Bearer YOUR-KEY").endObject();
    }
  },
  WINDSURF("Windsurf", "mcpServers") {
    @Override
    Path file(Places places) {
      return places.home().resolve(".codeium/windsurf/mcp_config.json");
    }

    @Override
    void entry(Connection to, JsonWriter json) {
      remote(json, "serverUrl", to, "Bearer ${env:%s}");
    }
  },
  GEMINI("Gemini CLI", "mcpServers") {
    @Override
    Path file(Places places) {
      return places.projectOrHome().resolve(".gemini/settings.json");
    }

    @Override
    void entry(Connection to, JsonWriter json) {
      remote(json, "httpUrl", to, "Bearer ${%s}");
    }
  },
  CODEX("Codex", "mcp_servers") {
    @Override
    Path file(Places places) {
      return places.projectOrHome().resolve(".codex/config.toml");
    }

    @Override
    void entry(Connection to, JsonWriter json) {
      json.member("url", to.url().toString());
      var variable = to.tokenVariable();
      if (variable != null) {
        json.member("bearer_token_env_var", variable);
      }
    }
  };

  private final String title;
  private final String section;

  Client(String title, String section) {
    this.title = title;
    this.section = section;
  }

  /**
   * Where settings lie.
   *
   * @param home the user's
   * @param here the current folder
   * @param project the folder whose settings are meant; null for the user's own, where a client has
   *     such
   * @param environment of this process
   * @param system the operating system's name
   */
  public record Places(
      Path home,
      Path here,
      @Nullable Path project,
      Map<String, String> environment,
      String system) {
    Path projectOrHome() {
      return project == null ? home : project;
    }

    Path projectOrHere() {
      return project == null ? here : project;
    }

    Path applicationData() {
      var name = system.toLowerCase(Locale.ROOT);
      if (name.startsWith("mac")) {
        return home.resolve("Library/Application Support");
      }
      var windows = environment.get("APPDATA");
      return name.startsWith("windows") && windows != null
          ? Path.of(windows)
          : home.resolve(".config");
    }
  }

  /** The file its settings are in. */
  abstract Path file(Places places);

  /** Writes the members of its entry for a server. */
  abstract void entry(Connection to, JsonWriter json);

  private static void remote(JsonWriter json, String member, Connection to, String authorization) {
    json.member(member, to.url().toString());
    var variable = to.tokenVariable();
    if (variable != null) {
      json.name("headers")
          .beginObject()
          .member("Authorization", authorization.formatted(variable))
          .endObject();
    }
  }

  /** What people call it. */
  public String title() {
    return title;
  }

  /** What the command line calls it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Where in its settings servers are named. */
  String section() {
    return section;
  }
}

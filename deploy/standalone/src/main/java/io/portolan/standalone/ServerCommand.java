package io.portolan.standalone;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.registry.ServerClient;
import io.portolan.standalone.registry.ServerClient.Keeping;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan server ...}: the servers that a tenant registered. */
@Command(
    name = "server",
    description =
        "Registers remote MCP servers of a tenant, lists and removes them. Asks the gateway that"
            + " serves the data directory; where none runs, uses its store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ServerCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private ServerCommand() {}

  static CommandLine line(PrintStream out) {
    return new CommandLine(new ServerCommand())
        .addSubcommand(new Add(out))
        .addSubcommand(new Check(out))
        .addSubcommand(new ListServers(out))
        .addSubcommand(new Show(out))
        .addSubcommand(new Remove(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "server needs one of add, check, list, show, remove");
  }

  /** What all of them share: whose servers. */
  private abstract static sealed class OnServers extends AskingCommand {
    @Option(names = "--tenant", description = "whose servers (development)")
    private String tenant = TenantId.DEVELOPMENT.value();

    private OnServers(PrintStream out) {
      super(out);
    }

    abstract void on(ServerClient servers) throws IOException, InterruptedException;

    @Override
    final void on(ApiClient api) throws IOException, InterruptedException {
      on(new ServerClient(api, new TenantId(tenant)));
    }
  }

  /** What says how a server is reached. */
  private abstract static sealed class Registering extends OnServers {
    @Parameters(index = "0", paramLabel = "NAME", description = "such as com.example/weather")
    private String name = "";

    @Parameters(index = "1", paramLabel = "URL", description = "of its MCP endpoint")
    private String url = "";

    @Option(names = "--server-version", description = "which never changes afterwards (1.0.0)")
    private @Nullable String version;

    @Option(names = "--handle", description = "what its tools are called after")
    private @Nullable String handle;

    @Option(names = "--title", description = "what people call it")
    private @Nullable String title;

    @Option(names = "--description", description = "what it does, in 100 characters")
    private @Nullable String description;

    @Option(names = "--team", description = "whose it is")
    private @Nullable String team;

    @Option(names = "--transport", description = "streamable-http or sse; found out without it")
    private @Nullable String transport;

    @Option(
        names = "--header",
        paramLabel = "NAME=VALUE",
        description = "sent with each request; credentials as $${secret:NAME}")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--timeout", description = "of a call, such as 30s (60s)")
    private @Nullable String timeout;

    private Registering(PrintStream out) {
      super(out);
    }

    abstract Keeping keeping();

    @Override
    final void on(ServerClient servers) throws IOException, InterruptedException {
      show(servers.register(body(), keeping()));
    }

    private String body() {
      var json = new JsonWriter().beginObject().member("name", name).member("url", url);
      member(json, "version", version);
      member(json, "handle", handle);
      member(json, "title", title);
      member(json, "description", description);
      member(json, "team", team);
      member(json, "transport", transport);
      member(json, "timeout", timeout);
      json.name("headers").beginObject();
      headers.forEach(json::member);
      return json.endObject().endObject().toSlice().text();
    }

    private static void member(JsonWriter json, String name, @Nullable String text) {
      if (text != null) {
        json.member(name, text);
      }
    }

    private void show(Fields answer) {
      out.println(
          (keeping() == Keeping.KEPT ? "Registered " : "Could be registered: ")
              + answer.required("name")
              + " "
              + answer.required("version")
              + " as "
              + answer.required("handle"));
      var seen = answer.object("seen");
      if (seen != null) {
        out.printf(
            Locale.ROOT,
            "  %s, protocol %s, %d tools%n",
            seen.required("transport"),
            String.join(", ", seen.words("protocolVersions", Set.of())),
            Objects.requireNonNullElse(seen.number("toolCount"), 0L));
        for (var tool : seen.objects("tools")) {
          out.println("  " + tool.required("offeredAs") + "  " + tool.required("risk"));
        }
        seen.words("warnings", Set.of()).forEach(warning -> out.println("  note: " + warning));
      }
    }
  }

  @Command(
      name = "add",
      description = "Registers a server, or a new version of one, after a look at it.",
      mixinStandardHelpOptions = true)
  private static final class Add extends Registering {
    Add(PrintStream out) {
      super(out);
    }

    @Override
    Keeping keeping() {
      return Keeping.KEPT;
    }
  }

  @Command(
      name = "check",
      description = "Looks at a server as add does, and shows what the gateway would see.",
      mixinStandardHelpOptions = true)
  private static final class Check extends Registering {
    Check(PrintStream out) {
      super(out);
    }

    @Override
    Keeping keeping() {
      return Keeping.TRIED;
    }
  }

  @Command(name = "list", description = "Lists servers.", mixinStandardHelpOptions = true)
  private static final class ListServers extends OnServers {
    ListServers(PrintStream out) {
      super(out);
    }

    @Override
    void on(ServerClient servers) throws IOException, InterruptedException {
      var after = "";
      while (after != null) {
        var page = servers.list(after);
        for (var each : page.objects("servers")) {
          out.printf(
              Locale.ROOT,
              "%-48s %-12s as %-24s%n",
              each.required("name"),
              Objects.requireNonNullElse(each.text("latest"), "removed"),
              each.required("handle"));
        }
        after = page.text("next");
      }
    }
  }

  @Command(
      name = "show",
      description = "Shows all versions of a server.",
      mixinStandardHelpOptions = true)
  private static final class Show extends OnServers {
    @Parameters(paramLabel = "NAME", description = "as it is listed")
    private String name = "";

    Show(PrintStream out) {
      super(out);
    }

    @Override
    void on(ServerClient servers) throws IOException, InterruptedException {
      for (var each : servers.versions(name)) {
        out.printf(
            Locale.ROOT,
            "%-12s %-10s %s  %s%n",
            each.required("version"),
            each.required("status"),
            each.required("publishedAt"),
            Objects.requireNonNullElse(each.text("url"), "packages"));
      }
    }
  }

  @Command(
      name = "remove",
      description = "Takes a server, or one version, out of use; its name stays taken.",
      mixinStandardHelpOptions = true)
  private static final class Remove extends OnServers {
    @Parameters(paramLabel = "NAME", description = "as it is listed")
    private String name = "";

    @Option(names = "--server-version", description = "only this one")
    private String version = "";

    Remove(PrintStream out) {
      super(out);
    }

    @Override
    void on(ServerClient servers) throws IOException, InterruptedException {
      var changed = servers.remove(name, version).words("changed", Set.of());
      out.println("Removed " + name + " " + String.join(", ", changed));
    }
  }
}

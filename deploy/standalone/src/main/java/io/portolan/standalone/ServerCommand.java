package io.portolan.standalone;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.registry.ServerClient;
import io.portolan.standalone.registry.ServerClient.Keeping;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
        "Registers remote MCP servers and HTTP APIs of a tenant, lists and removes them, and approves of what"
            + " they offer. Asks the gateway that"
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
        .addSubcommand(new Remove(out))
        .addSubcommand(new Pins(out))
        .addSubcommand(new Approve(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "server needs one of add, check, list, show, remove, pins, approve");
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

    @Parameters(
        index = "1",
        paramLabel = "URL",
        description = "of its MCP endpoint, or with --openapi of an OpenAPI document")
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

    @Option(
        names = "--openapi",
        description = "an HTTP API: the URL is its OpenAPI document, its operations are tools")
    private boolean isOpenApi;

    @Option(names = "--base-url", description = "with --openapi: where calls go")
    private @Nullable String baseUrl;

    @Option(
        names = "--include",
        paramLabel = "WORD",
        description =
            "with --openapi: only tag:NAME, path:/pets/* or an operation id; may be repeated")
    private List<String> include = new ArrayList<>();

    @Option(names = "--exclude", paramLabel = "WORD", description = "with --openapi: not these")
    private List<String> exclude = new ArrayList<>();

    @Option(
        names = "--credential",
        paramLabel = "SCHEME=VALUE",
        description = "with --openapi: for a security scheme of the document, as $${secret:NAME}")
    private Map<String, String> credentials = new LinkedHashMap<>();

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
      var json = new JsonWriter().beginObject().member("name", name);
      json.member(isOpenApi ? "openapi" : "url", url);
      member(json, "baseUrl", baseUrl);
      words(json, "include", include);
      words(json, "exclude", exclude);
      if (!credentials.isEmpty()) {
        json.name("credentials").beginObject();
        credentials.forEach(json::member);
        json.endObject();
      }
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

    private static void words(JsonWriter json, String name, List<String> words) {
      if (!words.isEmpty()) {
        json.name(name).beginArray();
        words.forEach(json::value);
        json.endArray();
      }
    }

    private void show(Fields answer) {
      out.println(
          (keeping() == Keeping.TRIED ? "Could be registered: " : "Registered ")
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
      var waiting = answer.number("waitingForApproval");
      if (waiting != null && waiting > 0) {
        out.println(
            "  %d definitions wait for an approval; look at them with: portolan server pins %s"
                .formatted(waiting, name));
      }
    }
  }

  @Command(
      name = "add",
      description = "Registers a server, or a new version of one, after a look at it.",
      mixinStandardHelpOptions = true)
  private static final class Add extends Registering {
    @Option(
        names = "--approve",
        description = "of all that it offers, but for what may be meant to steer models")
    private boolean approving;

    Add(PrintStream out) {
      super(out);
    }

    @Override
    Keeping keeping() {
      return approving ? Keeping.APPROVED : Keeping.KEPT;
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
            Objects.requireNonNullElse(
                each.text("url"), Objects.requireNonNullElse(each.text("openapi"), "packages")));
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

  @Command(
      name = "pins",
      description =
          "Shows what a server offers: what was approved of, what is new, and what changed.",
      mixinStandardHelpOptions = true)
  private static final class Pins extends OnServers {
    @Parameters(paramLabel = "NAME", description = "as it is listed, or one in portolan.yaml")
    private String name = "";

    @Option(names = "--definitions", description = "as the server gives them")
    private boolean whole;

    Pins(PrintStream out) {
      super(out);
    }

    @Override
    void on(ServerClient servers) throws IOException, InterruptedException {
      for (var pin : servers.pins(name)) {
        print(out, pin);
        if (whole) {
          out.println("    " + pin.required("definition"));
        }
      }
    }

    private static void print(PrintStream out, Fields pin) {
      out.printf(
          Locale.ROOT,
          "%-11s %-12s %s%n",
          pin.required("state"),
          pin.required("kind"),
          pin.required("name"));
      if (!pin.required("state").equals("approved")) {
        pin.words("differences", Set.of()).forEach(each -> out.println("    " + each));
        pin.words("reasons", Set.of()).forEach(each -> out.println("    note: " + each));
      }
    }
  }

  @Command(
      name = "approve",
      description = "Puts in force what a server offers now, as pins shows it.",
      mixinStandardHelpOptions = true)
  private static final class Approve extends OnServers {
    @Parameters(index = "0", paramLabel = "NAME", description = "of the server")
    private String name = "";

    @Parameters(
        index = "1..*",
        paramLabel = "TOOL",
        description =
            "or prompt, template or instructions; without any, all that waits and is not suspicious")
    private Set<String> items = new LinkedHashSet<>();

    Approve(PrintStream out) {
      super(out);
    }

    @Override
    void on(ServerClient servers) throws IOException, InterruptedException {
      var waiting =
          servers.pins(name).stream()
              .filter(pin -> !pin.required("state").equals("approved"))
              .toList();
      var looked =
          waiting.stream()
              .filter(
                  pin ->
                      items.isEmpty()
                          ? !Boolean.TRUE.equals(pin.flag("suspicious"))
                          : items.contains(pin.required("name")))
              .toList();
      looked.forEach(pin -> Pins.print(out, pin));
      var done = servers.approve(name, looked);
      out.println("Approved of " + done.size() + " definitions of " + name);
      if (done.size() < waiting.size()) {
        out.println(
            "%d wait; look at them with: portolan server pins %s"
                .formatted(waiting.size() - done.size(), name));
      }
    }
  }
}

package io.portolan.standalone;

import io.portolan.standalone.ServerStatus.State;
import io.portolan.tenancy.TenantId;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a person sees after {@code portolan up}: the endpoint, how to connect, each server, and that
 * all is ready. Scripts read it too: the lines {@code endpoint URL} and {@code Ready} keep their
 * form.
 */
final class Banner implements StartupEvents {
  private final PrintStream out;
  private final BuildInfo build;
  private final List<Path> files;
  private final long beganNanos = System.nanoTime();

  /**
   * @param files the files the configuration came from
   */
  Banner(PrintStream out, BuildInfo build, List<Path> files) {
    this.out = out;
    this.build = build;
    this.files = List.copyOf(files);
  }

  @Override
  public void listening(URI endpoint) {
    var from =
        files.isEmpty()
            ? "none configured; add some with --mcp-json FILE"
            : "from " + String.join(", ", files.stream().map(Path::toString).toList());
    out.println(build);
    out.println();
    line("endpoint", endpoint.toString());
    line("one server", endpoint + "/s/NAME");
    line("health", endpoint.resolve("/health/ready").toString());
    line("servers", from);
    out.println();
    out.println("Connect");
    line("Claude Code", "claude mcp add --transport http portolan " + endpoint);
    line("Cursor", "{\"mcpServers\": {\"portolan\": {\"url\": \"" + endpoint + "\"}}}");
    line(
        "VS Code",
        "{\"servers\": {\"portolan\": {\"type\": \"http\", \"url\": \"" + endpoint + "\"}}}");
    line("stdio clients", launcher() + " stdio --url " + endpoint);
    line("others", launcher() + " connect --help");
    out.println();
    out.flush();
  }

  @Override
  public void tenantsMade(List<TenantId> tenants) {
    if (!tenants.isEmpty()) {
      out.println("Tenants");
      for (var tenant : tenants) {
        line("made", tenant.value());
      }
      out.println();
      out.flush();
    }
  }

  @Override
  public void serverChanged(ServerStatus status) {
    var line =
        switch (status.state()) {
          case UP ->
              String.format(
                  Locale.ROOT,
                  "  up              %-24s %s, %s %s",
                  status.name(),
                  counted(status.tools(), "tool"),
                  status.era(),
                  inBrackets(status.took()));
          case DOWN ->
              String.format(
                  Locale.ROOT, "  down            %-24s %s", status.name(), status.detail());
          case CONNECTING ->
              String.format(
                  Locale.ROOT, "  connecting      %-24s %s", status.name(), status.detail());
        };
    out.println(line.stripTrailing());
    out.flush();
  }

  @Override
  public void ready(List<ServerStatus> servers) {
    var up = servers.stream().filter(server -> server.state() == State.UP).toList();
    var tools = up.stream().mapToInt(ServerStatus::tools).sum();
    out.printf(
        Locale.ROOT,
        "Ready in %s: %d of %s up, %s. Stop with Ctrl-C.%n",
        seconds(Duration.ofNanos(System.nanoTime() - beganNanos)),
        up.size(),
        counted(servers.size(), "server"),
        counted(tools, "tool"));
    out.flush();
  }

  private void line(String title, String text) {
    out.printf(Locale.ROOT, "  %-15s %s%n", title, text);
  }

  private static String launcher() {
    var root = System.getProperty("portolan.root");
    return root == null ? "portolan" : Path.of(root, "portolan").toString();
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static String inBrackets(Duration took) {
    return "(" + seconds(took) + ")";
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}

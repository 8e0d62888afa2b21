package io.portolan.standalone;

import io.portolan.standalone.access.RunningFile;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.connect.Client;
import io.portolan.standalone.connect.Client.Places;
import io.portolan.standalone.connect.ClientSettings;
import io.portolan.standalone.connect.Connection;
import io.portolan.tenancy.auth.Anonymous;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan connect}: what an IDE or agent needs in its settings to use the gateway. */
@Command(
    name = "connect",
    description = {
      "Shows what a client needs in its settings to use the gateway, or writes it there.",
      "Clients: cursor, vscode, claude, claude-desktop, windsurf, gemini, codex."
    },
    mixinStandardHelpOptions = true)
final class ConnectCommand implements Callable<Integer> {
  private static final String MCP = "/mcp";

  @Parameters(
      paramLabel = "CLIENT",
      description = "one of: ${COMPLETION-CANDIDATES}",
      completionCandidates = Labels.class)
  private String client = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "the endpoint (that of the gateway that serves the data directory)")
  private @Nullable URI url;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "only this server, under its own names, instead of all")
  private @Nullable String server;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "what the client calls it (portolan, or the server's name)")
  private @Nullable String name;

  @Option(
      names = "--token-env",
      paramLabel = "VARIABLE",
      description =
          "the environment variable with the key or token that the client sends (none, or"
              + " PORTOLAN_TOKEN where keys are needed)")
  private @Nullable String tokenVariable;

  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "the settings of this folder instead of the user's own")
  private @Nullable Path project;

  @Option(names = "--write", description = "write it into the client's settings, all else stays")
  private boolean isToWrite;

  @Mixin private ConfigFlags configFlags = new ConfigFlags();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final PrintStream out;

  ConnectCommand(PrintStream out) {
    this.out = out;
  }

  /** What the clients are called. */
  static final class Labels implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return all().iterator();
    }

    static List<String> all() {
      return Arrays.stream(Client.values()).map(Client::label).toList();
    }
  }

  @Override
  public Integer call() {
    var err = spec.commandLine().getErr();
    var usable = configFlags.load(err);
    if (usable.isEmpty()) {
      return ExitCode.WRONG_INPUT;
    }
    try {
      connect(chosen(), connection(usable.get().config()));
      out.flush();
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      err.println("portolan: " + e.getMessage());
      err.flush();
      return ExitCode.FAILED;
    }
  }

  private Client chosen() {
    for (var each : Client.values()) {
      if (each.label().equals(client)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "client is '" + client + "'; expected one of " + String.join(", ", Labels.all()));
  }

  private Connection connection(PortolanConfig config) throws IOException {
    var endpoint = url == null ? endpoint(config) : url;
    if (server != null) {
      var segment = URLEncoder.encode(server, StandardCharsets.UTF_8).replace("+", "%20");
      endpoint = URI.create(endpoint + "/s/" + segment);
    }
    var called = name != null ? name : server != null ? plain(server) : "portolan";
    var variable = tokenVariable == null && needsKey(config) ? "PORTOLAN_TOKEN" : tokenVariable;
    var root = System.getProperty("portolan.root", "");
    return new Connection(called, endpoint, variable, Path.of(root, "portolan").toString());
  }

  private static String plain(String server) {
    var plain = server.replaceAll("[^A-Za-z0-9_-]", "-");
    return plain.substring(0, Math.min(plain.length(), 64));
  }

  /** Where clients reach it: as configured, else where it serves, else where it would. */
  private static URI endpoint(PortolanConfig config) throws IOException {
    var known = config.auth().publicUrl();
    if (known != null) {
      return URI.create(known.getScheme() + "://" + known.getRawAuthority() + MCP);
    }
    var running = RunningFile.find(config.dataDir());
    return running.orElseGet(
        () -> RunningAssembly.endpoint(config.listen().host(), config.listen().port()));
  }

  /** Where there are issuers, clients sign their users in by themselves. */
  private static boolean needsKey(PortolanConfig config) {
    return config.auth().anonymous() == Anonymous.REFUSED && config.auth().issuers().isEmpty();
  }

  private void connect(Client to, Connection connection) throws IOException {
    var places =
        new Places(
            Path.of(System.getProperty("user.home")),
            Path.of("").toAbsolutePath(),
            project,
            System.getenv(),
            System.getProperty("os.name"));
    var file = ClientSettings.file(to, places);
    if (isToWrite) {
      ClientSettings.write(to, connection, file);
      out.println(to.title() + " has " + connection.name() + " in " + file);
    } else {
      spec.commandLine().getErr().println(to.title() + " reads " + file + "; --write adds this:");
      spec.commandLine().getErr().flush();
      out.print(ClientSettings.shown(to, connection));
    }
    var variable = connection.tokenVariable();
    if (variable != null) {
      spec.commandLine()
          .getErr()
          .println("It sends the key in " + variable + ": portolan key create NAME makes one");
      spec.commandLine().getErr().flush();
    }
  }
}

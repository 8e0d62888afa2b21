package io.portolan.standalone;

import io.portolan.standalone.config.AnonymousAccess;
import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Flags;
import io.portolan.standalone.servers.Surroundings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that every command with a configuration takes. */
final class ConfigFlags {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the settings; without it portolan.yaml in the current folder, if there is one")
  private @Nullable Path config;

  @Option(
      names = "--mcp-json",
      paramLabel = "FILE",
      description = "federate the servers of an IDE's mcp.json; may be given several times")
  private List<Path> mcpJson = new ArrayList<>();

  @Option(names = "--host", description = "where to listen (127.0.0.1)")
  private @Nullable String host;

  @Option(names = "--port", description = "the port (8080); 0 picks a free one and prints it")
  private @Nullable Integer port;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "where data is kept ($PORTOLAN_HOME, or .portolan in Portolan's folder)")
  private @Nullable Path dataDir;

  @Option(
      names = "--anonymous-access",
      paramLabel = "FROM",
      description =
          "from where callers without credentials are let in: loopback, anywhere or off. Without"
              + " it: from loopback, as long as there are neither issuers nor API keys")
  private @Nullable AnonymousAccess anonymousAccess;

  Flags flags() {
    return new Flags(config, mcpJson, host, port, dataDir, anonymousAccess);
  }

  /** Whether anything names servers or settings. */
  boolean namesFiles() {
    return config != null || !mcpJson.isEmpty();
  }

  /** Reads the configuration. */
  ConfigOutcome read() {
    return new ConfigLoader(Surroundings.ofProcess(), dataDirDefault()).load(flags());
  }

  /**
   * Reads the configuration; says on {@code err} what is wrong, and is empty, when it is not right.
   */
  Optional<ConfigOutcome.Usable> load(PrintWriter err) {
    return switch (read()) {
      case ConfigOutcome.Usable usable -> {
        usable.notices().forEach(notice -> err.println("note: " + notice));
        err.flush();
        yield Optional.of(usable);
      }
      case ConfigOutcome.Rejected(var problems) -> {
        problems.forEach(problem -> err.println("error: " + problem));
        var count = problems.size() == 1 ? "1 mistake" : problems.size() + " mistakes";
        err.println("portolan: " + count + " in the configuration; nothing was started");
        err.flush();
        yield Optional.empty();
      }
    };
  }

  private static Path dataDirDefault() {
    var home = System.getenv("PORTOLAN_HOME");
    return home != null && !home.isBlank()
        ? Path.of(home)
        : Path.of(System.getProperty("portolan.root", "")).resolve(".portolan");
  }
}

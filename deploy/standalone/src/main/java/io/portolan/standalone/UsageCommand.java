package io.portolan.standalone;

import io.portolan.standalone.access.UsageClient;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code portolan usage}: what a tenant used, whether a gateway runs or not. */
@Command(
    name = "usage",
    description =
        "Shows what a tenant used: calls, bytes, time, tokens and money, by the hour, team, key,"
            + " agent, server or tool. Asks the gateway that serves the data directory; where none"
            + " runs, uses its store.",
    mixinStandardHelpOptions = true)
final class UsageCommand implements Callable<Integer> {
  private static final String FIGURES = "%9s %9s %9s %9s %9s %12s %12s %10s %12s %12s%n";

  @Mixin private ConfigFlags configFlags = new ConfigFlags();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--tenant", paramLabel = "ID", description = "whose usage (${DEFAULT-VALUE})")
  private String tenant = TenantId.DEVELOPMENT.value();

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "the first hour, such as 2027-01-31T00:00:00Z (a day before --to)")
  private @Nullable Instant from;

  @Option(names = "--to", paramLabel = "INSTANT", description = "the end of the last hour (now)")
  private @Nullable Instant to;

  @Option(
      names = "--by",
      paramLabel = "NAMES",
      description =
          "hour, team, key, agent, server or tool, or several separated by commas"
              + " (${DEFAULT-VALUE})")
  private String groupBy = "server,tool";

  private final PrintStream out;

  UsageCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    var usable = configFlags.load(err);
    if (usable.isEmpty()) {
      return ExitCode.WRONG_INPUT;
    }
    try {
      var client = new UsageClient(Books.client(usable.get().config()));
      show(client.read(new UsageClient.Asked(new TenantId(tenant), from, to, groupBy)));
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

  private void show(List<Fields> groups) {
    var names = groupBy.isEmpty() ? List.<String>of() : List.of(groupBy.split(","));
    names.forEach(name -> out.printf(Locale.ROOT, "%-24s ", name));
    out.printf(
        Locale.ROOT,
        FIGURES,
        "calls",
        "ok",
        "errors",
        "refused",
        "failed",
        "bytes in",
        "bytes out",
        "seconds",
        "tokens",
        "money");
    for (var group : groups) {
      for (var name : names) {
        out.printf(Locale.ROOT, "%-24s ", Objects.requireNonNullElse(group.text(name), "-"));
      }
      out.printf(
          Locale.ROOT,
          FIGURES,
          group.number("calls"),
          group.number("ok"),
          group.number("toolErrors"),
          group.number("refused"),
          group.number("failed"),
          group.number("bytesIn"),
          group.number("bytesOut"),
          group.decimal("seconds"),
          group.number("tokens"),
          group.decimal("money"));
    }
    out.flush();
  }
}

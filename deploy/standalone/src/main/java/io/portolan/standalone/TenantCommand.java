package io.portolan.standalone;

import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.access.TenantClient;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan tenant ...}: tenants of the data directory, whether a gateway runs or not. */
@Command(
    name = "tenant",
    description =
        "Makes, shows, limits, suspends, resumes and deletes tenants. Asks the gateway that serves the data"
            + " directory; where none runs, uses its store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class TenantCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private TenantCommand() {}

  static CommandLine line(PrintStream out) {
    return new CommandLine(new TenantCommand())
        .addSubcommand(new Create(out))
        .addSubcommand(new ListTenants(out))
        .addSubcommand(new Show(out))
        .addSubcommand(new Quota(out))
        .addSubcommand(new Suspend(out))
        .addSubcommand(new Resume(out))
        .addSubcommand(new Delete(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "tenant needs one of create, list, show, quota, suspend, resume, delete");
  }

  @Command(name = "create", description = "Makes a tenant.", mixinStandardHelpOptions = true)
  private static final class Create extends AskingCommand {
    @Parameters(
        paramLabel = "ID",
        arity = "0..1",
        description = "its id for ever: 1 to 64 of a-z, 0-9 and '-'; a random one without it")
    private @Nullable String id;

    @Option(names = "--name", description = "what people call it")
    private @Nullable String name;

    @Option(names = "--home-region", description = "where its serial decisions are made")
    private @Nullable String homeRegion;

    @Option(names = "--residency", description = "a region its data may be in; may be repeated")
    private List<String> residency = List.of();

    Create(PrintStream out) {
      super(out);
    }

    @Override
    void on(ApiClient api) throws IOException, InterruptedException {
      var wanted =
          new TenantClient.Wanted(
              id == null ? null : new TenantId(id),
              name,
              homeRegion,
              new LinkedHashSet<>(residency));
      out.println(new TenantClient(api).create(wanted));
    }
  }

  @Command(name = "list", description = "Lists all tenants.", mixinStandardHelpOptions = true)
  private static final class ListTenants extends AskingCommand {
    ListTenants(PrintStream out) {
      super(out);
    }

    @Override
    void on(ApiClient api) throws IOException, InterruptedException {
      for (var tenant : new TenantClient(api).list()) {
        out.printf(Locale.ROOT, "%-34s %-10s %s%n", tenant.id(), tenant.status(), tenant.name());
      }
    }
  }

  /** What is done to one tenant. */
  private abstract static sealed class OnOne extends AskingCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "the tenant")
    private String id = "";

    OnOne(PrintStream out) {
      super(out);
    }

    abstract void on(TenantClient tenants, TenantId id) throws IOException, InterruptedException;

    @Override
    final void on(ApiClient api) throws IOException, InterruptedException {
      on(new TenantClient(api), new TenantId(id));
    }
  }

  @Command(name = "show", description = "Shows a tenant.", mixinStandardHelpOptions = true)
  private static final class Show extends OnOne {
    Show(PrintStream out) {
      super(out);
    }

    @Override
    void on(TenantClient tenants, TenantId id) throws IOException, InterruptedException {
      var tenant = tenants.show(id);
      out.println("id          " + tenant.id());
      out.println("name        " + tenant.name());
      out.println("status      " + tenant.status());
      out.println("home region " + (tenant.homeRegion().isEmpty() ? "any" : tenant.homeRegion()));
      out.println("residency   " + (tenant.residency().isEmpty() ? "any" : tenant.residency()));
      out.println("created at  " + tenant.createdAt());
    }
  }

  @Command(
      name = "quota",
      description =
          "Gives a tenant these quotas and no others, beside those of portolan.yaml; shows them"
              + " without any.",
      mixinStandardHelpOptions = true)
  private static final class Quota extends OnOne {
    private static final Pattern FORM =
        Pattern.compile("([a-z]+)(?::(.+))?/([a-z-]+)=(\\d+(?:\\.\\d+)?)");

    @Parameters(
        index = "1..*",
        paramLabel = "SCOPE[:NAME]/LIMIT=AMOUNT",
        description = "as in tenant/calls-per-day=1000, team:red/calls-per-second=5")
    private List<String> quotas = List.of();

    @Option(names = "--none", description = "ends all of its quotas")
    private boolean none;

    Quota(PrintStream out) {
      super(out);
    }

    @Override
    void on(TenantClient tenants, TenantId id) throws IOException, InterruptedException {
      var wanted = quotas.stream().map(Quota::parsed).toList();
      if (none && !wanted.isEmpty()) {
        throw new IllegalArgumentException("--none goes with no quota");
      }
      var all = none || !wanted.isEmpty() ? tenants.setQuotas(id, wanted) : tenants.quotas(id);
      for (var quota : all) {
        out.println(
            quota.scope()
                + ":"
                + quota.name()
                + "/"
                + quota.limit()
                + "="
                + quota.amount().toPlainString());
      }
    }

    private static TenantClient.Quota parsed(String text) {
      var match = FORM.matcher(text);
      if (!match.matches()) {
        throw new IllegalArgumentException(
            "'" + text + "' is no quota; expected one as in team:red/calls-per-second=5");
      }
      var name = match.group(2);
      return new TenantClient.Quota(
          match.group(1),
          name == null ? "*" : name,
          match.group(3),
          new BigDecimal(match.group(4)));
    }
  }

  @Command(
      name = "suspend",
      description = "Lets nobody of it in until it is resumed; nothing of it is lost.",
      mixinStandardHelpOptions = true)
  private static final class Suspend extends OnOne {
    Suspend(PrintStream out) {
      super(out);
    }

    @Override
    void on(TenantClient tenants, TenantId id) throws IOException, InterruptedException {
      tenants.move(id, "suspend");
      out.println("Suspended " + id);
    }
  }

  @Command(
      name = "resume",
      description = "Lets its callers in again.",
      mixinStandardHelpOptions = true)
  private static final class Resume extends OnOne {
    Resume(PrintStream out) {
      super(out);
    }

    @Override
    void on(TenantClient tenants, TenantId id) throws IOException, InterruptedException {
      tenants.move(id, "resume");
      out.println("Resumed " + id);
    }
  }

  @Command(
      name = "delete",
      description =
          "Ends it for good: destroys the key of its secrets, then deletes its API keys, members and"
              + " roles. Its id is never used again.",
      mixinStandardHelpOptions = true)
  private static final class Delete extends OnOne {
    @Option(
        names = "--yes",
        required = true,
        description = "says that nothing of it can be brought back")
    private boolean yes;

    Delete(PrintStream out) {
      super(out);
    }

    @Override
    void on(TenantClient tenants, TenantId id) throws IOException, InterruptedException {
      if (!yes) {
        throw new IllegalArgumentException("--yes must not be negated");
      }
      tenants.delete(id);
      out.println("Deleted " + id);
    }
  }
}

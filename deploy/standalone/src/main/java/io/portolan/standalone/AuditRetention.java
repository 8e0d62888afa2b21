package io.portolan.standalone;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.AuditKeys;
import io.portolan.tenancy.audit.Retention;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.store.embedded.StoreRefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands of {@code portolan audit} that write: the gateway must not be running. */
final class AuditRetention {
  private AuditRetention() {}

  static CommandLine addTo(CommandLine audit, PrintStream out) {
    return audit
        .addSubcommand(new Prune(out))
        .addSubcommand(new Hold(out))
        .addSubcommand(new Release(out));
  }

  /** What they share: whose records, and how they end. */
  private abstract static sealed class OnRecords implements Callable<Integer> {
    @Mixin private ConfigFlags configFlags = new ConfigFlags();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--tenant", paramLabel = "ID", description = "whose records (${DEFAULT-VALUE})")
    private String tenant = TenantId.DEVELOPMENT.value();

    final PrintStream out;

    private OnRecords(PrintStream out) {
      this.out = out;
    }

    abstract void on(Retention records, AuditKeys keys) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
      var err = spec.commandLine().getErr();
      var usable = configFlags.load(err);
      if (usable.isEmpty()) {
        return ExitCode.WRONG_INPUT;
      }
      var dataDir = usable.get().config().dataDir();
      try {
        var keys = Books.existingKeys(dataDir);
        for (var path : Books.existing(dataDir)) {
          try (var store = EmbeddedStore.open(path, StoreCommand.SCHEMA, Clock.systemUTC())) {
            on(new Retention(store, tenantId(), Clock.systemUTC()), keys);
          }
        }
        return ExitCode.OK;
      } catch (IOException | StoreRefusedException | StoreUnavailableException e) {
        err.println("portolan: " + e.getMessage());
        err.flush();
        return ExitCode.FAILED;
      }
    }

    private TenantId tenantId() {
      try {
        return new TenantId(tenant);
      } catch (IllegalArgumentException e) {
        throw wrong("--tenant: " + e.getMessage());
      }
    }

    final CommandLine.ParameterException wrong(String message) {
      return new CommandLine.ParameterException(spec.commandLine(), message);
    }
  }

  @Command(
      name = "prune",
      description =
          "Removes the oldest records, and signs what they were, so that the rest can be verified.",
      mixinStandardHelpOptions = true)
  private static final class Prune extends OnRecords {
    @Option(
        names = "--older-than-days",
        required = true,
        paramLabel = "DAYS",
        description = "records older than this go; at least 1")
    private int days;

    Prune(PrintStream out) {
      super(out);
    }

    @Override
    void on(Retention records, AuditKeys keys) throws InterruptedException {
      if (days < 1) {
        throw wrong("--older-than-days is " + days + "; expected at least 1");
      }
      switch (records.removeBefore(
          Clock.systemUTC().instant().minus(Duration.ofDays(days)), keys)) {
        case Retention.Outcome.Removed(var count) ->
            out.printf(Locale.ROOT, "Removed %d records%n", count);
        case Retention.Outcome.Held(var reason, var since) ->
            out.printf(
                Locale.ROOT, "Removed nothing: the records are held since %s: %s%n", since, reason);
      }
    }
  }

  @Command(
      name = "hold",
      description = "Keeps prune from removing anything, until release.",
      mixinStandardHelpOptions = true)
  private static final class Hold extends OnRecords {
    @Option(names = "--reason", required = true, description = "why, for who asks later")
    private String reason = "";

    Hold(PrintStream out) {
      super(out);
    }

    @Override
    void on(Retention records, AuditKeys keys) throws InterruptedException {
      records.hold(reason);
      out.println("Held: " + reason);
    }
  }

  @Command(name = "release", description = "Ends a hold.", mixinStandardHelpOptions = true)
  private static final class Release extends OnRecords {
    Release(PrintStream out) {
      super(out);
    }

    @Override
    void on(Retention records, AuditKeys keys) throws InterruptedException {
      records.release();
      out.println("Released");
    }
  }
}

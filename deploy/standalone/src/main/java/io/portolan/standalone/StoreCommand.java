package io.portolan.standalone;

import io.portolan.registry.stored.PinTables;
import io.portolan.registry.stored.RegistryTables;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.approval.ApprovalTables;
import io.portolan.tenancy.audit.AuditTables;
import io.portolan.tenancy.auth.jwt.IssuerTables;
import io.portolan.tenancy.auth.key.KeyTables;
import io.portolan.tenancy.quota.QuotaTables;
import io.portolan.tenancy.store.Blobs;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.Table;
import io.portolan.tenancy.store.cassandra.CassandraSchema;
import io.portolan.tenancy.store.embedded.StoreFiles;
import io.portolan.tenancy.store.embedded.StoreRefusedException;
import io.portolan.tenancy.tenants.TenantTables;
import io.portolan.tenancy.usage.UsageTables;
import io.portolan.tenancy.vault.VaultTables;
import io.portolan.tenancy.webhook.WebhookTables;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan store ...}: what an operator does with what is stored. */
@Command(
    name = "store",
    description =
        "Checks, backs up, restores or migrates what is stored in the data directory; checks or"
            + " migrates a keyspace of Cassandra with --cassandra.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class StoreCommand implements Runnable {
  /** The tables this build keeps. Each area adds its own. */
  static final Schema SCHEMA =
      new Schema(
          Stream.of(
                  Blobs.TABLES,
                  KeyTables.TABLES,
                  AuditTables.ALL,
                  QuotaTables.ALL,
                  UsageTables.ALL,
                  ApprovalTables.ALL,
                  VaultTables.ALL,
                  TenantTables.ALL,
                  IssuerTables.ALL,
                  WebhookTables.ALL,
                  RegistryTables.ALL,
                  PinTables.ALL)
              .<Table<?, ?, ?>>flatMap(List::stream)
              .toList());

  /** Cassandra takes seconds to make a table. */
  private static final Duration TABLES_MADE_WITHIN = Duration.ofMinutes(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  private StoreCommand() {}

  static CommandLine line(PrintStream out) {
    return new CommandLine(new StoreCommand())
        .addSubcommand(new Check(out))
        .addSubcommand(new Backup(out))
        .addSubcommand(new Restore(out))
        .addSubcommand(new Migrate(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "store needs one of check, backup, restore, migrate");
  }

  /** What all of them share: where the store is, and how they end. */
  private abstract static sealed class OnFiles implements Callable<Integer> {
    @Mixin private ConfigFlags configFlags = new ConfigFlags();
    @Mixin private CassandraFlags cassandraFlags = new CassandraFlags();
    @Spec private CommandSpec spec = CommandSpec.create();

    final PrintStream out;

    private OnFiles(PrintStream out) {
      this.out = out;
    }

    abstract int on(StoreFiles files) throws StoreRefusedException;

    /** The same for a keyspace; files are what most of it is about. */
    int on(CassandraSchema keyspace) throws InterruptedException {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Cassandra's own tools back up and restore a keyspace: nodetool snapshot, sstableloader");
    }

    @Override
    public final Integer call() throws InterruptedException {
      return cassandraFlags.given() ? onKeyspace() : onDataDirectory();
    }

    private int onKeyspace() throws InterruptedException {
      var err = spec.commandLine().getErr();
      try {
        return on(new CassandraSchema(cassandraFlags.settings(), SCHEMA));
      } catch (IllegalArgumentException e) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), String.valueOf(e.getMessage()), e);
      } catch (StoreUnavailableException e) {
        err.println("portolan: " + e.getMessage());
        err.flush();
        return ExitCode.FAILED;
      }
    }

    private int onDataDirectory() {
      var err = spec.commandLine().getErr();
      var usable = configFlags.load(err);
      if (usable.isEmpty()) {
        return ExitCode.WRONG_INPUT;
      }
      try {
        return on(new StoreFiles(usable.get().config().dataDir().resolve(Books.STORE)));
      } catch (StoreRefusedException e) {
        err.println("portolan: " + e.getMessage());
        err.flush();
        return ExitCode.FAILED;
      }
    }

    final int say(CassandraSchema.Report report) {
      if (report.fits()) {
        out.printf(Locale.ROOT, "The keyspace fits this build: version %d%n", report.version());
        return ExitCode.OK;
      }
      out.printf(
          Locale.ROOT,
          "The keyspace has version %d, and %d statements are missing; store migrate runs them%n",
          report.version(),
          report.missing().size());
      report.missing().forEach(out::println);
      return ExitCode.FAILED;
    }

    final void say(String what, StoreFiles.Report report) {
      out.printf(
          Locale.ROOT,
          "%s: format %d, %d tables, %d rows%n",
          what,
          report.format(),
          report.tables(),
          report.rows());
    }
  }

  @Command(
      name = "check",
      description = "Reads everything and compares the checksum of each row. Changes nothing.",
      mixinStandardHelpOptions = true)
  private static final class Check extends OnFiles {
    Check(PrintStream out) {
      super(out);
    }

    @Override
    int on(CassandraSchema keyspace) throws InterruptedException {
      return say(keyspace.check());
    }

    @Override
    int on(StoreFiles files) throws StoreRefusedException {
      var report = files.check();
      if (report.problems().isEmpty()) {
        say("The store is whole", report);
        return ExitCode.OK;
      }
      report.problems().forEach(out::println);
      out.println(
          "The store is damaged. Restore a backup into another data directory, and keep this one.");
      return ExitCode.FAILED;
    }
  }

  @Command(
      name = "backup",
      description = "Writes a consistent copy into a new file, also while the store is in use.",
      mixinStandardHelpOptions = true)
  private static final class Backup extends OnFiles {
    @Parameters(paramLabel = "FILE", description = "the file to write; must not be there yet")
    private Path file = Path.of("");

    Backup(PrintStream out) {
      super(out);
    }

    @Override
    int on(StoreFiles files) throws StoreRefusedException {
      say("Backed up to " + file, files.backup(file.toAbsolutePath()));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "restore",
      description = "Makes the store from a backup, in a data directory that has none.",
      mixinStandardHelpOptions = true)
  private static final class Restore extends OnFiles {
    @Parameters(paramLabel = "FILE", description = "what store backup wrote")
    private Path file = Path.of("");

    Restore(PrintStream out) {
      super(out);
    }

    @Override
    int on(StoreFiles files) throws StoreRefusedException {
      say("Restored from " + file, files.restore(file.toAbsolutePath()));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "migrate",
      description = "Makes the store, or brings it to this build's format and tables.",
      mixinStandardHelpOptions = true)
  private static final class Migrate extends OnFiles {
    Migrate(PrintStream out) {
      super(out);
    }

    @Override
    int on(CassandraSchema keyspace) throws InterruptedException {
      return say(keyspace.migrate(Deadline.in(TABLES_MADE_WITHIN)));
    }

    @Override
    int on(StoreFiles files) throws StoreRefusedException {
      say("The store fits this build", files.migrate(SCHEMA));
      return ExitCode.OK;
    }
  }
}

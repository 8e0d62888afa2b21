package io.portolan.standalone;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.audit.ChainExport;
import io.portolan.tenancy.audit.ChainVerifier;
import io.portolan.tenancy.audit.Checkpoint;
import io.portolan.tenancy.audit.Verification;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.embedded.ReadOnlyStore;
import io.portolan.tenancy.store.embedded.StoreRefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code portolan audit ...}: proves that the record of what was done is the one that was made. */
@Command(
    name = "audit",
    description =
        "Verifies or exports the audit log of the data directory, also while it is used; removes its"
            + " beginning.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class AuditCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private AuditCommand() {}

  static CommandLine line(PrintStream out) {
    var line =
        new CommandLine(new AuditCommand())
            .addSubcommand(new Verify(out))
            .addSubcommand(new Export(out));
    return AuditRetention.addTo(line, out);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "audit needs one of verify, export, prune, hold, release");
  }

  /** What they share: which chains, and whose signature is believed. */
  private abstract static sealed class OnChains implements Callable<Integer> {
    @Mixin private ConfigFlags configFlags = new ConfigFlags();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--tenant",
        paramLabel = "ID",
        description = "whose audit log (${DEFAULT-VALUE})")
    private String tenant = TenantId.DEVELOPMENT.value();

    @Option(
        names = "--public-key",
        paramLabel = "BASE64",
        description =
            "the Ed25519 key of the checkpoints, as an export names it; without it that of the"
                + " data directory's audit-secret")
    private @Nullable String publicKey;

    final PrintStream out;

    private OnChains(PrintStream out) {
      this.out = out;
    }

    abstract int on(List<Path> stores, TenantId tenant, PublicKey key)
        throws IOException, StoreRefusedException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
      var usable = configFlags.load(spec.commandLine().getErr());
      if (usable.isEmpty()) {
        return ExitCode.WRONG_INPUT;
      }
      var dataDir = usable.get().config().dataDir();
      try {
        var stores = Books.existing(dataDir);
        if (stores.isEmpty()) {
          throw new IOException("there is no store in " + dataDir);
        }
        return on(stores, tenantId(), key(dataDir));
      } catch (IOException | StoreRefusedException | StoreUnavailableException e) {
        spec.commandLine().getErr().println("portolan: " + e.getMessage());
        spec.commandLine().getErr().flush();
        return ExitCode.FAILED;
      }
    }

    private TenantId tenantId() {
      try {
        return new TenantId(tenant);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--tenant: " + e.getMessage(), e);
      }
    }

    private PublicKey key(Path dataDir) throws IOException {
      if (publicKey == null) {
        return Books.existingKeys(dataDir).publicKey();
      }
      try {
        return KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new CommandLine.ParameterException(
            spec.commandLine(), "--public-key is no Ed25519 key in Base64", e);
      }
    }

    static Store open(Path store) throws StoreRefusedException {
      return ReadOnlyStore.open(store, StoreCommand.SCHEMA, Clock.systemUTC());
    }
  }

  @Command(
      name = "verify",
      description = "Reads every record and names the first one that is not what was written.",
      mixinStandardHelpOptions = true)
  private static final class Verify extends OnChains {
    @Option(
        names = "--checkpoints",
        paramLabel = "FILE",
        description =
            "an earlier export: its checkpoints must fit as well, which shows when the end of a"
                + " chain was removed; may be given several times")
    private List<Path> checkpoints = new ArrayList<>();

    Verify(PrintStream out) {
      super(out);
    }

    @Override
    int on(List<Path> stores, TenantId tenant, PublicKey key)
        throws IOException, StoreRefusedException, InterruptedException {
      var kept = kept();
      var records = 0L;
      for (var path : stores) {
        var expected = kept.remove(Books.shard(path));
        try (var store = open(path)) {
          var found =
              ChainVerifier.verify(store, tenant, key, expected == null ? List.of() : expected);
          switch (found) {
            case Verification.Whole(var shards) -> {
              shards.forEach(shard -> say(tenant, shard));
              records += shards.stream().mapToLong(Verification.ShardReport::records).sum();
            }
            case Verification.Broken(var shard, var seq, var finding) -> {
              return broken(tenant, shard, seq, finding);
            }
          }
        }
      }
      for (var gone : kept.entrySet()) {
        if (gone.getValue().stream().anyMatch(each -> each.tenant().equals(tenant))) {
          return broken(tenant, gone.getKey(), 1, "the store that its chain was in is gone");
        }
      }
      out.printf(Locale.ROOT, "The audit log is whole: %d records%n", records);
      return ExitCode.OK;
    }

    /** By shard. */
    private Map<String, List<Checkpoint>> kept() throws IOException {
      var kept = new HashMap<String, List<Checkpoint>>();
      for (var file : checkpoints) {
        try (var lines = Files.lines(file)) {
          lines
              .map(Checkpoint::parse)
              .flatMap(Optional::stream)
              .forEach(
                  each -> kept.computeIfAbsent(each.shard(), _ -> new ArrayList<>()).add(each));
        }
      }
      return kept;
    }

    private void say(TenantId tenant, Verification.ShardReport shard) {
      out.printf(
          Locale.ROOT,
          "%s, chain %s: records %d to %d, signed up to %d, %d signatures%n",
          tenant,
          shard.shard(),
          shard.firstSeq(),
          shard.lastSeq(),
          shard.signedSeq(),
          shard.checkpoints());
    }

    private int broken(TenantId tenant, String shard, long seq, String finding) {
      out.printf(
          Locale.ROOT,
          "The audit log was changed. First bad record: %s, chain %s, record %d: %s%n",
          tenant,
          shard,
          seq,
          finding);
      return ExitCode.FAILED;
    }
  }

  @Command(
      name = "export",
      description =
          "Writes all records, checkpoints and the public key as JSON lines; keep them elsewhere,"
              + " and give them to verify later.",
      mixinStandardHelpOptions = true)
  private static final class Export extends OnChains {
    @Option(
        names = "--out",
        paramLabel = "FILE",
        description = "a new file; without it standard output")
    private @Nullable Path file;

    Export(PrintStream out) {
      super(out);
    }

    @Override
    int on(List<Path> stores, TenantId tenant, PublicKey key)
        throws IOException, StoreRefusedException, InterruptedException {
      if (file == null) {
        var _ = write(stores, tenant, key, out);
        return ExitCode.OK;
      }
      try (var writer =
          Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
        var records = write(stores, tenant, key, writer);
        out.printf(Locale.ROOT, "Exported %d records to %s%n", records, file);
      }
      return ExitCode.OK;
    }

    private static long write(List<Path> stores, TenantId tenant, PublicKey key, Appendable to)
        throws IOException, StoreRefusedException, InterruptedException {
      var records = 0L;
      for (var path : stores) {
        try (var store = open(path)) {
          records += ChainExport.write(store, tenant, key, to);
        }
      }
      return records;
    }
  }
}

package io.portolan.standalone;

import io.portolan.standalone.secrets.SecretClient;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.vault.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan secret ...}: secrets of the data directory, whether a gateway runs or not. */
@Command(
    name = "secret",
    description =
        "Sets, lists and removes secrets, which server definitions refer to as ${secret:NAME}. Asks"
            + " the gateway that serves the data directory; where none runs, uses its store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class SecretCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private SecretCommand() {}

  static CommandLine line(InputStream in, PrintStream out) {
    return new CommandLine(new SecretCommand())
        .addSubcommand(new Set(in, out))
        .addSubcommand(new ListSecrets(out))
        .addSubcommand(new Remove(out))
        .addSubcommand(new RotateKey(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "secret needs one of set, list, remove, rotate-key");
  }

  /** What all of them share: whose secrets, and how they end. */
  private abstract static sealed class OnSecrets implements Callable<Integer> {
    @Mixin private ConfigFlags configFlags = new ConfigFlags();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--tenant", description = "whose secrets (the tenant of server definitions)")
    private @Nullable String tenant;

    final PrintStream out;

    private OnSecrets(PrintStream out) {
      this.out = out;
    }

    abstract void on(SecretClient secrets, TenantId of) throws IOException, InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
      var err = spec.commandLine().getErr();
      var usable = configFlags.load(err);
      if (usable.isEmpty()) {
        return ExitCode.WRONG_INPUT;
      }
      var config = usable.get().config();
      try {
        var client = new SecretClient(Books.client(config));
        on(client, tenant == null ? config.vault().tenant() : new TenantId(tenant));
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
  }

  @Command(
      name = "set",
      description =
          "Sets a secret to what comes on standard input, or is in a file; a line break at its end"
              + " is left out. Its servers are reached with it from then on.",
      mixinStandardHelpOptions = true)
  private static final class Set extends OnSecrets {
    @Parameters(paramLabel = "NAME", description = "1 to 128 of A-Z a-z 0-9 _ . -")
    private String name = "";

    @Option(names = "--file", description = "holds the value; standard input without it")
    private @Nullable Path file;

    private final InputStream in;

    Set(InputStream in, PrintStream out) {
      super(out);
      this.in = in;
    }

    @Override
    void on(SecretClient secrets, TenantId of) throws IOException, InterruptedException {
      if (!Vault.isName(name)) {
        throw new IllegalArgumentException("NAME has 1 to 128 of A-Z a-z 0-9 _ . -");
      }
      out.println("Set " + name + ", version " + secrets.set(of, name, value()));
    }

    private String value() throws IOException {
      byte[] bytes;
      try (var source = file == null ? in : Files.newInputStream(file)) {
        bytes = source.readNBytes(Vault.VALUE_BYTES_MAX + 3);
      }
      try {
        var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        var value =
            text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (value.isEmpty()) {
          throw new IOException("the value is empty");
        }
        return value;
      } catch (CharacterCodingException e) {
        throw new IOException("the value is not UTF-8", e);
      }
    }
  }

  @Command(
      name = "list",
      description = "Lists names and versions; nobody can list values.",
      mixinStandardHelpOptions = true)
  private static final class ListSecrets extends OnSecrets {
    ListSecrets(PrintStream out) {
      super(out);
    }

    @Override
    void on(SecretClient secrets, TenantId of) throws IOException, InterruptedException {
      for (var secret : secrets.list(of)) {
        out.printf(
            Locale.ROOT,
            "%-32s version %-4d set %s%n",
            secret.name(),
            secret.version(),
            secret.setAt());
      }
    }
  }

  @Command(
      name = "remove",
      description = "Removes a secret. Servers that refer to it are down from then on.",
      mixinStandardHelpOptions = true)
  private static final class Remove extends OnSecrets {
    @Parameters(paramLabel = "NAME", description = "as it is listed")
    private String name = "";

    Remove(PrintStream out) {
      super(out);
    }

    @Override
    void on(SecretClient secrets, TenantId of) throws IOException, InterruptedException {
      secrets.remove(of, name);
      out.println("Removed " + name);
    }
  }

  @Command(
      name = "rotate-key",
      description =
          "Wraps the data keys of all tenants with a new key-encryption key, or with the one that"
              + " the configuration names by now. No secret is sealed anew.",
      mixinStandardHelpOptions = true)
  private static final class RotateKey extends OnSecrets {
    RotateKey(PrintStream out) {
      super(out);
    }

    @Override
    void on(SecretClient secrets, TenantId of) throws IOException, InterruptedException {
      var done = secrets.rotate();
      out.println(done.key() + " wraps the data keys of " + done.tenants() + " tenants");
    }
  }
}

package io.portolan.standalone;

import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.access.KeyClient;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.key.KeyDesk;
import io.portolan.tenancy.auth.key.KeyGrant;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan key ...}: API keys of the data directory, whether a gateway runs or not. */
@Command(
    name = "key",
    description =
        "Makes, lists and revokes API keys. Asks the gateway that serves the data directory; where"
            + " none runs, uses its store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class KeyCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private KeyCommand() {}

  static CommandLine line(PrintStream out) {
    return new CommandLine(new KeyCommand())
        .addSubcommand(new Create(out))
        .addSubcommand(new ListKeys(out))
        .addSubcommand(new Revoke(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "key needs one of create, list, revoke");
  }

  /** What all of them share: whose keys. */
  private abstract static sealed class OnKeys extends AskingCommand {
    @Option(names = "--tenant", description = "whose keys (development)")
    private String tenant = TenantId.DEVELOPMENT.value();

    private OnKeys(PrintStream out) {
      super(out);
    }

    abstract void on(KeyClient keys, TenantId of) throws IOException, InterruptedException;

    @Override
    final void on(ApiClient api) throws IOException, InterruptedException {
      on(new KeyClient(api), new TenantId(tenant));
    }
  }

  @Command(
      name = "create",
      description =
          "Makes a key and shows it, once. From the first key on, nobody is let in without one (or"
              + " a token), unless anonymous-access says so.",
      mixinStandardHelpOptions = true)
  private static final class Create extends OnKeys {
    @Parameters(paramLabel = "NAME", description = "what people call it")
    private String name = "";

    @Option(names = "--subject", description = "whose requests it makes; its own without it")
    private @Nullable String subject;

    @Option(names = "--agent", description = "the agent that uses it")
    private @Nullable String agent;

    @Option(names = "--role", description = "a role in the tenant (caller); may be repeated")
    private List<String> roles = List.of("caller");

    @Option(names = "--team", description = "a team in the tenant; may be repeated")
    private List<String> teams = List.of();

    @Option(
        names = "--scope",
        description = "limits it to mcp:read, mcp:tools:call or mcp; may be repeated")
    private List<String> scopes = List.of();

    @Option(names = "--expires-in-days", description = "how long it is good for; for ever without")
    private @Nullable Integer days;

    @Option(
        names = "--count",
        description = "how many keys of this kind, 1 to 100000; each is shown on a line of its own")
    private @Nullable Integer count;

    Create(PrintStream out) {
      super(out);
    }

    @Override
    void on(KeyClient keys, TenantId of) throws IOException, InterruptedException {
      var end = days == null ? null : Instant.now().plus(Duration.ofDays(days));
      var grant = new KeyGrant(name, subject, agent, set(roles), set(teams), set(scopes), end);
      if (count == null) {
        out.println(keys.create(of, grant));
      } else if (count < 1 || count > KeyDesk.KEYS_MAX) {
        throw new IllegalArgumentException(
            "--count is " + count + "; expected 1 to " + KeyDesk.KEYS_MAX);
      } else {
        keys.create(of, grant, count).forEach(out::println);
      }
    }

    private static Set<String> set(List<String> words) {
      return new LinkedHashSet<>(words);
    }
  }

  @Command(
      name = "list",
      description = "Lists all keys, the revoked ones too; nobody can list their secrets.",
      mixinStandardHelpOptions = true)
  private static final class ListKeys extends OnKeys {
    ListKeys(PrintStream out) {
      super(out);
    }

    @Override
    void on(KeyClient keys, TenantId of) throws IOException, InterruptedException {
      for (var key : keys.list(of)) {
        var state =
            !key.revokedAt().isEmpty()
                ? "revoked " + key.revokedAt()
                : key.expiresAt().isEmpty() ? "valid" : "until " + key.expiresAt();
        out.printf(
            Locale.ROOT,
            "%s  %-20s %-34s roles: %s  scopes: %s%n",
            key.id(),
            key.name(),
            state,
            key.roles(),
            key.scopes().isEmpty() ? "all" : key.scopes());
      }
    }
  }

  @Command(
      name = "revoke",
      description = "Ends a key for good: at once at the gateway that is asked.",
      mixinStandardHelpOptions = true)
  private static final class Revoke extends OnKeys {
    @Parameters(paramLabel = "ID", description = "the key's id, as listed")
    private String id = "";

    Revoke(PrintStream out) {
      super(out);
    }

    @Override
    void on(KeyClient keys, TenantId of) throws IOException, InterruptedException {
      keys.revoke(of, id);
      out.println("Revoked " + id);
    }
  }
}

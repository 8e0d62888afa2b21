package io.portolan.standalone;

import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.access.WebhookClient;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan webhook ...}: who is told what happens to tenants. */
@Command(
    name = "webhook",
    description =
        "Adds, lists and removes webhooks of a tenant, which are told of its life, its usage and"
            + " quotas that are used up. Asks the gateway that serves the data directory; where none"
            + " runs, uses its store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class WebhookCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private WebhookCommand() {}

  static CommandLine line(PrintStream out) {
    return new CommandLine(new WebhookCommand())
        .addSubcommand(new Add(out))
        .addSubcommand(new ListWebhooks(out))
        .addSubcommand(new Remove(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "webhook needs one of add, list, remove");
  }

  /** What is done to the webhooks of one tenant. */
  private abstract static sealed class OfTenant extends AskingCommand {
    @Option(names = "--tenant", required = true, description = "of which tenant")
    private String tenant = "";

    OfTenant(PrintStream out) {
      super(out);
    }

    abstract void on(WebhookClient webhooks, TenantId id) throws IOException, InterruptedException;

    @Override
    final void on(ApiClient api) throws IOException, InterruptedException {
      on(new WebhookClient(api), new TenantId(tenant));
    }
  }

  @Command(
      name = "add",
      description =
          "Adds one, and prints its id and the secret that its messages are signed with, which is"
              + " shown this once (Standard Webhooks).",
      mixinStandardHelpOptions = true)
  private static final class Add extends OfTenant {
    @Parameters(index = "0", paramLabel = "URL", description = "where it is told; https")
    private String url = "";

    @Option(
        names = "--event",
        description =
            "what it is told: tenant.created, tenant.suspended, tenant.resumed, tenant.deleted,"
                + " quota.exhausted, usage.hour; may be repeated; all without it")
    private List<String> events = List.of();

    Add(PrintStream out) {
      super(out);
    }

    @Override
    void on(WebhookClient webhooks, TenantId id) throws IOException, InterruptedException {
      var made = webhooks.add(id, url, new LinkedHashSet<>(events));
      out.println(made.id());
      out.println(made.secret());
    }
  }

  @Command(name = "list", description = "Lists them.", mixinStandardHelpOptions = true)
  private static final class ListWebhooks extends OfTenant {
    ListWebhooks(PrintStream out) {
      super(out);
    }

    @Override
    void on(WebhookClient webhooks, TenantId id) throws IOException, InterruptedException {
      for (var each : webhooks.list(id)) {
        out.printf(Locale.ROOT, "%-34s %s  %s%n", each.id(), each.url(), each.events());
      }
    }
  }

  @Command(name = "remove", description = "Removes one.", mixinStandardHelpOptions = true)
  private static final class Remove extends OfTenant {
    @Parameters(index = "0", paramLabel = "ID", description = "the webhook")
    private String webhook = "";

    Remove(PrintStream out) {
      super(out);
    }

    @Override
    void on(WebhookClient webhooks, TenantId id) throws IOException, InterruptedException {
      webhooks.remove(id, webhook);
      out.println("Removed " + webhook);
    }
  }
}

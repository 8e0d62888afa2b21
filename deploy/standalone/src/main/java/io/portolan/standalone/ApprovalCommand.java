package io.portolan.standalone;

import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.access.ApprovalClient;
import io.portolan.standalone.access.ApprovalClient.Decision;
import io.portolan.standalone.access.ApprovalClient.Listed;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan approval ...}: what waits for somebody to approve of it. */
@Command(
    name = "approval",
    description =
        "Shows calls that wait for an approval, and decides about them. Asks the gateway that serves"
            + " the data directory; where none runs, uses its store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ApprovalCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private ApprovalCommand() {}

  static CommandLine line(PrintStream out) {
    return new CommandLine(new ApprovalCommand())
        .addSubcommand(new ListApprovals(out))
        .addSubcommand(new Approve(out))
        .addSubcommand(new Reject(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "approval needs one of list, approve, reject");
  }

  /** What all of them share: whose approvals. */
  private abstract static sealed class OnApprovals extends AskingCommand {
    @Option(names = "--tenant", description = "whose approvals (development)")
    private String tenant = TenantId.DEVELOPMENT.value();

    private OnApprovals(PrintStream out) {
      super(out);
    }

    abstract void on(ApprovalClient approvals, TenantId of)
        throws IOException, InterruptedException;

    @Override
    final void on(ApiClient api) throws IOException, InterruptedException {
      on(new ApprovalClient(api), new TenantId(tenant));
    }
  }

  @Command(
      name = "list",
      description = "Lists what waits for a decision, with the exact arguments.",
      mixinStandardHelpOptions = true)
  private static final class ListApprovals extends OnApprovals {
    @Option(names = "--all", description = "also what was decided in the last seven days")
    private boolean all;

    ListApprovals(PrintStream out) {
      super(out);
    }

    @Override
    void on(ApprovalClient approvals, TenantId of) throws IOException, InterruptedException {
      var found = approvals.list(of, all ? null : "pending");
      if (found.isEmpty()) {
        out.println(all ? "Nothing was asked for." : "Nothing waits for an approval.");
      }
      for (var approval : found) {
        show(approval);
      }
    }

    private void show(Listed approval) {
      out.printf(
          Locale.ROOT,
          "%s  %-8s  %s %s/%s by %s, rule '%s', until %s%n",
          approval.id(),
          approval.status(),
          approval.risk(),
          approval.server(),
          approval.name(),
          approval.principal(),
          approval.rule(),
          approval.goodUntil());
      if (!approval.arguments().isEmpty()) {
        out.println("    " + printable(approval.arguments()));
      }
      if (!approval.approver().isEmpty()) {
        out.println("    decided by " + approval.approver() + ": " + approval.rationale());
      }
    }
  }

  /** Arguments come from callers: nothing in them may move the cursor. */
  private static String printable(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  /** Decides about one. */
  private abstract static sealed class Decide extends OnApprovals {
    @Parameters(paramLabel = "ID", description = "the approval's id, as listed")
    private String id = "";

    @Option(names = "--rationale", description = "why; the caller is told after a rejection")
    private String rationale = "";

    private Decide(PrintStream out) {
      super(out);
    }

    abstract Decision decision();

    @Override
    final void on(ApprovalClient approvals, TenantId of) throws IOException, InterruptedException {
      var now = approvals.decide(of, id, decision(), rationale);
      out.println(now.id() + " is " + now.status() + " until " + now.goodUntil());
    }
  }

  @Command(
      name = "approve",
      description = "Approves of one call with exactly the listed arguments.",
      mixinStandardHelpOptions = true)
  private static final class Approve extends Decide {
    Approve(PrintStream out) {
      super(out);
    }

    @Override
    Decision decision() {
      return Decision.APPROVE;
    }
  }

  @Command(
      name = "reject",
      description = "Decides against it; it cannot be asked for again for a quarter of an hour.",
      mixinStandardHelpOptions = true)
  private static final class Reject extends Decide {
    Reject(PrintStream out) {
      super(out);
    }

    @Override
    Decision decision() {
      return Decision.REJECT;
    }
  }
}

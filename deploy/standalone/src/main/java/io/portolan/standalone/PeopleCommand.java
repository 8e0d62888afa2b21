package io.portolan.standalone;

import io.portolan.standalone.access.ApiClient;
import io.portolan.standalone.access.PeopleClient;
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

/** {@code portolan member ...} and {@code portolan role ...}: what a tenant says of its people. */
final class PeopleCommand {
  private PeopleCommand() {}

  /** {@code portolan member}. */
  static CommandLine members(PrintStream out) {
    return new CommandLine(new Members())
        .addSubcommand(new SetMember(out))
        .addSubcommand(new ListMembers(out))
        .addSubcommand(new RemoveMember(out));
  }

  /** {@code portolan role}. */
  static CommandLine roles(PrintStream out) {
    return new CommandLine(new Roles())
        .addSubcommand(new SetRole(out))
        .addSubcommand(new ListRoles(out))
        .addSubcommand(new RemoveRole(out));
  }

  @Command(
      name = "member",
      description = "Gives people of a tenant roles and teams beside those their tokens bring.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Members implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "member needs one of set, list, remove");
    }
  }

  @Command(
      name = "role",
      description = "Makes roles of a tenant, out of those that every tenant has.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Roles implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "role needs one of set, list, remove");
    }
  }

  /** What is done in one tenant. */
  private abstract static sealed class InTenant extends AskingCommand {
    @Option(names = "--tenant", description = "whose people (development)")
    private String tenant = TenantId.DEVELOPMENT.value();

    InTenant(PrintStream out) {
      super(out);
    }

    abstract void on(PeopleClient people) throws IOException, InterruptedException;

    @Override
    final void on(ApiClient api) throws IOException, InterruptedException {
      on(new PeopleClient(api, new TenantId(tenant)));
    }
  }

  @Command(
      name = "set",
      description = "Sets all that a member has here, over what they had.",
      mixinStandardHelpOptions = true)
  private static final class SetMember extends InTenant {
    @Parameters(paramLabel = "SUBJECT", description = "as tokens name them: ISSUER/SUB")
    private String subject = "";

    @Option(names = "--role", description = "may be repeated")
    private List<String> roles = List.of();

    @Option(names = "--team", description = "may be repeated")
    private List<String> teams = List.of();

    SetMember(PrintStream out) {
      super(out);
    }

    @Override
    void on(PeopleClient people) throws IOException, InterruptedException {
      people.putMember(subject, new LinkedHashSet<>(roles), new LinkedHashSet<>(teams));
      out.println("Set " + subject);
    }
  }

  @Command(name = "list", description = "Lists them.", mixinStandardHelpOptions = true)
  private static final class ListMembers extends InTenant {
    ListMembers(PrintStream out) {
      super(out);
    }

    @Override
    void on(PeopleClient people) throws IOException, InterruptedException {
      for (var member : people.members()) {
        out.printf(
            Locale.ROOT,
            "%-40s roles: %s  teams: %s%n",
            member.name(),
            member.roles(),
            member.teams());
      }
    }
  }

  @Command(
      name = "remove",
      description = "Ends what a member has here; what their tokens bring stays.",
      mixinStandardHelpOptions = true)
  private static final class RemoveMember extends InTenant {
    @Parameters(paramLabel = "SUBJECT")
    private String subject = "";

    RemoveMember(PrintStream out) {
      super(out);
    }

    @Override
    void on(PeopleClient people) throws IOException, InterruptedException {
      people.removeMember(subject);
      out.println("Removed " + subject);
    }
  }

  @Command(
      name = "set",
      description = "Makes a role, or changes what it includes.",
      mixinStandardHelpOptions = true)
  private static final class SetRole extends InTenant {
    @Parameters(paramLabel = "ROLE", description = "1 to 64 of a-z 0-9 _ . -")
    private String role = "";

    @Option(
        names = "--include",
        description = "owner, admin, developer, caller, auditor or approver; may be repeated")
    private List<String> includes = List.of();

    SetRole(PrintStream out) {
      super(out);
    }

    @Override
    void on(PeopleClient people) throws IOException, InterruptedException {
      people.putRole(role, new LinkedHashSet<>(includes));
      out.println("Set " + role);
    }
  }

  @Command(name = "list", description = "Lists them.", mixinStandardHelpOptions = true)
  private static final class ListRoles extends InTenant {
    ListRoles(PrintStream out) {
      super(out);
    }

    @Override
    void on(PeopleClient people) throws IOException, InterruptedException {
      for (var role : people.roles()) {
        out.printf(Locale.ROOT, "%-40s includes: %s%n", role.name(), role.roles());
      }
    }
  }

  @Command(
      name = "remove",
      description = "Ends a role; who has it keeps its name, which then includes nothing.",
      mixinStandardHelpOptions = true)
  private static final class RemoveRole extends InTenant {
    @Parameters(paramLabel = "ROLE")
    private String role = "";

    RemoveRole(PrintStream out) {
      super(out);
    }

    @Override
    void on(PeopleClient people) throws IOException, InterruptedException {
      people.removeRole(role);
      out.println("Removed " + role);
    }
  }
}

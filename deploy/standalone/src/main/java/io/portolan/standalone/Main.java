package io.portolan.standalone;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. {@code ./portolan} finds a JDK, builds, and then calls this. */
@Command(
    name = "portolan",
    description = "One endpoint for many MCP servers.",
    versionProvider = BuildInfo.Provider.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  private Main() {}

  /** Runs one command and ends the process with its status. */
  public static void main(String[] args) {
    Logs.toStderr();
    // stdout belongs to the answers: the banner and access lines of "up", the messages of "stdio".
    var status = commandLine(new Assembly(), System.out).execute(args);
    System.exit(status);
  }

  static CommandLine commandLine(GatewayStarter starter, PrintStream out) {
    var line = new CommandLine(new Main());
    line.addSubcommand(new UpCommand(starter, out));
    line.addSubcommand(new StdioCommand(starter));
    line.addSubcommand(new ConnectCommand(out));
    line.addSubcommand(new DoctorCommand(out));
    line.addSubcommand(TenantCommand.line(out));
    line.addSubcommand(PeopleCommand.members(out));
    line.addSubcommand(PeopleCommand.roles(out));
    line.addSubcommand(KeyCommand.line(out));
    line.addSubcommand(WebhookCommand.line(out));
    line.addSubcommand(ApprovalCommand.line(out));
    line.addSubcommand(SecretCommand.line(System.in, out));
    line.addSubcommand(ServerCommand.line(out));
    line.addSubcommand(StoreCommand.line(out));
    line.addSubcommand(AuditCommand.line(out));
    line.addSubcommand(PolicyCommand.line(out));
    line.addSubcommand(new UsageCommand(out));
    line.addSubcommand(new VersionCommand(out));
    line.addSubcommand(new TrainCommand(starter));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setExecutionExceptionHandler(Main::failed);
    return line;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.err);
  }

  /**
   * A bug, or a machine that refuses something nobody foresaw: the trace helps whoever reports it.
   */
  private static int failed(Exception failure, CommandLine line, CommandLine.ParseResult ignored) {
    failure.printStackTrace(line.getErr());
    return ExitCode.FAILED;
  }
}

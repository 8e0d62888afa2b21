package io.portolan.standalone;

import io.portolan.standalone.doctor.Check;
import io.portolan.standalone.doctor.Check.Level;
import io.portolan.standalone.doctor.Doctor;
import io.portolan.standalone.servers.Surroundings;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code portolan doctor}: what this machine has, what is missing, what to do. */
@Command(
    name = "doctor",
    description = "Says what this machine has and what is missing. Starts no server.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Mixin private ConfigFlags configFlags = new ConfigFlags();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final PrintStream out;

  DoctorCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    var usable = configFlags.load(spec.commandLine().getErr());
    if (usable.isEmpty()) {
      return ExitCode.WRONG_INPUT;
    }
    out.println(BuildInfo.current());
    var checks = new Doctor(Surroundings.ofProcess()).examine(usable.get().config());
    checks.forEach(this::print);
    return summary(checks);
  }

  private void print(Check check) {
    var level = check.level().name().toLowerCase(Locale.ROOT);
    out.printf(Locale.ROOT, "  %-5s %-20s %s%n", level, check.subject(), check.text());
  }

  private int summary(List<Check> checks) {
    var failed = checks.stream().filter(check -> check.level() == Level.FAIL).count();
    out.println(
        failed == 0
            ? "Nothing stands in the way of ./portolan up."
            : failed + " of these must be put right before ./portolan up works.");
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }
}

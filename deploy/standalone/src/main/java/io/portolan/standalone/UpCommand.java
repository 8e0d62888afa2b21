package io.portolan.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code portolan up}: runs a gateway until the process is told to stop. */
@Command(
    name = "up",
    description =
        "Starts the gateway. Stops at Ctrl-C or SIGTERM, after the calls in flight ended.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Mixin private ConfigFlags configFlags = new ConfigFlags();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final GatewayStarter starter;
  private final PrintStream out;

  UpCommand(GatewayStarter starter, PrintStream out) {
    this.starter = starter;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    var usable = configFlags.load(err);
    if (usable.isEmpty()) {
      return ExitCode.WRONG_INPUT;
    }
    var config = usable.get().config();
    var banner = new Banner(out, BuildInfo.current(), config.files());
    try (var gateway = starter.start(config, banner)) {
      StopSignal.runs(gateway::close);
      try (var _ = new ConfigWatch(config, configFlags::read, gateway, err).start()) {
        new CountDownLatch(1).await(); // the process ends by a signal only
      }
    } catch (IOException e) {
      err.println("portolan: " + e.getMessage());
      err.flush();
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }
}

package io.portolan.standalone;

import io.portolan.standalone.access.ApiClient;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks the management API of a data directory, and how such commands end. */
abstract class AskingCommand implements Callable<Integer> {
  @Mixin private ConfigFlags configFlags = new ConfigFlags();
  @Spec private CommandSpec spec = CommandSpec.create();

  final PrintStream out;

  AskingCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * Does what the command is for.
   *
   * @throws IllegalArgumentException for what was given and is wrong
   * @throws IOException for what could not be done
   */
  abstract void on(ApiClient api) throws IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    var err = spec.commandLine().getErr();
    var usable = configFlags.load(err);
    if (usable.isEmpty()) {
      return ExitCode.WRONG_INPUT;
    }
    try {
      on(Books.client(usable.get().config()));
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

package io.portolan.standalone;

import java.util.concurrent.atomic.AtomicBoolean;

/** Turns SIGTERM and Ctrl-C into an orderly stop. */
final class StopSignal {
  private final AtomicBoolean disarmed = new AtomicBoolean();

  private StopSignal() {}

  /**
   * Runs something when the process is told to stop, and ends the process with status 0 after it.
   * Left alone, the JVM would end with 143, which service managers take for a failure.
   *
   * @param stop may run beside a stop that is under way already, and must then wait for it
   * @return to disarm when the process ends by itself, with a status of its own
   */
  static StopSignal runs(Runnable stop) {
    var signal = new StopSignal();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform().name("stop").unstarted(() -> signal.stopThenHalt(stop)));
    return signal;
  }

  /** The stop was done, or is not wanted any more. */
  void disarm() {
    disarmed.set(true);
  }

  private void stopThenHalt(Runnable stop) {
    if (disarmed.get()) {
      return;
    }
    var status = ExitCode.OK;
    try {
      stop.run();
    } catch (RuntimeException e) {
      System.err.println("portolan: stopping failed: " + e);
      status = ExitCode.FAILED;
    }
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(status);
  }
}

package io.portolan.bench.inference;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Times something in rounds. */
final class Stopwatch {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Work that may fail. */
  interface Work {
    void run() throws Exception;
  }

  /**
   * One measurement.
   *
   * @param wallMillis by the clock
   * @param cpuMillis of all threads of the process
   */
  record Took(double wallMillis, double cpuMillis) {}

  private Stopwatch() {}

  static Took of(Work work) throws Exception {
    long cpu = SYSTEM.getProcessCpuTime();
    long wall = System.nanoTime();
    work.run();
    return new Took((System.nanoTime() - wall) / 1e6, (SYSTEM.getProcessCpuTime() - cpu) / 1e6);
  }

  static double median(double[] figures) {
    var sorted = figures.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

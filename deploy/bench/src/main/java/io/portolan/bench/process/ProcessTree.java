package io.portolan.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and all its descendants, as the kernel counts them.
 *
 * <p>The tree is looked up at each reading, so workers that come and go are counted. A tree without
 * a process (nothing stands between load and upstream) reads zero. Linux only.
 */
public final class ProcessTree {
  private static final long TICKS_PER_SECOND = 100;

  private final List<Long> roots;

  private ProcessTree(List<Long> roots) {
    this.roots = roots;
  }

  /** The tree below a process. */
  public static ProcessTree of(long pid) {
    return new ProcessTree(List.of(pid));
  }

  /** Nothing to account for. */
  public static ProcessTree none() {
    return new ProcessTree(List.of());
  }

  /** Whether there is a process to account for. */
  public boolean exists() {
    return !roots.isEmpty();
  }

  /** User and system time taken so far by all threads, in microseconds; steps of 10 ms. */
  public long cpuMicros() {
    var ticks =
        pids()
            .mapToObj(ProcStat::of)
            .flatMap(Optional::stream)
            .mapToLong(stat -> stat.cpuTicks() + stat.endedChildrenTicks())
            .sum();
    return ticks * 1_000_000 / TICKS_PER_SECOND;
  }

  /** Resident memory in KiB, from {@code smaps_rollup}. */
  public long residentKib() {
    return pids().map(ProcessTree::residentKib).sum();
  }

  private LongStream pids() {
    return roots.stream()
        .flatMap(root -> ProcessHandle.of(root).stream())
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .mapToLong(ProcessHandle::pid);
  }

  private static long residentKib(long pid) {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
      return lines
          .filter(line -> line.startsWith("Rss:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .sum();
    } catch (IOException _) {
      // The process ended since the tree was looked up.
      return 0;
    }
  }
}

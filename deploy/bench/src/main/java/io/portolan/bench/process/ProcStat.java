package io.portolan.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One line of {@code /proc/PID/stat}.
 *
 * @param pid the process
 * @param parent its parent
 * @param cpuTicks user and system time of all its threads, those that ended included
 * @param endedChildrenTicks the same of children it has waited for
 */
record ProcStat(long pid, long parent, long cpuTicks, long endedChildrenTicks) {

  /** Reads a process; empty when there is none of that number. */
  static Optional<ProcStat> of(long pid) {
    try {
      var line = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      return Optional.of(parse(line));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  // The second field is the program's name in parentheses, and may itself hold any character.
  static ProcStat parse(String line) {
    var nameEnd = line.lastIndexOf(')');
    if (nameEnd < 0) {
      throw new IllegalArgumentException("not a line of /proc/PID/stat: " + line);
    }
    var pid = Long.parseLong(line.substring(0, line.indexOf(' ')));
    var fields = line.substring(nameEnd + 2).strip().split(" ");
    // fields[0] is field 3 of proc(5), the state.
    return new ProcStat(
        pid,
        Long.parseLong(fields[1]),
        Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
        Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
  }
}

package io.portolan.e2e.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What a running gateway says of itself in its metrics, and its JVM when it is asked. */
public final class Figures {
  private final GatewayProcess gateway;

  public Figures(GatewayProcess gateway) {
    this.gateway = gateway;
  }

  /** The sum of a metric over all its labels that contain a text. */
  public double sum(String metric, String label) throws IOException, InterruptedException {
    var line = Pattern.compile("^" + metric + "(\\{[^}]*})? (\\S+)$", Pattern.MULTILINE);
    return line.matcher(gateway.get("/metrics").text())
        .results()
        .filter(found -> label.isEmpty() || String.valueOf(found.group(1)).contains(label))
        .mapToDouble(found -> Double.parseDouble(found.group(2)))
        .sum();
  }

  public double sum(String metric) throws IOException, InterruptedException {
    return sum(metric, "");
  }

  /** Files and sockets that are open. */
  public double openFiles() throws IOException, InterruptedException {
    return sum("process_files_open_files");
  }

  /** Platform threads that are alive. */
  public double threads() throws IOException, InterruptedException {
    return sum("jvm_threads_live_threads");
  }

  /** Heap in use, in MiB, right after a full collection. */
  public double heapMiB() throws IOException, InterruptedException {
    jcmd("GC.run");
    return sum("jvm_memory_used_bytes", "area=\"heap\"") / (1 << 20);
  }

  /** Asks the JVM something; returns what it says. */
  private String jcmd(String command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Repository.java().resolveSibling("jcmd").toString(),
                Long.toString(gateway.jvm().pid()),
                command)
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("jcmd " + command + " failed: " + said);
    }
    return said;
  }
}

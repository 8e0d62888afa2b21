package io.portolan.gateway.upstream.stdio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/*
 * Nothing inside this process can clean up after it is killed. So a tiny shell process holds the
 * other end of a pipe: it is told which process groups exist, and when the pipe ends it ends them,
 * first kindly. It also looks for processes that left their group but still carry the mark that
 * every child gets in its environment. While the gateway lives, the same process signals the
 * groups, because Java can signal one process only.
 */

/**
 * Sees to it that no child process outlives the gateway, however the gateway ends. One small shell
 * process, started with the first child. Thread-safe.
 */
public final class ChildReaper implements AutoCloseable {
  /** Every child has this in its environment; its value begins with {@link #mark}. */
  static final String MARK_VARIABLE = "PORTOLAN_CHILD";

  private static final System.Logger LOG = System.getLogger(ChildReaper.class.getName());
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP QUIT
      groups=
      while read -r op id; do
        case $op in
          +) groups="$groups $id" ;;
          -) kept=
             for g in $groups; do [ "$g" = "$id" ] || kept="$kept $g"; done
             groups=$kept ;;
          *) kill -s "$op" -- "-$id" ;;
        esac
      done
      if [ -n "$groups" ]; then
        for g in $groups; do kill -s TERM -- "-$g"; done
        sleep 1
        for g in $groups; do kill -s KILL -- "-$g"; done
      fi
      for f in $(grep -lsa -- "$1=$2" /proc/[0-9]*/environ); do
        p=${f#/proc/}
        kill -s KILL "${p%/environ}"
      done
      """;

  private final String mark = UUID.randomUUID().toString();
  private final Set<Long> groups = new HashSet<>(); // guarded by this
  private @Nullable Process process; // guarded by this
  private boolean closed; // guarded by this
  private boolean warned; // guarded by this

  /** What begins the value of {@link #MARK_VARIABLE} in every child of this gateway. */
  String mark() {
    return mark;
  }

  /** Ends the group when the gateway ends. */
  synchronized void watch(long group) {
    groups.add(group);
    say("+", group);
  }

  /** The group is gone. */
  synchronized void forget(long group) {
    groups.remove(group);
    say("-", group);
  }

  /** Asks every process of the group to end. */
  synchronized void terminate(long group) {
    say("TERM", group);
  }

  /** Ends every process of the group. */
  synchronized void kill(long group) {
    say("KILL", group);
  }

  private void say(String operation, long group) {
    if (closed) {
      return;
    }
    try {
      var running = process;
      if (running == null || !running.isAlive()) {
        process = start();
        var all = new StringBuilder();
        groups.forEach(g -> all.append("+ ").append(g).append('\n'));
        write(process, all.toString());
        if (operation.equals("+")) {
          return;
        }
        running = process;
      }
      write(running, operation + " " + group + "\n");
    } catch (IOException e) {
      if (warned) {
        return;
      }
      warned = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "no process watches over the child processes: they may outlive a killed gateway ("
              + e.getMessage()
              + ")");
    }
  }

  private static void write(Process to, String text) throws IOException {
    OutputStream out = to.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private Process start() throws IOException {
    var shell = List.of("/bin/sh", "-c", SCRIPT, "portolan-reaper", MARK_VARIABLE, mark);
    return new ProcessBuilder(OwnGroup.wrap(shell))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Lets the watching process end, after it has ended what is left. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    if (process != null) {
      try {
        process.getOutputStream().close();
      } catch (IOException _) {
        // It is gone already.
      }
    }
  }
}

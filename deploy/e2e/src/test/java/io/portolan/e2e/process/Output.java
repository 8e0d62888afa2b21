package io.portolan.e2e.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The lines a process writes, read as they come. */
public final class Output {
  private static final int SHOWN_LINES_MAX = 60;

  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  Output(InputStream in) {
    Thread.ofVirtual().name("output").start(() -> pump(in));
  }

  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Waits for a line with the pattern in it. */
  public MatchResult await(Pattern pattern, Duration patience) throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    synchronized (lines) {
      while (true) {
        var found = lines.stream().flatMap(line -> match(pattern, line).stream()).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        var left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0 || ended) {
          throw new AssertionError(
              "no line with '" + pattern + "' within " + patience + ", but:\n" + tail());
        }
        lines.wait(left);
      }
    }
  }

  /** Waits until the process has closed its output. */
  public void awaitEnd(Duration patience) throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    synchronized (lines) {
      while (!ended) {
        var left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError("the output is still open after " + patience);
        }
        lines.wait(left);
      }
    }
  }

  public String tail() {
    synchronized (lines) {
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES_MAX), lines.size()));
    }
  }

  private static Optional<MatchResult> match(Pattern pattern, String line) {
    var matcher = pattern.matcher(line);
    return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
  }

  private void pump(InputStream in) {
    try (var reader = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line);
          lines.notifyAll();
        }
      }
    } catch (IOException _) {
      // the process was killed: what it wrote is what there is
    } finally {
      synchronized (lines) {
        ended = true;
        lines.notifyAll();
      }
    }
  }
}

package io.portolan.standalone;

import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.PortolanConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Looks at the configuration's files once a second. What changed in them takes effect when it is
 * right as a whole; otherwise everything stays as it was, and says so.
 */
final class ConfigWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** What one file looked like; an absent one has neither size nor date. */
  private record Seen(Path file, long bytes, long modified) {
    static Seen of(Path file) {
      try {
        return new Seen(file, Files.size(file), Files.getLastModifiedTime(file).toMillis());
      } catch (IOException _) {
        return new Seen(file, -1, -1);
      }
    }
  }

  private final Supplier<ConfigOutcome> loader;
  private final RunningGateway gateway;
  private final PrintWriter err;
  private final Thread thread = Thread.ofVirtual().name("config-watch").unstarted(this::watch);
  private PortolanConfig config; // of the thread, once it runs

  /**
   * @param config what the gateway runs with
   * @param loader reads the configuration again
   * @param gateway learns what changed
   * @param err where mistakes are told
   */
  ConfigWatch(
      PortolanConfig config,
      Supplier<ConfigOutcome> loader,
      RunningGateway gateway,
      PrintWriter err) {
    this.config = config;
    this.loader = loader;
    this.gateway = gateway;
    this.err = err;
  }

  ConfigWatch start() {
    thread.start();
    return this;
  }

  private void watch() {
    var seen = look();
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        var now = look();
        if (!now.equals(seen)) {
          load();
          seen = afterLoading(now);
        }
      }
    } catch (InterruptedException _) {
      // The gateway is stopping.
    }
  }

  /** The files may be others now; what changed while it was read is to be read again. */
  private List<Seen> afterLoading(List<Seen> before) {
    var seen = new ArrayList<Seen>();
    for (var file : look()) {
      var known = before.stream().filter(each -> each.file().equals(file.file())).findFirst();
      seen.add(known.orElse(file));
    }
    return seen;
  }

  private List<Seen> look() {
    var seen = new ArrayList<Seen>();
    config.files().forEach(file -> seen.add(Seen.of(file)));
    return seen;
  }

  private void load() {
    switch (loader.get()) {
      case ConfigOutcome.Usable(var fresh, var notices) -> {
        notices.forEach(notice -> err.println("note: " + notice));
        err.println("portolan: the configuration was read again");
        gateway.reconfigure(fresh);
        config = fresh;
      }
      case ConfigOutcome.Rejected(var problems) -> {
        problems.forEach(problem -> err.println("error: " + problem));
        var count = problems.size() == 1 ? "1 mistake" : problems.size() + " mistakes";
        err.println("portolan: " + count + " in the configuration; the one before stays in effect");
        gateway.rejected(problems.size());
      }
    }
    err.flush();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

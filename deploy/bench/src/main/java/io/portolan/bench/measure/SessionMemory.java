package io.portolan.bench.measure;

import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.McpClient;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an idle session costs in resident memory.
 *
 * <p>Nobody asks for a garbage collection. Instead the process serves the same load before either
 * reading, so that its young generation is as full of ordinary garbage both times and what the
 * sessions hold has been promoted. Each case has a gateway of its own, because a JVM reuses the
 * memory of sessions that have ended.
 */
public record SessionMemory() implements Measure {
  private static final int CONNECTIONS = 16;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private enum Case {
    SESSION("session"),
    SESSION_AFTER_A_CALL("session that has made a call"),
    SESSION_WITH_STREAM("session with an open GET stream");

    private final String words;

    Case(String words) {
      this.words = words;
    }
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    var kib = new Samples();
    var nginx = bench.target(Target.NGINX);
    if (nginx.isPresent()) {
      // Only with a stream: nginx keeps nothing of a session, and /streams is where one can be had.
      var target = nginx.get();
      kib.add(
          Case.SESSION_WITH_STREAM + Target.NGINX,
          kibPerSession(
              bench,
              new Target(
                  target.name(),
                  target.endpoint().resolve("/streams/mcp"),
                  target.tools(),
                  target.tree()),
              Case.SESSION_WITH_STREAM));
    }
    var base = new Samples();
    if (bench.distribution().present()) {
      for (var one : Case.values()) {
        kib.add(one + Target.PORTOLAN, ofGateway(bench, one, base));
      }
    }
    var rows = new ArrayList<List<String>>();
    for (var one : Case.values()) {
      rows.add(
          List.of(
              one.words,
              Table.figure(kib.median(one + Target.NGINX)),
              Table.figure(kib.median(one + Target.PORTOLAN))));
    }
    rows.add(
        List.of(
            "the whole process before, MiB",
            nginx.map(target -> Table.figure(target.tree().residentKib() / 1024.0)).orElse("-"),
            Table.figure(base.median(Target.PORTOLAN))));
    var table =
        new Table(
            "Resident KiB of one of %,d idle sessions".formatted(bench.extent().sessions()),
            List.of("", Target.NGINX, Target.PORTOLAN),
            rows);
    var verdicts = new ArrayList<Verdict>();
    for (var one : List.of(Case.SESSION, Case.SESSION_WITH_STREAM)) {
      verdicts.add(
          Verdict.atMost("KiB per idle " + one.words, kib.median(one + Target.PORTOLAN), 20));
    }
    return new Findings(List.of(table), verdicts, List.of());
  }

  private static double ofGateway(Bench bench, Case one, Samples base)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    var servers = McpJson.of("bench", bench.upstream().at("/mcp"));
    var gateway = bench.distribution().startReady("memory", servers);
    try {
      var target = Target.at(Target.PORTOLAN, gateway.endpoint(), gateway.tree(), bench.ids());
      var alone = bench.only(List.of(target));
      alone.warmUp(t -> new Work.Echo(t.tools().echo()));
      alone.warmUpForChange(t -> new Work.Churn(t.tools().echo()));
      base.add(Target.PORTOLAN, gateway.tree().residentKib() / 1024.0);
      return kibPerSession(bench, target, one);
    } finally {
      bench.distribution().stop(gateway);
    }
  }

  private static double kibPerSession(Bench bench, Target target, Case one)
      throws IOException, BadReplyException {
    var count = bench.extent().sessions();
    bench.say("%,d idle: %s on %s".formatted(count, one.words, target.name()));
    var clients = new ArrayList<McpClient>();
    try {
      var before = residentAfterLoad(bench, target);
      switch (one) {
        case SESSION -> {
          var client = McpClient.connect(target.endpoint(), bench.ids(), TIMEOUT);
          clients.add(client);
          for (var n = 0; n < count; n++) {
            var _ = client.initialize();
          }
        }
        case SESSION_AFTER_A_CALL -> {
          var client = McpClient.connect(target.endpoint(), bench.ids(), TIMEOUT);
          clients.add(client);
          for (var n = 0; n < count; n++) {
            var _ = client.initialize();
            client.echo(target.tools().echo());
          }
        }
        case SESSION_WITH_STREAM -> {
          for (var n = 0; n < count; n++) {
            clients.add(withStream(bench, target.endpoint()));
          }
        }
      }
      return (double) (residentAfterLoad(bench, target) - before) / count;
    } finally {
      for (var client : clients) {
        client.close();
      }
    }
  }

  private static long residentAfterLoad(Bench bench, Target target)
      throws IOException, BadReplyException {
    var _ = bench.turn(target, new Work.Echo(target.tools().echo()), CONNECTIONS);
    return target.tree().residentKib();
  }

  private static McpClient withStream(Bench bench, URI endpoint)
      throws IOException, BadReplyException {
    var client = McpClient.open(endpoint, bench.ids(), TIMEOUT);
    if (!client.openStream()) {
      client.close();
      throw new BadReplyException(endpoint + " offers no GET stream");
    }
    return client;
  }
}

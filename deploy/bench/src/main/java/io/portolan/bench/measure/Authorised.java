package io.portolan.bench.measure;

import io.portolan.bench.identity.TokenIssuer;
import io.portolan.bench.load.BadReplyException;
import io.portolan.bench.load.Bearers;
import io.portolan.bench.load.Work;
import io.portolan.bench.process.McpJson;
import io.portolan.bench.process.PortolanProcess;
import io.portolan.bench.process.PortolanProcess.Setup;
import io.portolan.bench.process.StartFailedException;
import io.portolan.bench.report.Findings;
import io.portolan.bench.report.Table;
import io.portolan.bench.report.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What it costs that a call is authorised: the same call by anonymous callers of a gateway without
 * any setting, and by callers with access tokens of one with a thousand rules, quotas and the audit
 * log; and whether it matters how many callers there are.
 */
public record Authorised() implements Measure {
  private static final int CONNECTIONS = 16;
  private static final int RULES = 1_000;
  private static final int CALLERS = 10_000;
  private static final String ANONYMOUS = "anonymous";
  private static final String SIGNED = "authorised";
  private static final String MANY = "10,000 callers";
  private static final double CPU_MICROS_MORE_MAX = 25;
  private static final double MANY_OVER_FEW_MAX = 1.3;

  @Override
  public String name() {
    return "authorised";
  }

  @Override
  public Findings run(Bench bench)
      throws IOException, InterruptedException, BadReplyException, StartFailedException {
    if (!bench.distribution().present()) {
      return Findings.skipped("Authorised calls need a gateway.");
    }
    var servers = McpJson.of("recent", bench.upstream().at("/modern/mcp"));
    try (var issuer = new TokenIssuer()) {
      var open = bench.distribution().startReady("anonymous", servers);
      try {
        var closed =
            bench.distribution().startReady("authorised", new Setup(servers, settings(issuer)));
        try {
          return measured(bench, open, closed, issuer);
        } finally {
          bench.distribution().stop(closed);
        }
      } finally {
        bench.distribution().stop(open);
      }
    }
  }

  private static Findings measured(
      Bench bench, PortolanProcess open, PortolanProcess closed, TokenIssuer issuer)
      throws IOException, BadReplyException {
    var tokens = new ArrayList<String>();
    for (int i = 0; i < CALLERS; i++) {
      tokens.add(issuer.token("caller-" + i, closed.endpointOf("recent")));
    }
    var works = new LinkedHashMap<String, Work>();
    works.put(ANONYMOUS, new Work.ModernEcho("echo"));
    works.put(SIGNED, new Work.SignedEcho("echo", Bearers.of(tokens.subList(0, 16), CONNECTIONS)));
    works.put(MANY, new Work.SignedEcho("echo", Bearers.of(tokens, CONNECTIONS)));
    var tools = new Tools("echo", "big", "progress");
    var targets =
        List.of(
            new Target(ANONYMOUS, open.endpointOf("recent"), tools, open.tree()),
            new Target(SIGNED, closed.endpointOf("recent"), tools, closed.tree()),
            new Target(MANY, closed.endpointOf("recent"), tools, closed.tree()));
    return measured(bench.only(targets), works);
  }

  private static Findings measured(Bench bench, Map<String, Work> works)
      throws IOException, BadReplyException {
    bench.warmUp(target -> work(works, target));
    var loads = Loads.run(bench, "authorised call", CONNECTIONS, target -> work(works, target));
    var targets = bench.targets();
    var table =
        new Table(
            "tools/call by callers with access tokens, %,d rules, quotas and audit, c=%d"
                .formatted(RULES, CONNECTIONS),
            Loads.columns(targets, ""),
            List.of(
                Loads.row(targets, "CPU us/call", t -> loads.cpuMicros.median(t.name())),
                Loads.row(targets, "calls/s", t -> loads.perSecond.median(t.name())),
                Loads.row(targets, "p50 us", t -> loads.p50Micros.median(t.name())),
                Loads.row(targets, "p99 us", t -> loads.p99Micros.median(t.name()))));
    return new Findings(
        List.of(table),
        List.of(
            Verdict.atMost(
                "CPU of an authorised call more than of an anonymous one, us",
                loads.cpuMicros.difference(SIGNED, ANONYMOUS),
                CPU_MICROS_MORE_MAX),
            Verdict.atMost(
                "p50 with 10,000 callers over 16",
                loads.p50Micros.ratio(MANY, SIGNED),
                MANY_OVER_FEW_MAX)),
        List.of());
  }

  private static Work work(Map<String, Work> works, Target target) {
    var work = works.get(target.name());
    if (work == null) {
      throw new IllegalArgumentException("no such target: " + target.name());
    }
    return work;
  }

  /** Rules about other people, about other tools, and about this tool with conditions. */
  private static String settings(TokenIssuer issuer) {
    var yaml = new StringBuilder();
    yaml.append(
        """
        access-log: stdout
        auth:
          issuers:
            bench:
              issuer: %s
              jwks-uri: %s
              tenant: acme
              roles-claim: roles
              teams-claim: groups
              agent-claim: client_id
        quotas:
          - {tenant: "*", calls-per-second: 900000000, calls-per-day: 900000000}
          - {tool: "*", calls-per-second: 900000000}
        policy:
          rules:
            - {name: all, effect: allow}
        """
            .formatted(issuer.issuer(), issuer.keys()));
    for (int i = 1; i < RULES; i++) {
      var rule =
          i % 100 == 0
              ? "{name: r%d, effect: forbid, tools: [echo], when: 'args.text == \"no-%d\"'}"
              : i % 2 == 0
                  ? "{name: r%d, effect: forbid, teams: [team-%d]}"
                  : "{name: r%d, effect: forbid, tools: [\"other-%d*\"]}";
      yaml.append("    - ").append(rule.formatted(i, i)).append('\n');
    }
    return yaml.toString();
  }
}

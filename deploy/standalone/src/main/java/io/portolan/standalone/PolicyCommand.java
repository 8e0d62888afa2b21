package io.portolan.standalone;

import io.portolan.standalone.config.ConfigLoader;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.policy.RecordedCalls;
import io.portolan.standalone.policy.RecordedCalls.NotACall;
import io.portolan.standalone.servers.Surroundings;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.Explanation;
import io.portolan.tenancy.policy.Rule;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.policy.Simulation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code portolan policy ...}: what rules say, without a running gateway. */
@Command(
    name = "policy",
    description = "Checks rules, explains decisions, and tries other rules on recorded calls.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class PolicyCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private PolicyCommand() {}

  static CommandLine line(PrintStream out) {
    return new CommandLine(new PolicyCommand())
        .addSubcommand(new Check(out))
        .addSubcommand(new Explain(out))
        .addSubcommand(new Simulate(out));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "policy needs one of check, explain, simulate");
  }

  /** What all of them share: the rules in effect. */
  private abstract static sealed class OnRules implements Callable<Integer> {
    @Mixin private ConfigFlags configFlags = new ConfigFlags();
    @Spec private CommandSpec spec = CommandSpec.create();

    final PrintStream out;

    private OnRules(PrintStream out) {
      this.out = out;
    }

    abstract int on(RuleSet rules) throws IOException;

    @Override
    public final Integer call() throws IOException {
      var usable = configFlags.load(spec.commandLine().getErr());
      return usable.isEmpty() ? ExitCode.WRONG_INPUT : on(usable.get().config().policy());
    }

    final void tell(String mistake) {
      spec.commandLine().getErr().println("error: " + mistake);
      spec.commandLine().getErr().flush();
    }
  }

  @Command(
      name = "check",
      description = "Says whether the rules are right, and how many there are.",
      mixinStandardHelpOptions = true)
  private static final class Check extends OnRules {
    Check(PrintStream out) {
      super(out);
    }

    @Override
    int on(RuleSet rules) {
      var conditions = rules.rules().stream().filter(rule -> rule.condition() != null).count();
      out.println(
          rules.rules().isEmpty()
              ? "There are no rules: everything is allowed."
              : rules.rules().size() + " rules, " + conditions + " of them with a condition.");
      return ExitCode.OK;
    }
  }

  @Command(
      name = "explain",
      description = "Says what becomes of a call, which rules are about it and which one decides.",
      mixinStandardHelpOptions = true)
  private static final class Explain extends OnRules {
    @Parameters(
        paramLabel = "CALL",
        description =
            "the call as JSON, such as {\"server\":\"files\",\"name\":\"write\","
                + "\"roles\":[\"developer\"],\"arguments\":{\"path\":\"/tmp/x\"}}")
    private String call = "";

    Explain(PrintStream out) {
      super(out);
    }

    @Override
    int on(RuleSet rules) {
      try {
        var recorded = RecordedCalls.read("the call", call);
        var explained =
            Explanation.of(
                rules, recorded.caller(), recorded.item(), recorded.attempt(), recorded.until());
        out.println(shown(explained.decision()));
        explained.matched().forEach(this::print);
        return ExitCode.OK;
      } catch (NotACall e) {
        tell(String.valueOf(e.getMessage()));
        return ExitCode.WRONG_INPUT;
      }
    }

    private void print(Explanation.Matched matched) {
      var rule = matched.rule();
      var verdict =
          switch (matched.verdict()) {
            case APPLIES -> "applies";
            case DOES_NOT_APPLY -> "does not apply";
            case BROKEN -> "cannot be evaluated: " + matched.reason();
            case NOT_ASKED -> "is asked with the result; none was given";
          };
      out.println("  " + effect(rule) + " '" + rule.name() + "' " + verdict + when(rule));
    }

    private static String effect(Rule rule) {
      var effect = rule.effect().name().toLowerCase(Locale.ROOT);
      return rule.stage() == Stage.RESULTS ? effect + " result" : effect;
    }

    private static String when(Rule rule) {
      var condition = rule.condition();
      return condition == null ? "" : " (when " + condition.source().strip() + ")";
    }
  }

  @Command(
      name = "simulate",
      description =
          "Runs recorded calls through other rules, and says of which calls another thing would"
              + " become.",
      mixinStandardHelpOptions = true)
  private static final class Simulate extends OnRules {
    @Option(
        names = "--rules",
        required = true,
        paramLabel = "FILE",
        description = "the other rules, as they would stand below 'policy'")
    private @Nullable Path rulesFile;

    @Parameters(paramLabel = "CALLS", description = "recorded calls, one JSON object a line")
    private Path calls = Path.of("");

    Simulate(PrintStream out) {
      super(out);
    }

    @Override
    int on(RuleSet rules) throws IOException {
      var others = others();
      if (others.isEmpty()) {
        return ExitCode.WRONG_INPUT;
      }
      if (!Files.isReadable(calls)) {
        tell(calls + " cannot be read");
        return ExitCode.WRONG_INPUT;
      }
      var simulation = new Simulation(rules, others.get());
      try (var reader = Files.newBufferedReader(calls)) {
        var number = 0;
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
          number++;
          if (!line.isBlank()) {
            simulation.run(RecordedCalls.read(calls + ":" + number, line), this::print);
          }
        }
      } catch (NotACall e) {
        tell(calls + ":" + (simulation.seen() + 1) + ": " + e.getMessage());
        return ExitCode.WRONG_INPUT;
      }
      out.println(simulation.changed() + " of " + simulation.seen() + " calls would change.");
      return ExitCode.OK;
    }

    private Optional<RuleSet> others() {
      var findings = new Findings();
      var file = rulesFile == null ? Path.of("") : rulesFile;
      var others = ConfigLoader.rules(file, Surroundings.ofProcess(), findings);
      findings.problems().forEach(problem -> tell(problem.toString()));
      return findings.problems().isEmpty() ? Optional.of(others) : Optional.empty();
    }

    private void print(Simulation.Changed changed) {
      var call = changed.call();
      out.println(
          call.label()
              + ": "
              + call.item().kind().label()
              + " "
              + call.item().server()
              + "/"
              + call.item().name()
              + " by "
              + call.caller().principal().subject()
              + ": "
              + shown(changed.before())
              + " -> "
              + shown(changed.after()));
    }
  }

  private static String shown(Decision decision) {
    return switch (decision) {
      case Decision.Allowed(var rule) -> rule.isEmpty() ? "allowed" : "allowed by '" + rule + "'";
      case Decision.Forbidden(var rule) -> "forbidden by '" + rule + "'";
      case Decision.Withheld(var rule) -> "allowed, and its result withheld by '" + rule + "'";
      case Decision.NotAllowed _ -> "not allowed by any rule";
      case Decision.ApprovalNeeded(var rule, var _, var hash) ->
          "needs an approval by '" + rule + "', of arguments with SHA-256 " + hash;
      case Decision.Screened(var guardrail, var finding) ->
          "refused by the guardrail '" + guardrail + "', for " + finding;
      case Decision.Undecidable(var rule, var reason) ->
          "not allowed, because the condition of '" + rule + "' has no value: " + reason;
    };
  }
}

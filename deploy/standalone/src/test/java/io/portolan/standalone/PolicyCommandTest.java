package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  @BeforeEach
  void rules() throws Exception {
    Files.writeString(
        folder.resolve("portolan.yaml"),
        """
        policy:
          rules:
            - {name: all, effect: allow, roles: [owner, developer]}
            - {name: not-etc, effect: forbid, tools: [write], when: 'args.path == "/etc"'}
            - {name: no-keys, effect: forbid, on: result, when: 'has(result.key)'}
        """);
  }

  private record Ran(int status, String out) {}

  private Ran run(String... arguments) {
    var bytes = new ByteArrayOutputStream();
    var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    GatewayStarter none =
        (_, _) -> {
          throw new AssertionError("nothing is to be started");
        };
    var line = Main.commandLine(none, out);
    line.setErr(new PrintWriter(err, true));
    return new Ran(line.execute(arguments), bytes.toString(StandardCharsets.UTF_8));
  }

  private String config() {
    return folder.resolve("portolan.yaml").toString();
  }

  @Test
  void checkCountsRules() {
    var ran = run("policy", "check", "--config", config());
    assertThat(ran.status()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).isEqualToIgnoringNewLines("3 rules, 2 of them with a condition.");
  }

  @Test
  void checkNamesMistakes() throws Exception {
    Files.writeString(
        folder.resolve("portolan.yaml"),
        "policy: {rules: [{name: x, effect: allow, when: 'args.'}]}");
    assertThat(run("policy", "check", "--config", config()).status())
        .isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("portolan.yaml:1:", "rule 'x'");
  }

  @Test
  void explainNamesTheRulesAndTheOneThatDecides() {
    var call = "{\"server\":\"files\",\"name\":\"write\",\"arguments\":{\"path\":\"/etc\"}}";
    var ran = run("policy", "explain", "--config", config(), call);
    assertThat(ran.status()).isEqualTo(ExitCode.OK);
    assertThat(ran.out())
        .startsWith("forbidden by 'not-etc'")
        .contains("allow 'all' applies", "forbid 'not-etc' applies (when args.path == \"/etc\")");
    var without = "{\"server\":\"files\",\"name\":\"write\",\"roles\":[\"developer\"]}";
    assertThat(run("policy", "explain", "--config", config(), without).out())
        .startsWith("not allowed, because the condition of 'not-etc' has no value");
  }

  @Test
  void explainAndSimulateGoByTheResultWhereOneIsGiven() throws Exception {
    var call = "{\"server\":\"files\",\"name\":\"read\"}";
    assertThat(run("policy", "explain", "--config", config(), call).out())
        .startsWith("allowed by 'all'")
        .contains("forbid result 'no-keys' is asked with the result; none was given");
    var done = "{\"server\":\"files\",\"name\":\"read\",\"result\":{\"key\":1}}";
    assertThat(run("policy", "explain", "--config", config(), done).out())
        .startsWith("allowed, and its result withheld by 'no-keys'")
        .contains("forbid result 'no-keys' applies");
    Files.writeString(folder.resolve("new.yaml"), "rules: [{name: all, effect: allow}]");
    Files.writeString(folder.resolve("calls.jsonl"), call + "\n" + done + "\n");
    var rules = folder.resolve("new.yaml").toString();
    var calls = folder.resolve("calls.jsonl").toString();
    assertThat(run("policy", "simulate", "--config", config(), "--rules", rules, calls).out())
        .contains("calls.jsonl:2: ", "withheld by 'no-keys' -> allowed by 'all'")
        .contains("1 of 2 calls would change.");
  }

  @Test
  void aRuleOnResultsCanOnlyForbid() throws Exception {
    Files.writeString(
        folder.resolve("portolan.yaml"),
        "policy: {rules: [{name: x, effect: allow, on: result},"
            + " {name: y, effect: forbid, on: results}, {name: z, effect: forbid, when: result.n}]}");
    assertThat(run("policy", "check", "--config", config()).status())
        .isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString())
        .contains("a rule on results has the effect allow")
        .contains("expected: 'result'")
        .contains("the condition of rule 'z' is wrong");
  }

  @Test
  void explainSaysWhatIsNoCall() {
    var ran = run("policy", "explain", "--config", config(), "{\"sever\":1}");
    assertThat(ran.status()).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(err.toString()).contains("'sever' is no member");
  }

  @Test
  void simulateListsCallsOfWhichAnotherThingWouldBecome() throws Exception {
    Files.writeString(
        folder.resolve("new.yaml"), "rules: [{name: reading, effect: allow, tools: [read]}]");
    Files.writeString(
        folder.resolve("calls.jsonl"),
        """
        {"server":"files","name":"read","at":"2026-11-21T12:00:00Z"}
        {"server":"files","name":"write","arguments":{"path":"/tmp"}}

        {"server":"files","name":"write","arguments":{"path":"/etc"}}
        """);
    var ran =
        run(
            "policy",
            "simulate",
            "--config",
            config(),
            "--rules",
            folder.resolve("new.yaml").toString(),
            folder.resolve("calls.jsonl").toString());
    assertThat(ran.status()).isEqualTo(ExitCode.OK);
    assertThat(ran.out())
        .contains("calls.jsonl:2: tool files/write by anonymous: allowed by 'all' -> not allowed")
        .contains("2 of 3 calls would change.")
        .doesNotContain("calls.jsonl:1:");
  }
}

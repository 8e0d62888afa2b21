package io.portolan.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.standalone.document.Problem;
import io.portolan.standalone.servers.Surroundings;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Item;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Risk;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.policy.RuleSetPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicySectionTest {
  private static final Caller CALLER = Caller.ANONYMOUS;

  @TempDir Path folder;

  private ConfigOutcome load(String text) throws IOException {
    Files.writeString(folder.resolve("portolan.yaml"), text);
    return new ConfigLoader(new Surroundings(Map.of(), folder, folder), folder.resolve("data"))
        .load(Flags.NONE);
  }

  private PortolanConfig usable(String text) throws IOException {
    return switch (load(text)) {
      case ConfigOutcome.Usable(var config, var _) -> config;
      case ConfigOutcome.Rejected(var problems) -> throw new AssertionError(problems);
    };
  }

  private List<String> rejected(String text) throws IOException {
    return switch (load(text)) {
      case ConfigOutcome.Usable(var config, var _) -> throw new AssertionError(config);
      case ConfigOutcome.Rejected(var problems) ->
          problems.stream().map(Problem::toString).toList();
    };
  }

  private static boolean exists(RuleSet rules, String server, String tool, Risk risk) {
    return new RuleSetPolicy(rules)
        .of(CALLER)
        .on(new Item(ItemKind.TOOL, server, tool, risk))
        .exists();
  }

  private static final String RULES =
      """
      roles:
        support: [caller]
        lead: [support]
      risk:
        - {tools: ["drop*"], level: L3}
      tiers:
        - {servers: [files], tier: t1}
      rules:
        - name: low risk
          effect: allow
          roles: owner
          risk: [L0, L1, L2]
        - name: no writing there
          effect: forbid
          servers: [files]
          tools: [write]
          tiers: [T1]
          when: args.path == "/etc"
      """;

  @Test
  void rulesAreRead() throws IOException {
    var rules = usable("policy:\n" + RULES.indent(2)).policy();
    assertThat(rules.rules()).hasSize(2);
    assertThat(exists(rules, "files", "write", Risk.L1)).isTrue();
    assertThat(exists(rules, "files", "write", Risk.L3)).isFalse();
    assertThat(exists(rules, "files", "dropTable", Risk.L0)).isFalse();
  }

  @Test
  void withoutTheSectionThereAreNoRules() throws IOException {
    assertThat(usable("{}").policy()).isEqualTo(RuleSet.NONE);
  }

  @Test
  void rulesMayStandInAFileOfTheirOwn() throws IOException {
    Files.writeString(folder.resolve("rules.yaml"), RULES);
    var config = usable("policy: {file: rules.yaml}");
    assertThat(config.policy().rules()).hasSize(2);
    assertThat(config.files()).contains(folder.resolve("rules.yaml"));
  }

  @Test
  void otherRulesNeedNoRestart() throws IOException {
    var before = usable("{}");
    assertThat(usable("policy:\n" + RULES.indent(2)).needsRestartAfter(before)).isFalse();
  }

  @Test
  void eachMistakeIsNamedWithItsPlace() throws IOException {
    var text =
        """
        policy:
          rules:
            - name: a
              effect: alow
            - name: a
              effect: allow
              roles: [ownr]
            - effect: allow
              tool: [x]
            - name: c
              effect: forbid
              tools: []
              when: args.x ==
            - name: d
              effect: forbid
              when: callr.tenant == "x"
        """;
    assertThat(rejected(text))
        .anySatisfy(p -> assertThat(p).contains("portolan.yaml:4:15", "alow", "allow, approve"))
        .anySatisfy(p -> assertThat(p).contains("portolan.yaml:5:13", "named 'a'"))
        .anySatisfy(p -> assertThat(p).contains("portolan.yaml:7:", "ownr", "'owner'"))
        .anySatisfy(p -> assertThat(p).contains("portolan.yaml:8:", "no usable name"))
        .anySatisfy(p -> assertThat(p).contains("portolan.yaml:9:", "'tool'", "'tools'"))
        .anySatisfy(p -> assertThat(p).contains("portolan.yaml:12:", "names nothing"))
        .anySatisfy(p -> assertThat(p).contains("portolan.yaml:13:", "rule 'c'"))
        .anySatisfy(
            p -> assertThat(p).contains("portolan.yaml:16:", "rule 'd'", "column 1", "callr"));
  }

  @Test
  void aFileThatIsNotThereIsAMistake() throws IOException {
    assertThat(rejected("policy: {file: none.yaml}"))
        .anySatisfy(p -> assertThat(p).contains("none.yaml"));
  }
}

package io.portolan.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.cost.Price;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.pin.PinBook.WhenChanged;
import io.portolan.registry.stored.PinDesk.FirstSight;
import io.portolan.standalone.document.Problem;
import io.portolan.standalone.servers.Surroundings;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.Anonymous;
import io.portolan.tenancy.auth.jwt.ClaimNames;
import io.portolan.tenancy.auth.jwt.Issuer;
import io.portolan.tenancy.quota.QuotaRule;
import io.portolan.tenancy.quota.QuotaRule.Measure;
import io.portolan.tenancy.quota.QuotaRule.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  @TempDir Path folder;

  @Test
  void withoutAnyFileTheDefaultsHold() {
    var config = usable(Flags.NONE);
    assertThat(config.listen()).isEqualTo(Listen.DEFAULT);
    assertThat(config.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(config.resilience()).isEqualTo(Resilience.DEFAULT);
    assertThat(config.accessLog()).isEqualTo(AccessLog.STDOUT);
    assertThat(config.dataDir()).isEqualTo(folder.resolve("data"));
    assertThat(config.servers()).isEmpty();
  }

  @Test
  void whatAServerMayTakeIsRead() throws IOException {
    write(
        "portolan.yaml",
        """
        resilience:
          calls-per-server-max: 7
          waiting-per-server-max: 0
          waiting-max: 0s
          failures-to-open: 3
          open-min: 200ms
          open-max: 2m
          retry-percent: 0
          grace-period: 24h
        """);
    assertThat(usable(Flags.NONE).resilience())
        .isEqualTo(
            new Resilience(
                7,
                0,
                Duration.ZERO,
                3,
                Duration.ofMillis(200),
                Duration.ofMinutes(2),
                0,
                Duration.ofDays(1)));
  }

  @Test
  void aLongestPauseBelowTheShortestIsAMistake() throws IOException {
    write("portolan.yaml", "resilience: {open-min: 40s}");
    assertThat(rejected(Flags.NONE))
        .anySatisfy(problem -> assertThat(problem.toString()).contains("open-min"));
  }

  @Test
  void quotasAreRead() throws IOException {
    write(
        "portolan.yaml",
        """
        quotas:
          - tenant: "*"
            calls-per-second: 100
            calls-per-day: 5000
          - team: ops
            calls-at-a-time: 1
          - agent: "*"
            tokens-per-day: 250000
            money-per-month: 12.5
        """);
    assertThat(usable(Flags.NONE).metering().quotas())
        .containsExactly(
            new QuotaRule(Scope.TENANT, "*", Measure.CALLS_PER_SECOND, 100),
            new QuotaRule(Scope.TENANT, "*", Measure.CALLS_PER_DAY, 5000),
            new QuotaRule(Scope.TEAM, "ops", Measure.CALLS_AT_A_TIME, 1),
            new QuotaRule(Scope.AGENT, "*", Measure.TOKENS_PER_DAY, 250_000),
            new QuotaRule(Scope.AGENT, "*", Measure.MONEY_PER_MONTH, 12_500_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: 1|SIGNED_IN|0",
        "audit: everybody|EVERYBODY|0",
        "audit: {retention-days: 30}|SIGNED_IN|30",
        "audit: {scope: everybody, retention-days: 36500}|EVERYBODY|36500"
      })
  void auditIsAWordOrASection(String yaml, AuditScope scope, int days) throws IOException {
    write("portolan.yaml", yaml);
    assertThat(usable(Flags.NONE).audit()).isEqualTo(new Auditing(scope, days));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit: nobody",
        "audit: {scope: nobody}",
        "audit: {retention-days: 0}",
        "audit: {retention-days: 36501}",
        "audit: {retain: 3}"
      })
  void anAuditSectionThatIsNoneIsAMistake(String yaml) throws IOException {
    write("portolan.yaml", yaml);
    assertThat(rejected(Flags.NONE)).hasSize(1);
  }

  @Test
  void costsAreRead() throws IOException {
    write(
        "portolan.yaml",
        """
        costs:
          - server: llm
            tool: ask
            money: 0.002
            tokens: 800
            tokens-at: /_meta/usage/totalTokens
            money-per-1000-tokens: 0.01
          - server: llm
            money: 1
        """);
    assertThat(usable(Flags.NONE).metering().costs())
        .containsExactly(
            new Price("llm", "ask", 2_000, 800, List.of("_meta", "usage", "totalTokens"), 10_000),
            new Price("llm", null, 1_000_000, 0, List.of(), 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "costs: {server: a}|a list of costs",
        "costs: [a]|keys with values",
        "costs: [{money: 1}]|as it is named here",
        "costs: [{server: a}]|money, tokens or tokens-at",
        "costs: [{server: a, money: 0}]|a number of more than 0",
        "costs: [{server: a, money: 0.0000001}]|at most 6 digits behind the point",
        "costs: [{server: a, money: 1000000.1}]|at most a million",
        "costs: [{server: a, tokens: 1.5}]|a whole number",
        "costs: [{server: a, tokens-at: /content/0/text}]|a path in the result",
        "costs: [{server: a, tokens-at: /_meta}]|a path in the result",
        "costs: [{server: a, money: 1}, {server: a, money: 2}]|one item for each tool",
        "costs: [{server: a, monney: 1}]|(the nearest known key)"
      })
  void aCostThatIsNoneIsAMistake(String yaml, String expected) throws IOException {
    write("portolan.yaml", yaml);
    assertThat(rejected(Flags.NONE))
        .anySatisfy(problem -> assertThat(problem.toString()).contains(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quotas: {tenant: a}|a list of quotas",
        "quotas: [a]|keys with values",
        "quotas: [{calls-per-day: 1}]|exactly one of tenant, team, key, agent, tool",
        "quotas: [{tenant: a, tool: b, calls-per-day: 1}]|exactly one of",
        "quotas: [{tenant: a}]|one of calls-per-second, calls-at-a-time, calls-per-day",
        "quotas: [{tenant: a, tokens-per-day: 0}]|a whole number from 1 to 999999999999999",
        "quotas: [{tenant: a, money-per-day: 0.0000001}]|at most 6 digits behind the point",
        "quotas: [{tenant: a, calls-per-day: 0}]|a whole number from 1 to 999999999",
        "quotas: [{tenant: a, calls-per-dai: 1}]|(the nearest known key)"
      })
  void aQuotaThatIsNoneIsAMistake(String yaml, String expected) throws IOException {
    write("portolan.yaml", yaml);
    assertThat(rejected(Flags.NONE))
        .anySatisfy(problem -> assertThat(problem.toString()).contains(expected));
  }

  @Test
  void everySettingIsRead() throws IOException {
    write("ide.json", "{\"mcpServers\": {\"ide\": {\"command\": \"sh\"}}}");
    Files.writeString(folder.resolve("secret"), "s3cret\n");
    var file =
        write(
            "portolan.yaml",
            """
            host: localhost
            port: 9000
            data-dir: state
            session-secret-file: seal
            mcp-json: [ide.json]
            allowed-hosts: [portolan.example.com]
            allowed-origins:
              - https://console.example.com
            access-log: off
            limits:
              request-bytes-max: 1MiB
              response-bytes-max: 128MiB
              sessions-max: 50
              sessions-per-principal-max: 40
              session-idle-timeout: 2m
              session-lifetime-max: 1h
              streams-per-session-max: 3
              streams-per-principal-max: 30
              call-timeout: 1.5s
              connect-timeout: 500ms
              drain-timeout: 0s
            servers:
              own:
                url: https://${HOST_PART}.example.com/mcp
                headers:
                  X-Key: file:secret
            """);
    var config = usable(flags(file));
    assertThat(config.listen()).isEqualTo(new Listen("localhost", 9000));
    assertThat(config.dataDir()).isEqualTo(folder.resolve("state"));
    assertThat(config.sessionSecretFile()).isEqualTo(folder.resolve("seal"));
    assertThat(config.webAccess().allowedHosts()).containsExactly("portolan.example.com");
    assertThat(config.webAccess().allowedOrigins()).containsExactly("https://console.example.com");
    assertThat(config.accessLog()).isEqualTo(AccessLog.OFF);
    assertThat(config.limits())
        .isEqualTo(
            new Limits(
                1 << 20,
                128 << 20,
                50,
                40,
                Duration.ofMinutes(2),
                Duration.ofHours(1),
                3,
                30,
                Duration.ofMillis(1500),
                Duration.ofMillis(500),
                Duration.ZERO));
    assertThat(config.files()).containsExactly(file, folder.resolve("ide.json"));
    assertThat(config.servers())
        .satisfiesExactly(
            own ->
                assertThat(own)
                    .isInstanceOfSatisfying(
                        ServerDefinition.Http.class,
                        http -> {
                          assertThat(http.url()).hasToString("https://eu.example.com/mcp");
                          assertThat(http.headers()).containsExactly(Map.entry("X-Key", "s3cret"));
                          assertThat(http.callTimeout()).isEqualTo(Duration.ofMillis(1500));
                        }),
            ide -> assertThat(ide.name()).isEqualTo("ide"));
  }

  @Test
  void flagsWinOverTheFile() throws IOException {
    write("other.json", "{\"mcpServers\": {\"other\": {\"command\": \"sh\"}}}");
    var file = write("portolan.yaml", "host: localhost\nport: 9000\nmcp-json: absent.json\n");
    var config =
        usable(
            new Flags(
                file,
                List.of(folder.resolve("other.json")),
                "127.0.0.1",
                0,
                folder.resolve("elsewhere"),
                null));
    assertThat(config.listen()).isEqualTo(new Listen("127.0.0.1", 0));
    assertThat(config.dataDir()).isEqualTo(folder.resolve("elsewhere"));
    assertThat(config.servers()).extracting(ServerDefinition::name).containsExactly("other");
  }

  @Test
  void theFileInTheCurrentFolderIsUsed() throws IOException {
    write("portolan.yaml", "port: 9001\n");
    assertThat(usable(Flags.NONE).listen().port()).isEqualTo(9001);
  }

  @ParameterizedTest
  @CsvSource({
    "prot: 1, 'port'",
    "accessLog: off, 'access-log'",
    "data_dir: x, 'data-dir'",
    "mcpJson: x, 'mcp-json'",
    "xylophone: 1, one of access-log"
  })
  void anUnknownKeyNamesTheNearestKnownOne(String line, String expected) throws IOException {
    var problems = rejected(flags(write("portolan.yaml", "host: localhost\n" + line + "\n")));
    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.at()).hasToString(folder.resolve("portolan.yaml") + ":2:1");
              assertThat(problem.expected()).contains(expected);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "port: 65536",
    "port: http",
    "port: -1",
    "access-log: loud",
    "host: ''",
    "host: [a]",
    "allowed-hosts: {a: b}",
    "limits: 3",
    "'limits: {request-bytes-max: 4}'",
    "'limits: {request-bytes-max: 65MiB}'",
    "'limits: {call-timeout: 30}'",
    "'limits: {call-timeout: 11m}'",
    "'limits: {sessions-max: 0}'",
    "'limits: {sessions-max: 1e3}'",
    "servers: nothing",
    "'servers: {a: {}}'",
    "'data-dir: ${NOT_SET}'",
    "'host: a: b'",
    "'[1, 2]'",
    "'a: &x [*x]'",
  })
  void aWrongValueIsAMistakeInItsLine(String content) throws IOException {
    var problems = rejected(flags(write("portolan.yaml", content + "\n")));
    assertThat(problems).isNotEmpty().allSatisfy(p -> assertThat(p.at().line()).isEqualTo(1));
  }

  @ParameterizedTest
  @CsvSource({
    "1023B, false",
    "1KiB, true",
    "64MiB, true",
    "67108865B, false",
    "4MB, true",
    "4 MiB, true"
  })
  void limitsHoldUpToTheirBounds(String written, boolean accepted) throws IOException {
    var file = write("portolan.yaml", "limits: {request-bytes-max: " + written + "}\n");
    assertThat(load(flags(file)) instanceof ConfigOutcome.Usable).isEqualTo(accepted);
  }

  @Test
  void pinsSayWhatBecomesOfWhatNobodyApprovedOf() throws IOException {
    var file =
        write(
            "portolan.yaml",
            "pins: {first-sight: quarantine, when-changed: show-approved, servers: [a, b]}\n");
    assertThat(load(flags(file)))
        .isInstanceOfSatisfying(
            ConfigOutcome.Usable.class,
            usable ->
                assertThat(usable.config().pins())
                    .isEqualTo(
                        new PinSection(
                            FirstSight.QUARANTINE, WhenChanged.SHOW_APPROVED, Set.of("a", "b"))));
    assertThat(rejected(flags(write("portolan.yaml", "pins: {first-sight: trust}\n"))))
        .singleElement()
        .asString()
        .contains("quarantine, approve");
  }

  @Test
  void anAddressOthersCanReachNeedsAWord() throws IOException {
    var open = new Flags(null, List.of(), "0.0.0.0", null, null, null);
    assertThat(rejected(open))
        .singleElement()
        .satisfies(
            problem -> assertThat(problem.expected()).contains("--anonymous-access=anywhere"));
    var said = new Flags(null, List.of(), "0.0.0.0", null, null, AnonymousAccess.ANYWHERE);
    assertThat(usable(said).listen().host()).isEqualTo("0.0.0.0");
    assertThat(usable(new Flags(null, List.of(), "::1", null, null, null)).listen().host())
        .isEqualTo("::1");
    var file = write("portolan.yaml", "host: 0.0.0.0\nanonymous-access: anywhere\n");
    assertThat(usable(flags(file)).listen().host()).isEqualTo("0.0.0.0");
  }

  @Test
  void issuersAndWhoIsLetInWithoutOneAreRead() throws IOException {
    assertThat(usable(Flags.NONE).auth()).isEqualTo(Auth.DEFAULT);
    var file =
        write(
            "portolan.yaml",
            """
            host: 0.0.0.0
            auth:
              public-url: https://gateway.example.com
              issuers:
                corp:
                  issuer: https://login.example.com/realms/one
                  jwks-uri: https://login.example.com/keys
                  algorithms: [ES256]
                  tenant-claim: org
                  tenants: [acme, globex]
                  audiences: ["api://portolan"]
                  roles-claim: realm_access.roles
                  teams-claim: groups
                  agent-claim: azp
                  scopes-claim: scp
                  scopes-required: no
            """);
    assertThat(usable(flags(file)).auth())
        .isEqualTo(
            new Auth(
                URI.create("https://gateway.example.com"),
                List.of(
                    new Issuer(
                        "corp",
                        URI.create("https://login.example.com/realms/one"),
                        URI.create("https://login.example.com/keys"),
                        Set.of("ES256"),
                        new Issuer.TenantRule.Claimed(
                            "org", Set.of(new TenantId("acme"), new TenantId("globex"))),
                        Set.of("api://portolan"),
                        new ClaimNames(
                            "realm_access.roles",
                            "groups",
                            "azp",
                            "scp",
                            ClaimNames.ScopesRequired.NO))),
                Anonymous.UNTIL_CONFIGURED));
  }

  @Test
  void anAddressOthersCanReachNeedsAnIssuerAndItsUrlOrKeysOnly() throws IOException {
    var off = new Flags(null, List.of(), "0.0.0.0", null, null, AnonymousAccess.OFF);
    assertThat(usable(off).auth().anonymous()).isEqualTo(Anonymous.REFUSED);
    var issuer = "auth: {issuers: {corp: {issuer: 'https://login.example.com'}}}\n";
    assertThat(rejected(flags(write("portolan.yaml", "host: 0.0.0.0\n" + issuer))))
        .singleElement()
        .satisfies(problem -> assertThat(problem.expected()).contains("public-url"));
    var open = "host: 0.0.0.0\nanonymous-access: loopback\n" + issuer;
    assertThat(rejected(flags(write("portolan.yaml", open)))).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "issuer: 'http://login.example.com'",
    "jwks-uri: 'https://login.example.com/keys'",
    "'issuer: ''https://login.example.com'', algorithms: [HS256]'",
    "'issuer: ''https://login.example.com'', algorithms: [none]'",
    "'issuer: ''https://login.example.com'', tenant-claim: org'",
    "'issuer: ''https://login.example.com'', secret: x'"
  })
  void anIssuerThatCannotBeTrustedIsAMistake(String entry) throws IOException {
    var file = write("portolan.yaml", "auth: {issuers: {corp: {" + entry + "}}}\n");
    assertThat(rejected(flags(file))).isNotEmpty();
  }

  @Test
  void mistakesInAllFilesAreListedTogether() throws IOException {
    write("ide.json", "{\"mcpServers\": {\"a\": {}}}");
    var file = write("portolan.yaml", "mcp-json: ide.json\nprot: 1\n");
    assertThat(rejected(flags(file)))
        .extracting(problem -> problem.at().file())
        .containsExactlyInAnyOrder(file, folder.resolve("ide.json"));
  }

  @Test
  void secretsStayOutOfWhatIsPrinted() throws IOException {
    var file =
        write(
            "portolan.yaml",
            """
            servers:
              a: {url: 'https://h/mcp', headers: {K: 's3cret'}}
              b: {command: sh, env: {K: 's3cret'}}
            """);
    assertThat(usable(flags(file)).toString()).doesNotContain("s3cret");
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static Flags flags(Path file) {
    return new Flags(file, List.of(), null, null, null, null);
  }

  private PortolanConfig usable(Flags flags) {
    var outcome = load(flags);
    assertThat(outcome).isInstanceOf(ConfigOutcome.Usable.class);
    return ((ConfigOutcome.Usable) outcome).config();
  }

  private List<Problem> rejected(Flags flags) {
    var outcome = load(flags);
    assertThat(outcome).isInstanceOf(ConfigOutcome.Rejected.class);
    return ((ConfigOutcome.Rejected) outcome).problems();
  }

  private ConfigOutcome load(Flags flags) {
    var surroundings = new Surroundings(Map.of("HOST_PART", "eu", "PATH", "/bin"), folder, folder);
    return new ConfigLoader(surroundings, folder.resolve("data")).load(flags);
  }
}

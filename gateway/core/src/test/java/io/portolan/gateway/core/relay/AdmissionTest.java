package io.portolan.gateway.core.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.admission.Admission;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.view.TestTaskIds;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.access.ItemKind;
import io.portolan.tenancy.access.Placeholders;
import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.Conditions;
import io.portolan.tenancy.policy.Effect;
import io.portolan.tenancy.policy.Guardrail;
import io.portolan.tenancy.policy.Guardrail.Action;
import io.portolan.tenancy.policy.Patterns;
import io.portolan.tenancy.policy.ReloadablePolicy;
import io.portolan.tenancy.policy.Roles;
import io.portolan.tenancy.policy.Rule;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.policy.What;
import io.portolan.tenancy.policy.Who;
import io.portolan.tenancy.policy.guardrail.Filter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What callers see through the rules, in both eras of clients and servers and at both kinds of
 * endpoints. One server speaks the modern era, one the legacy one; a third nobody but the owner may
 * know of.
 */
@Timeout(120)
class AdmissionTest {
  private static final Caller OWNER = caller("olga", "owner");
  private static final Caller DEVELOPER = caller("dave", "developer");
  private static final Conditions CONDITIONS = new Conditions();

  private static final Patterns OPEN_SERVERS = Patterns.of(List.of("recent", "old"));

  private final ScriptedServer recent = server("recent", Era.MODERN);
  private final ScriptedServer old = server("old", Era.LEGACY);
  private final ScriptedServer secret = server("secret", Era.LEGACY);
  private final ReloadablePolicy policy = new ReloadablePolicy(rules());
  private GatewayFixture gateway;

  AdmissionTest() throws InterruptedException {
    gateway = GatewayFixture.over();
  }

  private static Caller caller(String subject, String role) {
    return new Caller(
        new Principal(new TenantId("acme"), subject),
        "key:" + subject,
        null,
        Set.of(role),
        Set.of(),
        Set.of());
  }

  private static ScriptedServer server(String name, Era era) {
    return new ScriptedServer(name, era)
        .tools("read", "write", "drop")
        .list(
            ListKind.RESOURCES,
            "{\"uri\":\"file:///open/a\",\"name\":\"a\"}",
            "{\"uri\":\"file:///hidden/b\",\"name\":\"b\"}")
        .list(
            ListKind.TEMPLATES,
            "{\"uriTemplate\":\"file:///open/{x}\",\"name\":\"t\"}",
            "{\"uriTemplate\":\"file:///hidden/{x}\",\"name\":\"u\"}")
        .list(ListKind.PROMPTS, "{\"name\":\"ask\"}", "{\"name\":\"leak\"}")
        .on("tools/call", asked -> asked.result("{\"content\":[]}"))
        .on("resources/read", asked -> asked.result("{\"contents\":[]}"))
        .on("resources/subscribe", asked -> asked.result("{}"))
        .on("prompts/get", asked -> asked.result("{\"messages\":[]}"))
        .on("completion/complete", asked -> asked.result("{\"completion\":{\"values\":[]}}"))
        .on("vendor/x", asked -> asked.result("{}"))
        .on("tasks/get", asked -> asked.result("{}"));
  }

  /** Owners may do everything; developers a part of two servers, and write only below /tmp. */
  private static RuleSet rules() {
    var owners =
        new Who(
            Patterns.ANY, Patterns.ANY, Patterns.ANY, Patterns.of(List.of("owner")), Patterns.ANY);
    var developers =
        new Who(
            Patterns.ANY,
            Patterns.ANY,
            Patterns.ANY,
            Patterns.of(List.of("developer")),
            Patterns.ANY);
    var some =
        new What(
            OPEN_SERVERS,
            Map.of(
                ItemKind.TOOL, Patterns.of(List.of("read", "write", "approved")),
                ItemKind.RESOURCE, Patterns.of(List.of("file:///open/*")),
                ItemKind.PROMPT, Patterns.of(List.of("ask"))),
            Set.of(),
            Set.of());
    var writing =
        new What(
            Patterns.ANY, Map.of(ItemKind.TOOL, Patterns.of(List.of("write"))), Set.of(), Set.of());
    var condition =
        ((Conditions.Compiled.Usable) CONDITIONS.compile("!args.path.startsWith('/tmp/')"))
            .condition();
    return RuleSet.of(
        List.of(
            new Rule("owners", Effect.ALLOW, owners, What.EVERYTHING, null),
            new Rule("developers", Effect.ALLOW, developers, some, null),
            new Rule("only-tmp", Effect.FORBID, developers, writing, condition)));
  }

  @BeforeEach
  void start() throws Exception {
    gateway = GatewayFixture.under(policy, recent, old, secret);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** The era of the client and its endpoint. */
  enum Client {
    MODERN_FEDERATED,
    LEGACY_FEDERATED,
    MODERN_SINGLE,
    LEGACY_SINGLE;

    boolean isModern() {
      return name().startsWith("MODERN");
    }

    boolean isFederated() {
      return name().endsWith("FEDERATED");
    }
  }

  private Route route(Client client, String server) {
    return client.isFederated() ? new Route.Federated() : new Route.Single(server);
  }

  private static String name(Client client, String server, String own) {
    return client.isFederated() ? server + "__" + own : own;
  }

  private static String uri(Client client, String server, String own) {
    return client.isFederated() ? server + "+" + own : own;
  }

  /** Asks as a caller; {@code params} are members without braces. */
  private String ask(
      Caller caller, Client client, String server, String method, String name, String params)
      throws Exception {
    gateway.as(caller);
    var route = route(client, server);
    if (client.isModern()) {
      return gateway
          .post(
              route,
              GatewayFixture.modern(method, name),
              GatewayFixture.modernMessage(method, "", params))
          .body();
    }
    var session = gateway.initialize(route, "{}");
    return gateway
        .post(route, session, GatewayFixture.message(1, method, "{" + params + "}"))
        .body();
  }

  private String call(Caller caller, Client client, String server, String tool, String arguments)
      throws Exception {
    var name = name(client, server, tool);
    return ask(
        caller,
        client,
        server,
        "tools/call",
        name,
        "\"name\":\"" + name + "\",\"arguments\":" + arguments);
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void listsHaveOnlyWhatIsAllowed(Client client) throws Exception {
    for (var server : List.of("recent", "old")) {
      var tools = ask(DEVELOPER, client, server, "tools/list", "", "");
      assertThat(tools).contains("read", "write").doesNotContain("drop", "secret");
      var resources = ask(DEVELOPER, client, server, "resources/list", "", "");
      assertThat(resources).contains("/open/a").doesNotContain("hidden", "secret");
      var templates = ask(DEVELOPER, client, server, "resources/templates/list", "", "");
      assertThat(templates).contains("/open/{x}").doesNotContain("hidden", "secret");
      var prompts = ask(DEVELOPER, client, server, "prompts/list", "", "");
      assertThat(prompts).contains("ask").doesNotContain("leak", "secret");
    }
    assertThat(ask(OWNER, client, "secret", "tools/list", "", "")).contains("drop");
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void whatIsNotAllowedIsAnsweredLikeWhatThereIsNot(Client client) throws Exception {
    for (var server : List.of("recent", "old")) {
      var there = call(DEVELOPER, client, server, "drop", "{}");
      var not = call(DEVELOPER, client, server, "nope", "{}");
      assertThat(there).contains("\"error\"").isEqualTo(not.replace("nope", "drop"));
      assertThat(read(client, server, "file:///hidden/b"))
          .contains("\"error\"")
          .isEqualTo(read(client, server, "file:///nowhere").replace("nowhere", "hidden/b"));
      assertThat(prompt(client, server, "leak"))
          .contains("\"error\"")
          .isEqualTo(prompt(client, server, "none").replace("none", "leak"));
      assertThat(complete(client, server, "leak"))
          .contains("\"error\"")
          .isEqualTo(complete(client, server, "none").replace("none", "leak"));
      assertThat(ask(DEVELOPER, client, server, "vendor/x", "", ""))
          .contains("-32601")
          .isEqualTo(ask(DEVELOPER, client, server, "vendor/y", "", "").replace("/y", "/x"));
    }
    for (var server : List.of(recent, old, secret)) {
      assertThat(server.received("tools/call")).isEmpty();
      assertThat(server.received("resources/read")).isEmpty();
      assertThat(server.received("prompts/get")).isEmpty();
      assertThat(server.received("completion/complete")).isEmpty();
      assertThat(server.received("vendor/x")).isEmpty();
    }
  }

  private String read(Client client, String server, String own) throws Exception {
    var uri = uri(client, server, own);
    return ask(DEVELOPER, client, server, "resources/read", uri, "\"uri\":\"" + uri + "\"");
  }

  private String prompt(Client client, String server, String own) throws Exception {
    var name = name(client, server, own);
    return ask(DEVELOPER, client, server, "prompts/get", name, "\"name\":\"" + name + "\"");
  }

  private String complete(Client client, String server, String own) throws Exception {
    var name = name(client, server, own);
    return ask(
        DEVELOPER,
        client,
        server,
        "completion/complete",
        "",
        "\"ref\":{\"type\":\"ref/prompt\",\"name\":\""
            + name
            + "\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}");
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void whatIsAllowedArrives(Client client) throws Exception {
    for (var server : List.of("recent", "old")) {
      assertThat(call(DEVELOPER, client, server, "read", "{}")).contains("\"content\"");
      assertThat(read(client, server, "file:///open/other")).contains("\"contents\"");
      assertThat(prompt(client, server, "ask")).contains("\"messages\"");
      assertThat(complete(client, server, "ask")).contains("\"values\"");
      assertThat(call(OWNER, client, server, "drop", "{}")).contains("\"content\"");
      if (!client.isFederated()) {
        assertThat(ask(OWNER, client, server, "vendor/x", "", "")).doesNotContain("error");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void argumentsDecideWhatMayBeDoneWithWhatExists(Client client) throws Exception {
    for (var server : List.of("recent", "old")) {
      assertThat(call(DEVELOPER, client, server, "write", "{\"path\":\"/tmp/x\"}"))
          .contains("\"content\"");
      assertThat(call(DEVELOPER, client, server, "write", "{\"path\":\"/etc/x\"}"))
          .contains("-31020")
          .doesNotContain("only-tmp");
      assertThat(call(DEVELOPER, client, server, "write", "{}")).contains("-31020");
    }
    assertThat(recent.received("tools/call")).hasSize(1);
    assertThat(old.received("tools/call")).hasSize(1);
  }

  @Test
  void theRuleThatDecidedIsToldAfterwards() throws Exception {
    gateway.as(DEVELOPER);
    var session = gateway.initialize("{}");
    for (var server : List.of("recent", "old")) {
      for (var path : List.of("/tmp/x", "/etc/x")) {
        var params = "\"name\":\"" + server + "__write\",\"arguments\":{\"path\":\"" + path + "\"}";
        var rule = path.startsWith("/tmp") ? "developers" : "only-tmp";
        assertThat(gateway.modernCall("tools/call", server + "__write", params).record().rule())
            .isEqualTo(rule);
        assertThat(gateway.call(session, 1, "tools/call", "{" + params + "}").record().rule())
            .isEqualTo(rule);
      }
    }
    var unknown = gateway.modernCall("tools/call", "old__no", "\"name\":\"old__no\"");
    assertThat(unknown.record().rule()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void aServerOfWhichNothingIsAllowedDoesNotExist(Client client) throws Exception {
    if (client.isFederated()) {
      var hidden = call(DEVELOPER, client, "secret", "read", "{}");
      var not = call(DEVELOPER, client, "noserver", "read", "{}");
      assertThat(hidden).isEqualTo(not.replace("noserver", "secret"));
      return;
    }
    if (client.isModern()) {
      var hidden = ask(DEVELOPER, client, "secret", "tools/list", "", "");
      var not = ask(DEVELOPER, client, "noserver", "tools/list", "", "");
      assertThat(hidden).isEqualTo(not.replace("noserver", "secret"));
      return;
    }
    gateway.as(DEVELOPER);
    assertThat(opening("secret")).isEqualTo(opening("noserver").replace("noserver", "secret"));
  }

  private String opening(String server) throws Exception {
    return gateway
        .post(
            new Route.Single(server),
            new FixedHeaders(),
            GatewayFixture.message(
                0,
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                    + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}"))
        .body();
  }

  @ParameterizedTest
  @CsvSource({
    "file:///open/../hidden/b",
    "file:///open/%2e%2e/hidden/b",
    "FILE:///open/a",
    "file:///open/..%2Fhidden/b",
    "file:///open/x%5C..%5Chidden"
  })
  void aUriThatCanBeSpeltOtherwiseIsNotThere(String uri) throws Exception {
    for (var client : List.of(Client.MODERN_SINGLE, Client.LEGACY_FEDERATED)) {
      assertThat(read(client, "old", uri)).contains("Resource not found");
    }
    assertThat(old.received("resources/read")).isEmpty();
  }

  @Test
  void troublesOfServersThatDoNotExistForTheCallerAreNotTold() throws Exception {
    secret.down();
    gateway.federation().check("secret");
    gateway.as(OWNER);
    Wait.until(
        "the owner is told",
        () -> {
          try {
            return gateway.modernCall("tools/list", "", "").body().contains("io.portolan/servers");
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    gateway.as(DEVELOPER);
    assertThat(gateway.modernCall("tools/list", "", "").body())
        .doesNotContain("io.portolan/servers");
  }

  @Test
  void callersThatSeeTheSameShareOneFilteredList() throws Exception {
    var admission = new Admission(policy, Clock.systemUTC());
    var views =
        new Views(gateway.federation(), admission, TestTaskIds.IDS, Placeholders.OfTenants.NONE);
    var one = requireNonNull(views.now(new Route.Federated(), DEVELOPER));
    var other = requireNonNull(views.now(new Route.Federated(), caller("dora", "developer")));
    var owner = requireNonNull(views.now(new Route.Federated(), OWNER));
    assertThat(one.list(ListKind.TOOLS)).isSameAs(other.list(ListKind.TOOLS));
    assertThat(owner.list(ListKind.TOOLS))
        .as("where nothing is hidden, the whole list is served")
        .isSameAs(gateway.federation().catalogue().list(ListKind.TOOLS));
  }

  @Test
  void resourcesThatAreNotThereCannotBeListenedTo() throws Exception {
    gateway.as(DEVELOPER);
    var listening =
        gateway.posting(
            GatewayFixture.modern("subscriptions/listen", ""),
            GatewayFixture.modernMessage(
                "subscriptions/listen",
                "",
                "\"notifications\":{\"resourceSubscriptions\":"
                    + "[\"old+file:///open/a\",\"old+file:///hidden/b\"]}"));
    Wait.until("acknowledged", () -> listening.reply().body().contains("acknowledged"));
    assertThat(listening.reply().body()).contains("open/a").doesNotContain("hidden");
    listening.reply().hangUp();
    listening.await();
  }

  @Test
  void aChangeAmongWhatDoesNotExistForACallerIsNoneForIt() throws Exception {
    var developer = listening(DEVELOPER);
    var owner = listening(OWNER);
    recent.tools("read", "write", "drop", "burn");
    gateway.federation().refresh("recent", Set.of(ListKind.TOOLS), Duration.ofSeconds(20));
    Wait.until("the owner hears", () -> owner.reply().body().contains("tools/list_changed"));
    recent.tools("read", "write", "drop", "burn", "approved");
    gateway.federation().refresh("recent", Set.of(ListKind.TOOLS), Duration.ofSeconds(20));
    Wait.until(
        "the developer hears", () -> developer.reply().body().contains("tools/list_changed"));
    Wait.until("the owner hears again", () -> heard(owner) == 2);
    assertThat(heard(developer)).isEqualTo(1);
    for (var listening : List.of(developer, owner)) {
      listening.reply().hangUp();
      listening.await();
    }
  }

  private static int heard(GatewayFixture.Under listening) {
    return listening.reply().body().split("tools/list_changed", -1).length - 1;
  }

  private GatewayFixture.Under listening(Caller caller) {
    gateway.as(caller);
    var listening =
        gateway.posting(
            GatewayFixture.modern("subscriptions/listen", ""),
            GatewayFixture.modernMessage(
                "subscriptions/listen", "", "\"notifications\":{\"toolsListChanged\":true}"));
    Wait.until("acknowledged", () -> listening.reply().body().contains("acknowledged"));
    return listening;
  }

  @Test
  void newRulesCountAtOnceAndListenersHearOfThem() throws Exception {
    var developer = listening(DEVELOPER);
    policy.replace(RuleSet.NONE);
    gateway.gateway().rulesChanged();
    Wait.until(
        "the developer hears", () -> developer.reply().body().contains("tools/list_changed"));
    gateway.as(DEVELOPER);
    assertThat(gateway.modernCall("tools/list", "", "").body()).contains("secret__drop");
    developer.reply().hangUp();
    developer.await();
  }

  @Test
  void aRefusalIsCountedAsOne() throws Exception {
    gateway.as(DEVELOPER);
    var done =
        gateway.modernCall(
            "tools/call", "old__write", "\"name\":\"old__write\",\"arguments\":{\"path\":\"/\"}");
    assertThat(done.record().outcome()).isEqualTo(Outcome.DENIED);
    assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-31020");
  }

  @Test
  void anApprovalIsAskedForWithTheHashOfTheExactArguments() throws Exception {
    policy.replace(
        RuleSet.of(List.of(new Rule("ask", Effect.APPROVE, Who.EVERYBODY, What.EVERYTHING, null))));
    gateway.as(DEVELOPER);
    var arguments = "{\"n\":1.0}";
    var done =
        gateway.modernCall(
            "tools/call", "old__write", "\"name\":\"old__write\",\"arguments\":" + arguments);
    assertThat(Wire.at(done.body(), "error", "code")).isEqualTo("-31021");
    var hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(arguments.getBytes(StandardCharsets.UTF_8)));
    assertThat(Wire.string(done.body(), "error", "data", "argumentsSha256")).isEqualTo(hash);
  }

  @Test
  void aSessionGoesByWhatIsKnownOfItsPrincipalNow() throws Exception {
    gateway.as(OWNER);
    var session = gateway.initialize("{}");
    assertThat(gateway.call(session, 1, "tools/list", "{}").body()).contains("secret__drop");
    gateway.as(new Caller(OWNER.principal(), "key:weaker", null, Set.of(), Set.of(), Set.of()));
    assertThat(gateway.call(session, 2, "tools/list", "{}").body()).contains("\"tools\":[]");
  }

  private void guardrail(Action action) {
    policy.replace(
        new RuleSet(
            List.of(),
            Roles.STANDARD,
            List.of(),
            List.of(),
            List.of(
                new Guardrail(
                    "g",
                    Filter.personalData(),
                    action,
                    Set.of(Stage.ARGUMENTS, Stage.RESULTS),
                    Who.EVERYBODY,
                    What.EVERYTHING))));
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void whatAGuardrailRedactsNeitherArrivesNorComesBackAndTheRestStaysAsItIs(Client client)
      throws Exception {
    guardrail(Action.REDACT);
    for (var server : List.of(recent, old)) {
      server.on(
          "tools/call",
          asked ->
              asked.result(
                  "{\"content\":[{\"type\":\"text\",\"text\":\"to a@b.example\"}],\"n\":1.0}"));
      var name = server.definition().name();
      var answer = call(DEVELOPER, client, name, "write", "{ \"to\":\"c@d.example\",\"n\":1.50 }");
      assertThat(answer).contains("\"to [pii:email]\"", "\"n\":1.0").doesNotContain("a@b");
      assertThat(server.received("tools/call").getLast())
          .contains("{ \"to\":\"[pii:email]\",\"n\":1.50 }");
    }
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void whatAGuardrailRefusesIsNotSentAndNotShown(Client client) throws Exception {
    guardrail(Action.REFUSE);
    for (var server : List.of(recent, old)) {
      server.on("tools/call", asked -> asked.result("{\"x\":\"a@b.example\"}"));
      var name = server.definition().name();
      assertThat(call(DEVELOPER, client, name, "write", "{\"to\":[\"c@d.example\"]}"))
          .contains("-31020", "pii:email")
          .doesNotContain("c@d");
      assertThat(server.received("tools/call")).isEmpty();
      assertThat(call(DEVELOPER, client, name, "write", "{}"))
          .contains("-31020", "pii:email")
          .doesNotContain("a@b");
    }
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void aResultThatARuleForbidsIsWithheldAndTheRuleIsToldToTheLogOnly(Client client)
      throws Exception {
    var condition =
        ((Conditions.Compiled.Usable)
                CONDITIONS.compile(
                    "result.content.exists(c, has(c.text) && c.text.contains(args.word))",
                    Stage.RESULTS))
            .condition();
    policy.replace(
        RuleSet.of(
            List.of(
                new Rule("all", Effect.ALLOW, Who.EVERYBODY, What.EVERYTHING, null),
                new Rule(
                    "no-echo",
                    Effect.FORBID,
                    Who.EVERYBODY,
                    What.EVERYTHING,
                    condition,
                    Stage.RESULTS))));
    for (var server : List.of(recent, old)) {
      var name = server.definition().name();
      server.on(
          "tools/call",
          asked -> asked.result("{\"content\":[{\"type\":\"text\",\"text\":\"plan B\"}]}"));
      assertThat(call(DEVELOPER, client, name, "write", "{\"word\":\"plan A\"}"))
          .contains("plan B");
      assertThat(call(DEVELOPER, client, name, "write", "{\"word\":\"plan B\"}"))
          .contains("-31020", "withheld by a rule")
          .doesNotContain("plan B", "no-echo");
      // What the condition reads is not there.
      assertThat(call(DEVELOPER, client, name, "write", "{}"))
          .contains("-31020")
          .doesNotContain("plan B");
      assertThat(server.received("tools/call")).hasSize(3);
    }
    var params = "\"name\":\"old__write\",\"arguments\":{\"word\":\"plan B\"}";
    var record = gateway.modernCall("tools/call", "old__write", params).record();
    assertThat(record.outcome()).isEqualTo(Outcome.WITHHELD);
    assertThat(record.rule()).isEqualTo("no-echo");
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void aPlaceholderIsTurnedBackInArgumentsOfItsOwnTenantOnly(Client client) throws Exception {
    var out =
        new Guardrail(
            "out",
            Filter.personalData(),
            Action.PLACEHOLDER,
            Set.of(Stage.RESULTS),
            Who.EVERYBODY,
            What.EVERYTHING);
    var back =
        new Guardrail(
            "back",
            Filter.placeholders(),
            Action.RESTORE,
            Set.of(Stage.ARGUMENTS),
            Who.EVERYBODY,
            new What(Patterns.of(List.of("old")), Map.of(), Set.of(), Set.of()));
    policy.replace(
        new RuleSet(List.of(), Roles.STANDARD, List.of(), List.of(), List.of(out, back)));
    recent.on(
        "tools/call",
        asked -> asked.result("{\"content\":[{\"type\":\"text\",\"text\":\"a@b.example\"}]}"));
    var shown = call(DEVELOPER, client, "recent", "read", "{}");
    assertThat(shown).doesNotContain("a@b").contains("<x:");
    var placeholder = shown.substring(shown.indexOf("<x:"), shown.indexOf('>') + 1);
    var arguments = "{\"to\":\"mail " + placeholder + "!\"}";
    call(DEVELOPER, client, "old", "write", arguments);
    assertThat(old.received("tools/call").getLast()).contains("\"mail a@b.example!\"");
    var stranger =
        new Caller(
            new Principal(new TenantId("globex"), "dave"),
            "key:dave",
            null,
            Set.of("developer"),
            Set.of(),
            Set.of());
    call(stranger, client, "old", "write", arguments);
    assertThat(old.received("tools/call").getLast()).contains(placeholder).doesNotContain("a@b");
    // Where no guardrail says so, nothing is put back.
    call(DEVELOPER, client, "recent", "write", arguments);
    assertThat(recent.received("tools/call").getLast()).contains(placeholder);
  }

  @Test
  void aLinkThatIsRedactedIsNotNamedByTheView() throws Exception {
    guardrail(Action.REDACT);
    old.on(
        "tools/call",
        asked ->
            asked.result(
                "{\"content\":[{\"type\":\"resource_link\",\"uri\":\"mail:a@b.example\"}]}"));
    assertThat(call(DEVELOPER, Client.LEGACY_FEDERATED, "old", "read", "{}"))
        .contains("\"uri\":\"old+mail:[pii:email]\"");
  }
}

package io.portolan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.tenants.Actor;
import io.portolan.e2e.tenants.Actor.Told;
import io.portolan.e2e.tenants.Registered;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.upstream.Received;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two tenants at one gateway. Globex, whose caller has every role, is given what acme has: it is
 * answered as if it had made it up. Every endpoint and every MCP method that the distribution knows
 * must have a case here.
 */
@NeedsDistribution
class CrossTenantTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** In all that acme sends and makes, and in nothing of anybody else. */
  private static final String MARKER = "acmes-own-business";

  /** What both may call something of their own. */
  private static final String NAME = "shared-name";

  private static final String ELICITATION =
      """
      {"mode":"form","message":"acmes-own-business?","requestedSchema":{"type":"object",\
      "properties":{"d":{"type":"number"}}}}""";

  /** A server that nobody has to reach. */
  private static final String SERVER =
      """
      {"name":"com.acme/shared","description":"globex",\
      "packages":[{"registryType":"npm","identifier":"@acme/shared","version":"1.0.0"}]}""";

  private static final String DOCUMENT =
      "{\"name\":\"com.acme/other\",\"description\":\"d\",\"version\":\"1.0.0\"}";

  @TempDir static Path dir;
  private static RawUpstream raw;
  private static EverythingProcess every;
  private static GatewayProcess gateway;
  private static Actor administrator;
  private static Actor acme;
  private static Actor globex;
  private static String acmesKeyId;
  private static String acmesApproval;
  private static String acmesWebhook;

  /** Names what acme has to the gateway; the other map names what nobody has. */
  private record Case(Map<String, String> acmes, Map<String, String> nobodys, String body) {
    static Case plain(String body) {
      return new Case(Map.of(), Map.of(), body);
    }

    static Case of(String parameter, String acmes, String nobodys) {
      return new Case(Map.of(parameter, acmes), Map.of(parameter, nobodys), "");
    }

    Case with(String sent) {
      return new Case(acmes, nobodys, sent);
    }

    /** What may differ between the two because it was sent. */
    List<String> words() {
      var words = new ArrayList<>(acmes.values());
      words.addAll(nobodys.values());
      return words;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    var small = Lists.small();
    raw =
        RawUpstream.start(
            RawUpstream.Era.LEGACY,
            new Lists(
                List.of(Lists.tool("play"), Lists.tool("drop")),
                small.resources(),
                small.templates(),
                small.prompts()));
    raw.script(CrossTenantTest::answer);
    every = EverythingProcess.start("--era", "MODERN");
    gateway =
        GatewayProcess.configured(
            dir,
            """
            anonymous-access: off
            audit: everybody
            servers:
              raw:
                url: %s
              every:
                url: %s
            policy:
              rules:
                - {name: all, effect: allow}
                - {name: ask-first, effect: approve, tools: [drop]}
            """
                .formatted(raw.url(), every.url()));
    var key = Files.readString(dir.resolve("data/admin-key")).strip();
    administrator = new Actor(gateway.endpoint(), key);
    for (var tenant : List.of("acme", "globex")) {
      assertThat(administrator.api("POST", "/api/v1/tenants", "{\"id\":\"" + tenant + "\"}"))
          .extracting(Told::status)
          .isEqualTo(201);
    }
    var acmesKey = key("acme", MARKER);
    acmesKeyId = acmesKey.split("_")[1];
    acme = new Actor(gateway.endpoint(), acmesKey);
    globex = new Actor(gateway.endpoint(), key("globex", "globex"));
    made(acme.api("PUT", "/api/v1/tenants/acme/members/corp%2Falice", people("roles", "teams")));
    var hook =
        administrator.api(
            "POST",
            "/api/v1/tenants/acme/webhooks",
            "{\"url\":\"https://192.0.43.8/" + MARKER + "\",\"events\":[\"tenant.deleted\"]}");
    assertThat(hook.status()).as(hook.body()).isEqualTo(201);
    acmesWebhook = JsonText.of(hook.body()).string("id");
    var limited =
        "{\"quotas\":[{\"scope\":\"tool\",\"name\":\""
            + MARKER
            + "\",\"limit\":\"calls-per-day\",\"amount\":5}],\"issuers\":[{\"name\":\"own\","
            + "\"issuer\":\"https://192.0.43.8\",\"audiences\":[\""
            + MARKER
            + "\"]}]}";
    made(administrator.api("PATCH", "/api/v1/tenants/acme", limited));
    made(acme.api("PUT", "/api/v1/secrets/" + NAME, "{\"value\":\"" + MARKER + "\"}"));
    made(acme.api("PUT", "/api/v1/tenants/acme/roles/" + NAME, "{\"includes\":[\"admin\"]}"));
    var registered = acme.api("POST", "/api/v1/servers", SERVER.replace("globex", MARKER));
    assertThat(registered.status()).as(registered.body()).isEqualTo(201);
    var refused =
        acme.modern(
            "tools/call", "\"name\":\"raw__drop\",\"arguments\":{\"what\":\"" + MARKER + "\"}");
    assertThat(refused.body()).contains("-31021");
    var waiting = JsonText.of(acme.api("GET", "/api/v1/approvals", "").body());
    acmesApproval = waiting.string("approvals", "0", "id");
  }

  private static String people(String... lists) {
    var members = new ArrayList<String>();
    for (var list : lists) {
      members.add("\"" + list + "\":[\"" + MARKER + "\"]");
    }
    return "{" + String.join(",", members) + "}";
  }

  private static void made(Told told) {
    assertThat(told.status()).as(told.body()).isEqualTo(200);
  }

  private static String key(String tenant, String name) throws Exception {
    var body =
        """
        {"name":"%s","roles":["owner","admin","developer","caller","auditor","approver"]}"""
            .formatted(name);
    var told = administrator.api("POST", "/api/v1/keys?tenant=" + tenant, body);
    assertThat(told.status()).as(told.body()).isEqualTo(201);
    return JsonText.of(told.body()).string("key");
  }

  @AfterAll
  static void stop() {
    Closing.all(acme, globex, administrator, gateway, every, raw);
  }

  /** The server asks where it is told to, and gives back what it was sent. */
  private static Answer answer(Received call) {
    if (!call.is("tools/call")) {
      return Answer.result(call, "{}");
    }
    var content = "{\"content\":[{\"type\":\"text\",\"text\":\"" + MARKER + "\"}]}";
    if (!new String(call.body(), StandardCharsets.UTF_8).contains("\"ask\"")) {
      return new Answer.Sse(
          List.of(Answer.response(call, content).getBytes(StandardCharsets.UTF_8)));
    }
    return new Answer.Live(
        out -> {
          out.message(Actor.message("\"s1\"", "elicitation/create", ELICITATION));
          out.awaitClosedByPeer();
        });
  }

  // ---- The management API

  /** What each endpoint is asked with; a new endpoint needs a line here. */
  private static Map<String, Case> cases() {
    var key = Case.of("id", acmesKeyId, "AAAAAAAAAAAAAAAAAAAAAA");
    var member = Case.of("subject", "corp%2Falice", "corp%2Fnobody");
    var role = Case.of("role", NAME, "nobodys-name");
    var approval = Case.of("id", acmesApproval, like(acmesApproval));
    var secret = Case.of("name", NAME, "nobodys-name");
    var server = Case.of("name", "com.acme%2Fshared", "com.acme%2Fnobody");
    var version =
        new Case(
            Map.of("name", "com.acme%2Fshared", "version", "1.0.0"),
            Map.of("name", "com.acme%2Fnobody", "version", "1.0.0"),
            "");
    var cases = new LinkedHashMap<String, Case>();
    cases.put("GET /api/v1", Case.plain(""));
    cases.put("GET /api/v1/keys", Case.plain(""));
    cases.put("POST /api/v1/keys", Case.plain("{\"name\":\"made by globex\"}"));
    cases.put("DELETE /api/v1/keys/{id}", key);
    cases.put("POST /api/v1/revocations", Case.plain("{\"subject\":\"key/" + acmesKeyId + "\"}"));
    cases.put("GET /api/v1/approvals", Case.plain(""));
    cases.put("GET /api/v1/approvals/{id}", approval);
    cases.put("POST /api/v1/approvals/{id}/decision", approval.with("{\"decision\":\"approve\"}"));
    cases.put("GET /api/v1/tenants", Case.plain(""));
    cases.put("POST /api/v1/tenants", Case.plain("{\"id\":\"acme\"}"));
    cases.put("GET /api/v1/tenants/{tenant}", Case.plain(""));
    cases.put(
        "PATCH /api/v1/tenants/{tenant}",
        Case.plain("{\"name\":\"taken over\",\"quotas\":[],\"issuers\":[]}"));
    cases.put("DELETE /api/v1/tenants/{tenant}", Case.plain(""));
    cases.put("POST /api/v1/tenants/{tenant}/suspend", Case.plain(""));
    cases.put("POST /api/v1/tenants/{tenant}/resume", Case.plain(""));
    cases.put("GET /api/v1/tenants/{tenant}/members", Case.plain(""));
    cases.put("PUT /api/v1/tenants/{tenant}/members/{subject}", member.with("{}"));
    cases.put("DELETE /api/v1/tenants/{tenant}/members/{subject}", member);
    cases.put("GET /api/v1/tenants/{tenant}/roles", Case.plain(""));
    cases.put("PUT /api/v1/tenants/{tenant}/roles/{role}", role.with("{}"));
    cases.put("DELETE /api/v1/tenants/{tenant}/roles/{role}", role);
    var webhook = Case.of("id", acmesWebhook, like(acmesWebhook));
    cases.put("GET /api/v1/tenants/{tenant}/webhooks", Case.plain(""));
    cases.put(
        "POST /api/v1/tenants/{tenant}/webhooks", Case.plain("{\"url\":\"https://192.0.43.8/\"}"));
    cases.put("DELETE /api/v1/tenants/{tenant}/webhooks/{id}", webhook);
    cases.put("GET /api/v1/usage", Case.plain(""));
    cases.put("POST /api/v1/tools/search", Case.plain("{\"query\":\"play\"}"));
    cases.put("GET /api/v1/secrets", Case.plain(""));
    cases.put("PUT /api/v1/secrets/{name}", secret.with("{\"value\":\"taken over\"}"));
    cases.put("DELETE /api/v1/secrets/{name}", secret);
    cases.put("POST /api/v1/secrets-key/rotate", Case.plain(""));
    cases.put("GET /api/v1/servers", Case.plain(""));
    cases.put("POST /api/v1/servers", Case.plain(SERVER));
    cases.put("POST /api/v1/tools/register", Case.plain(SERVER));
    cases.put("GET /api/v1/servers/{name}", server);
    cases.put("GET /api/v1/servers/{name}/versions", server);
    cases.put("GET /api/v1/servers/{name}/pins", server);
    cases.put(
        "POST /api/v1/servers/{name}/pins",
        server.with("{\"pins\":[{\"kind\":\"tool\",\"name\":\"x\",\"sha256\":\"y\"}]}"));
    cases.put("PATCH /api/v1/servers/{name}", server.with("{\"status\":\"deprecated\"}"));
    cases.put("DELETE /api/v1/servers/{name}", server);
    for (var base : List.of("/v0.1", "/v0")) {
      var at = base + "/servers/{name}/versions/{version}";
      cases.put("GET " + base + "/ping", Case.plain(""));
      cases.put("GET " + base + "/health", Case.plain(""));
      cases.put("GET " + base + "/servers", Case.plain(""));
      cases.put("GET " + base + "/servers/{name}/versions", server);
      cases.put("GET " + at, version);
      cases.put("PUT " + at, version.with(DOCUMENT));
      cases.put("DELETE " + at, version);
      cases.put("PATCH " + at + "/status", version.with("{\"status\":\"deprecated\"}"));
      cases.put(
          "PATCH " + base + "/servers/{name}/status", server.with("{\"status\":\"deprecated\"}"));
      cases.put("POST " + base + "/publish", Case.plain(DOCUMENT));
    }
    return cases;
  }

  private static String target(
      Registered.Endpoint endpoint, String tenant, Map<String, String> parameters) {
    var path = endpoint.path();
    for (var parameter : parameters.entrySet()) {
      path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
    }
    var named = path.replace("{tenant}", tenant);
    assertThat(named).as("each parameter has a value").doesNotContain("{");
    return named.equals(path) ? path + "?tenant=" + tenant : named;
  }

  private static Told asked(
      Registered.Endpoint endpoint, String tenant, Map<String, String> parameters, String body)
      throws Exception {
    return globex.api(endpoint.method(), target(endpoint, tenant, parameters), body);
  }

  /** All of acme that acme can see. */
  private static List<String> acmes() throws Exception {
    var all = new ArrayList<String>();
    for (var endpoint : Registered.endpoints(acme)) {
      var isList = !endpoint.path().replace("{tenant}", "").contains("{");
      if (endpoint.method().equals("GET") && isList) {
        var told = acme.api("GET", target(endpoint, "acme", Map.of()), "");
        all.add(endpoint.name() + " " + told.status() + " " + told.body());
      }
    }
    return all;
  }

  @Test
  void everyEndpointAnswersAnotherTenantsThingsLikeThingsThatThereAreNot() throws Exception {
    var endpoints = Registered.endpoints(globex);
    var cases = cases();
    assertThat(endpoints.stream().map(Registered.Endpoint::name))
        .as("every endpoint has a case in this test, and every case an endpoint")
        .containsExactlyInAnyOrderElementsOf(cases.keySet());
    var before = acmes();
    assertThat(String.join("\n", before))
        .contains(MARKER, acmesKeyId, acmesApproval, "corp/alice")
        .contains("https://192.0.43.8");
    var heardBefore = globex.heard().size();
    for (var endpoint : endpoints) {
      var each = Objects.requireNonNull(cases.get(endpoint.name()));
      var words = new ArrayList<>(each.words());
      words.addAll(List.of("none", "acme"));
      var theirs = asked(endpoint, "acme", each.acmes(), each.body());
      var nobodys = asked(endpoint, "none", each.nobodys(), each.body());
      assertThat(theirs.status()).as(endpoint + " " + theirs).isIn(403, 404);
      assertThat(theirs.body()).as(endpoint + " is served").doesNotContain("Nothing is here");
      assertThat(theirs.masked(words))
          .as(endpoint + " in another's tenant")
          .isEqualTo(nobodys.masked(words));
      if (endpoint.path().contains("{tenant}")) {
        assertThat(theirs.status()).as(endpoint + " in another's tenant").isEqualTo(404);
      }
      if (!each.acmes().isEmpty()) {
        var own = asked(endpoint, "globex", each.acmes(), each.body());
        var unknown = asked(endpoint, "globex", each.nobodys(), each.body());
        assertThat(decoded(own.masked(decoded(words))))
            .as(endpoint + " with another's id")
            .isEqualTo(decoded(unknown.masked(decoded(words))));
      }
    }
    var after = asked(new Registered.Endpoint("GET", "/api/v1/keys"), "globex", Map.of(), "");
    assertThat(after.body()).contains("globex");
    var past = globex.api("GET", "/api/v1/keys?after=" + acmesKeyId, "");
    assertThat(past.status()).as("a position in another's list").isEqualTo(200);
    for (var heard : globex.heard().subList(heardBefore, globex.heard().size())) {
      assertThat(heard).doesNotContain(acmesKeyId, acmesApproval, MARKER);
    }
    assertThat(acmes()).as("nothing of acme was touched").isEqualTo(before);
  }

  private static List<String> decoded(List<String> words) {
    var all = new ArrayList<>(words);
    words.forEach(word -> all.add(word.replace("%2F", "/")));
    return all;
  }

  private static String decoded(String text) {
    return text.replace("%2F", "/");
  }

  // ---- MCP

  /** What acme has under way. */
  private record Acmes(
      String session, String event, String state, String task, String legacyTask) {}

  private static Acmes acmesThings() throws Exception {
    var session = acme.open();
    var call =
        acme.legacy(
            session, Actor.message("7", "tools/call", "{\"name\":\"raw__play\",\"arguments\":{}}"));
    assertThat(call.body()).contains(MARKER);
    var event =
        call.body().lines().filter(line -> line.startsWith("id: ")).findFirst().orElse("id: 1");
    var parked =
        acme.modernWithoutTasks(
            "tools/call", "\"name\":\"raw__play\",\"arguments\":{\"ask\":true}");
    var task = acme.modern("tools/call", "\"name\":\"raw__play\",\"arguments\":{\"ask\":true}");
    assertThat(task.json().string("result", "resultType")).as(task.body()).isEqualTo("task");
    var legacyTask =
        acme.legacy(
            session,
            Actor.message(
                "8",
                "tools/call",
                "{\"name\":\"every__slow_compute\",\"arguments\":{\"seconds\":0.1,\"label\":\""
                    + MARKER
                    + "\"},\"task\":{\"ttl\":600000}}"));
    return new Acmes(
        session,
        event.substring(4),
        parked.json().string("result", "requestState"),
        task.json().string("result", "taskId"),
        legacyTask.json().string("result", "task", "taskId"));
  }

  /** Another of the same form, which nobody has. */
  private static String like(String sealed) {
    var changed = new StringBuilder(sealed);
    for (int i = Math.max(0, sealed.length() - 12); i < sealed.length(); i++) {
      var c = sealed.charAt(i);
      changed.setCharAt(i, Character.isDigit(c) ? (c == '7' ? '3' : '7') : c == 'b' ? 'd' : 'b');
    }
    return changed.toString();
  }

  /**
   * What each method is sent with in one's own session, once with what acme has and once with what
   * nobody has; a new method needs a line here. Of those in {@link #WITHOUT_IDS} nothing names what
   * a caller has.
   */
  private static Map<String, List<String>> named(Acmes acmes) {
    var task = List.of(about(acmes.legacyTask()), about(like(acmes.legacyTask())));
    var named = new LinkedHashMap<String, List<String>>();
    for (var method : List.of("tasks/get", "tasks/result", "tasks/cancel", "tasks/update")) {
      named.put(method, task);
    }
    named.put(
        "tasks/list", List.of("{\"cursor\":\"" + acmes.legacyTask() + "\"}", "{\"cursor\":\"x\"}"));
    named.put("notifications/cancelled", List.of("{\"requestId\":7}", "{\"requestId\":987654}"));
    named.put(
        "notifications/progress",
        List.of(
            "{\"progressToken\":7,\"progress\":1}", "{\"progressToken\":987654,\"progress\":1}"));
    named.put("notifications/tasks/status", task);
    named.put(
        "tools/call",
        List.of(
            "{\"name\":\"raw__play\",\"arguments\":{},\"requestState\":\"" + acmes.state() + "\"}",
            "{\"name\":\"raw__play\",\"arguments\":{},\"requestState\":\""
                + like(acmes.state())
                + "\"}"));
    return named;
  }

  /** A task's id without the name of its server, as an error shows it. */
  private static String bare(String id) {
    return id.substring(Math.max(0, id.length() - 36));
  }

  private static String about(String task) {
    return "{\"taskId\":\"" + task + "\"}";
  }

  private static final List<String> WITHOUT_IDS =
      List.of(
          "initialize",
          "ping",
          "server/discover",
          "tools/list",
          "resources/list",
          "resources/templates/list",
          "resources/read",
          "resources/subscribe",
          "resources/unsubscribe",
          "subscriptions/listen",
          "prompts/list",
          "prompts/get",
          "completion/complete",
          "logging/setLevel",
          "sampling/createMessage",
          "elicitation/create",
          "roots/list",
          "notifications/initialized",
          "notifications/message",
          "notifications/tools/list_changed",
          "notifications/resources/list_changed",
          "notifications/prompts/list_changed",
          "notifications/roots/list_changed",
          "notifications/resources/updated",
          "notifications/subscriptions/acknowledged",
          "notifications/elicitation/complete");

  private static String message(String method, String params) {
    return method.startsWith("notifications/")
        ? "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}"
        : Actor.message("9", method, params);
  }

  @Test
  void everyMethodInAnothersSessionIsAnsweredLikeInOneThatThereIsNot() throws Exception {
    var acmes = acmesThings();
    var nobodys = like(acmes.session());
    var words = List.of(acmes.session(), nobodys);
    for (var method : Registered.methods()) {
      var message = message(method, "{}");
      var theirs = globex.legacy(acmes.session(), message);
      var unknown = globex.legacy(nobodys, message);
      if (!method.equals("initialize")) {
        assertThat(theirs.status()).as(method + " " + theirs).isEqualTo(404);
        assertThat(theirs.masked(words)).as(method).isEqualTo(unknown.masked(words));
      }
      assertThat(theirs.body()).doesNotContain(MARKER);
    }
    assertThat(globex.resume(acmes.session(), acmes.event()).masked(words))
        .isEqualTo(globex.resume(nobodys, acmes.event()).masked(words))
        .startsWith("404");
    assertThat(globex.end(acmes.session()).masked(words))
        .isEqualTo(globex.end(nobodys).masked(words))
        .startsWith("404");
    assertThat(acme.legacy(acmes.session(), message("ping", "{}")).status())
        .as("acme's session goes on")
        .isEqualTo(200);
  }

  @Test
  void everyMethodWithAnothersIdsIsAnsweredLikeWithOnesThatThereAreNot() throws Exception {
    var acmes = acmesThings();
    var named = named(acmes);
    var known = new TreeSet<>(named.keySet());
    known.addAll(WITHOUT_IDS);
    assertThat(Registered.methods())
        .as("every method has a case in this test, and every case a method")
        .containsExactlyInAnyOrderElementsOf(known);
    var words = new ArrayList<String>();
    for (var each : List.of(acmes.session(), acmes.state(), acmes.task(), acmes.legacyTask())) {
      words.addAll(List.of(each, like(each), bare(each), bare(like(each))));
    }
    var session = globex.open();
    for (var each : named.entrySet()) {
      var method = each.getKey();
      var theirs = globex.legacy(session, message(method, each.getValue().getFirst()));
      var unknown = globex.legacy(session, message(method, each.getValue().getLast()));
      if (!method.equals("tools/call")) { // a session takes no state: its calls are its own
        assertThat(theirs.body()).as(method).doesNotContain(MARKER);
        assertThat(theirs.masked(words)).as(method).isEqualTo(unknown.masked(words));
      }
    }
    assertTasksAreTheirOwners(globex, acmes.task(), words);
    assertThat(
            acme.modern("tasks/get", "\"taskId\":\"" + acmes.task() + "\"")
                .json()
                .string("result", "status"))
        .as("acme's task goes on")
        .isNotEqualTo("cancelled");
    assertThat(acme.legacy(acmes.session(), message("tasks/get", about(acmes.legacyTask()))).body())
        .contains(acmes.legacyTask());
    assertThat(globex.legacy(session, message("tasks/list", "{}")).body())
        .doesNotContain(acmes.legacyTask());
  }

  /** Of the stateless era: nothing but the id names the task. */
  private static void assertTasksAreTheirOwners(Actor other, String task, List<String> words)
      throws Exception {
    for (var method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
      var more = method.equals("tasks/update") ? ",\"inputResponses\":{}" : "";
      var theirs = other.modern(method, "\"taskId\":\"" + task + "\"" + more);
      var unknown = other.modern(method, "\"taskId\":\"" + like(task) + "\"" + more);
      assertThat(theirs.body()).as(method).contains("error").doesNotContain(MARKER);
      assertThat(theirs.masked(words)).as(method).isEqualTo(unknown.masked(words));
    }
  }

  /** Begun in a session and without one. */
  @Test
  void aTaskAtAServerWithoutSessionsIsItsOwners() throws Exception {
    var begun =
        acme.modern(
            "tools/call",
            "\"name\":\"every__slow_compute\",\"arguments\":{\"seconds\":0.1,\"label\":\""
                + MARKER
                + "\"}");
    try (var colleague = new Actor(gateway.endpoint(), key("acme", "colleague"))) {
      for (var task :
          List.of(acmesThings().legacyTask(), begun.json().string("result", "taskId"))) {
        var words = List.of(task, like(task), bare(task), bare(like(task)));
        assertTasksAreTheirOwners(globex, task, words);
        assertTasksAreTheirOwners(colleague, task, words);
        assertThat(acme.modern("tasks/get", "\"taskId\":\"" + task + "\"").json().text("result"))
            .as("acme's task goes on")
            .contains(task)
            .doesNotContain("cancelled");
      }
    }
  }

  @Test
  void aParkedCallOfAnotherIsGoneOnWithByNobodyElse() throws Exception {
    var acmes = acmesThings();
    var call = "\"name\":\"raw__play\",\"arguments\":{\"ask\":true},\"inputResponses\":{}";
    var theirs =
        globex.modernWithoutTasks(
            "tools/call", call + ",\"requestState\":\"" + acmes.state() + "\"");
    var unknown =
        globex.modernWithoutTasks(
            "tools/call", call + ",\"requestState\":\"" + like(acmes.state()) + "\"");
    var words = List.of(acmes.state(), like(acmes.state()));
    assertThat(theirs.body()).contains("error").doesNotContain(MARKER);
    assertThat(theirs.masked(words)).isEqualTo(unknown.masked(words));
  }

  @Test
  void anothersCallCannotBeCancelledAndAnothersSubscriptionNotEnded() throws Exception {
    var begun = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    raw.script(
        call -> {
          if (!call.is("tools/call")) {
            return Answer.result(call, "{}");
          }
          begun.countDown();
          try {
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return Answer.result(call, "{\"content\":[]}");
        });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var session = acme.open();
      var own = globex.open();
      acme.legacy(session, message("resources/subscribe", "{\"uri\":\"raw+raw://one\"}"));
      raw.forgetReceived();
      var call =
          threads.submit(
              () ->
                  acme.legacy(
                      session,
                      Actor.message(
                          "77",
                          "tools/call",
                          "{\"name\":\"raw__play\",\"arguments\":{},"
                              + "\"_meta\":{\"progressToken\":\"acmes\"}}")));
      assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
      globex.legacy(own, message("notifications/cancelled", "{\"requestId\":77}"));
      globex.legacy(
          own, message("notifications/progress", "{\"progressToken\":\"acmes\",\"progress\":1}"));
      globex.legacy(own, message("resources/unsubscribe", "{\"uri\":\"raw+raw://one\"}"));
      release.countDown();
      assertThat(call.get().body()).contains("\"content\":[]");
      assertThat(raw.received().stream().noneMatch(seen -> seen.is("notifications/cancelled")))
          .isTrue();
    } finally {
      release.countDown();
      raw.script(CrossTenantTest::answer);
    }
  }

  // ---- What is told on the side

  @Test
  void metricsLogsAndTheOthersAuditExportTellNothing() throws Exception {
    var acmes = acmesThings();
    var session = globex.open();
    globex.legacy(session, message("tools/list", "{}"));
    var secrets = List.of(MARKER, acmesKeyId, acmes.session(), acmes.state(), acmes.task());
    var metrics = gateway.get("/metrics").text();
    var logs = gateway.stderr().tail();
    for (var secret : secrets) {
      assertThat(metrics).as("metrics").doesNotContain(secret);
      assertThat(logs).as("logs").doesNotContain(secret);
    }
    assertThat(metrics).doesNotContain("acme");
    var theirs = export("acme", "acme.jsonl");
    assertThat(theirs).contains("key/" + acmesKeyId, "\"management\"");
    var own = export("globex", "globex.jsonl");
    assertThat(own).contains("\"tenant_id\":\"globex\"").doesNotContain("acme");
    for (var secret : secrets) {
      assertThat(own).doesNotContain(secret);
    }
    assertThat(theirs).doesNotContain(MARKER, "globex");
  }

  private static String export(String tenant, String name) throws Exception {
    var file = dir.resolve(name);
    var data = dir.resolve("data").toString();
    try (var command =
        GatewayProcess.run(
            dir,
            "audit",
            "export",
            "--tenant",
            tenant,
            "--out",
            file.toString(),
            "--data-dir",
            data)) {
      assertThat(command.exitCode(PATIENCE)).as(command.stderr().tail()).isZero();
    }
    return Files.readString(file);
  }
}

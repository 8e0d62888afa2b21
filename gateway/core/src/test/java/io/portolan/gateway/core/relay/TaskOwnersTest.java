package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.session.SessionKey;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.core.testkit.FixedHeaders;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks that servers keep, and who may use them. */
class TaskOwnersTest {
  private static final Principal ADA = new Principal(new TenantId("acme"), "ada");
  private static final List<Principal> OTHERS =
      List.of(
          new Principal(new TenantId("acme"), "bob"), new Principal(new TenantId("globex"), "ada"));
  private static final List<Route> ENDPOINTS =
      List.of(new Route.Federated(), new Route.Single("new"));
  private static final String TASKS = "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}";
  private static final String STATUS =
      GatewayFixture.notification(
          "notifications/tasks/status", "{\"taskId\":\"T1\",\"status\":\"working\"}");

  private final SessionKey key = SessionKey.random(new SecureRandom());
  private ScriptedServer modern = server("new", Era.MODERN);
  private ScriptedServer legacy = server("old", Era.LEGACY);
  private GatewayFixture gateway;

  private static ScriptedServer server(String name, Era era) {
    var task = "\"taskId\":\"T1\",\"status\":\"working\"";
    return new ScriptedServer(name, era)
        .tools("t")
        .capabilities("{\"tools\":{},\"tasks\":{\"list\":{},\"cancel\":{}}," + TASKS + "}")
        .on(
            "tools/call",
            asked ->
                asked.result(
                    asked.text().contains("plain")
                        ? "{\"resultType\":\"complete\",\"content\":[]}"
                        : era == Era.MODERN
                            ? "{\"resultType\":\"task\"," + task + "}"
                            : "{\"task\":{" + task + "}}"))
        .on("tasks/get", asked -> asked.result("{\"resultType\":\"complete\"," + task + "}"))
        .on("tasks/update", asked -> asked.result("{\"resultType\":\"complete\"}"))
        .on("tasks/cancel", asked -> asked.result("{" + task + "}"))
        .on("tasks/result", asked -> asked.result("{\"content\":[]}"))
        .on("tasks/list", asked -> asked.result("{\"tasks\":[{" + task + "}]}"));
  }

  TaskOwnersTest() throws InterruptedException {
    gateway = GatewayFixture.over(SessionLimits.DEFAULT, key, modern, legacy);
  }

  @BeforeEach
  void asAda() {
    gateway.as(ADA);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static String tool(Route route, String server) {
    return route instanceof Route.Federated ? server + "__t" : "t";
  }

  private String modern(Route route, String method, String name, String params)
      throws InterruptedException {
    var meta =
        "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{"
            + TASKS
            + "}},"
            + params
            + "}";
    return gateway
        .post(route, GatewayFixture.modern(method, name), GatewayFixture.message(1, method, meta))
        .body();
  }

  private String about(Route route, String method, String id) throws InterruptedException {
    return modern(route, method, id, "\"taskId\":\"" + id + "\",\"inputResponses\":{}");
  }

  private String begun(Route route) throws InterruptedException {
    var tool = tool(route, "new");
    var created = modern(route, "tools/call", tool, "\"name\":\"" + tool + "\"");
    return Wire.string(created, "result", "taskId");
  }

  @Test
  void aTaskOfAModernServerIsAnsweredToItsOwnerAlone() throws Exception {
    for (var route : ENDPOINTS) {
      gateway.as(ADA);
      var id = begun(route);
      assertThat(Wire.string(about(route, "tasks/get", id), "result", "taskId"))
          .as("clients compare ids")
          .isEqualTo(id);
      var asked = modern.received("tasks/get").size();
      assertThat(Wire.at(modern.received("tasks/get").getLast(), "params", "taskId"))
          .isEqualTo("\"T1\"");
      var made = id.substring(0, id.length() - 3) + "xyz";
      for (var other : OTHERS) {
        gateway.as(other);
        for (var method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
          assertThat(about(route, method, id).replace(id, "ID"))
              .contains("-32602")
              .isEqualTo(about(route, method, made).replace(made, "ID"));
          assertThat(about(route, method, "T1")).contains("-32602");
        }
      }
      gateway.as(ADA);
      for (var elsewhere : ENDPOINTS) {
        if (!elsewhere.equals(route)) {
          assertThat(about(elsewhere, "tasks/get", id)).contains("-32602");
        }
      }
      assertThat(modern.received("tasks/get")).hasSize(asked);
      assertThat(modern.received("tasks/cancel")).isEmpty();
      assertThat(modern.received("tasks/update")).isEmpty();
    }
  }

  @Test
  void aTaskIsItsOwnersAfterARestartAndAtAnotherGateway() throws Exception {
    var id = begun(ENDPOINTS.getFirst());
    try (var other = GatewayFixture.over(SessionLimits.DEFAULT, key, server("new", Era.MODERN))) {
      var first = gateway;
      gateway = other;
      gateway.as(ADA);
      assertThat(about(ENDPOINTS.getFirst(), "tasks/get", id)).contains("working");
      gateway.as(OTHERS.getFirst());
      assertThat(about(ENDPOINTS.getFirst(), "tasks/get", id)).contains("-32602");
      gateway = first;
    }
  }

  @Test
  void aRequestThatClaimsToBelongToAnothersTaskReachesNobody() throws Exception {
    var id = begun(ENDPOINTS.getFirst());
    gateway.as(OTHERS.getFirst());
    var message =
        GatewayFixture.modernMessage(
            "tools/call",
            "\"io.modelcontextprotocol/related-task\":{\"taskId\":\"" + id + "\"}",
            "\"name\":\"new__t\"");
    var calls = modern.received("tools/call").size();
    var headers = GatewayFixture.modern("tools/call", "new__t");
    assertThat(gateway.post(ENDPOINTS.getFirst(), headers, message).body()).contains("-32602");
    assertThat(modern.received("tools/call")).hasSize(calls);
    gateway.as(ADA);
    assertThat(gateway.post(ENDPOINTS.getFirst(), headers, message).body()).contains("result");
    assertThat(modern.received("tools/call").getLast()).contains("{\"taskId\":\"T1\"}");
  }

  /** The server keeps one list for all: it is one child process. */
  @Test
  void aTaskOfALegacyServerIsListedAndAnsweredToItsOwnerAlone() throws Exception {
    var hers = gateway.initialize("{}");
    var created = gateway.call(hers, 1, "tools/call", "{\"name\":\"old__t\",\"task\":{}}").body();
    var id = Wire.string(created, "result", "task", "taskId");
    var params = "{\"taskId\":\"" + id + "\"}";
    assertThat(gateway.call(hers, 2, "tasks/list", "{}").body()).contains(id);
    for (var other : OTHERS) {
      gateway.as(other);
      var theirs = gateway.initialize("{}");
      gateway.call(theirs, 1, "tools/call", "{\"name\":\"old__t\",\"arguments\":{\"plain\":true}}");
      for (var method : List.of("tasks/get", "tasks/result", "tasks/cancel")) {
        assertThat(gateway.call(theirs, 3, method, params).body()).contains("-32602");
      }
      assertThat(gateway.call(theirs, 4, "tasks/list", "{}").body()).contains("\"tasks\":[]");
      assertThat(legacy.received("tasks/list")).as("the server was asked").isNotEmpty();
      legacy.received().clear();
    }
    gateway.as(ADA);
    for (var method : List.of("tasks/get", "tasks/result", "tasks/cancel")) {
      assertThat(gateway.call(hers, 5, method, params).body()).as(method).contains("result");
    }
  }

  @Test
  void whatAServerTellsOfATaskReachesItsOwnerAlone() throws Exception {
    var hers = listening(ADA, "first");
    var theirs = listening(OTHERS.getFirst(), "second");
    legacy.on(
        "tools/call", asked -> asked.result("{\"task\":{\"taskId\":\"T1\",\"status\":\"x\"}}"));
    gateway.as(ADA);
    var created =
        gateway.call(hers.session(), 1, "tools/call", "{\"name\":\"old__t\",\"task\":{}}").body();
    var id = Wire.string(created, "result", "task", "taskId");
    legacy.push(STATUS);
    legacy.push(STATUS.replace("T1", "of-nobody"));
    legacy.push(GatewayFixture.notification("notifications/vendor", "{\"last\":true}"));
    for (var each : List.of(hers, theirs)) {
      Wait.until("the last one is heard", () -> each.stream().reply().body().contains("last"));
      assertThat(each.stream().reply().body()).doesNotContain("of-nobody");
    }
    assertThat(hers.stream().reply().body()).contains("\"taskId\":\"" + id + "\"");
    assertThat(theirs.stream().reply().body()).doesNotContain("tasks/status");
    gateway.delete(hers.session());
    hers.stream().await();
    gateway.as(OTHERS.getFirst());
    gateway.delete(theirs.session());
    theirs.stream().await();
  }

  private record Listening(FixedHeaders session, GatewayFixture.Under stream) {}

  /** Opens a session that listens to the legacy server. */
  private Listening listening(Principal who, String text) throws InterruptedException {
    gateway.as(who);
    legacy.on("tools/call", asked -> asked.result("{\"content\":[]}"));
    var session = gateway.initialize("{}");
    var before = legacy.listening();
    gateway.call(
        session, 1, "tools/call", "{\"name\":\"old__t\",\"arguments\":{\"x\":\"" + text + "\"}}");
    var stream = gateway.getting(session);
    Wait.until("it listens", () -> legacy.listening() > before);
    return new Listening(session, stream);
  }
}

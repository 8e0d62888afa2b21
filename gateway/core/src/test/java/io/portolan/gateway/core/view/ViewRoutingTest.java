package io.portolan.gateway.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.testkit.GatewayFixture;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewRoutingTest {
  private static Federation two = GatewayFixture.federation(GatewayFixture.SETTINGS);
  private static Federation one = two;

  private static final TaskIds.Owner OWNER =
      TestTaskIds.IDS.of(new Principal(new TenantId("acme"), "ada"), "");

  private final View view = new FederatedView(two.catalogue(), OWNER);

  @BeforeAll
  static void start() throws Exception {
    one = started(server("a"));
    two = started(server("a"), server("b"));
  }

  private static ScriptedServer server(String name) {
    return new ScriptedServer(name, Era.LEGACY)
        .tools("t", "odd name")
        .list(ListKind.PROMPTS, "{\"name\":\"p\"}")
        .list(ListKind.RESOURCES, "{\"uri\":\"file:///r\",\"name\":\"r\"}")
        .list(ListKind.TEMPLATES, "{\"uriTemplate\":\"file:///{x}\",\"name\":\"x\"}")
        .capabilities(
            "{\"tools\":{},\"prompts\":{},\"resources\":{},\"tasks\":{\"list\":{}},"
                + "\"extensions\":{\"ext/"
                + name
                + "\":{\"n\":1.0},\"ext/both\":{}}}");
  }

  private static Federation started(ScriptedServer... servers) throws InterruptedException {
    var federation = GatewayFixture.federation(GatewayFixture.SETTINGS, servers);
    federation.start();
    federation.awaitReady();
    return federation;
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  /** Each method that names something: where it goes, and how it arrives. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tools/call            | {'name':'b__t','x':1}                    | {'name':'t','x':1}         | t",
        "prompts/get           | {'name':'b__p'}                          | {'name':'p'}               | p",
        "resources/read        | {'uri':'b+file:///r'}                    | {'uri':'file:///r'}        | file:///r",
        "resources/read        | {'uri':'B+file:///not/listed'}           | {'uri':'file:///not/listed'} | file:///not/listed",
        "resources/subscribe   | {'uri':'b+x:y'}                          | {'uri':'x:y'}              |",
        "resources/unsubscribe | {'uri':'ui://b+y'}                       | {'uri':'ui://y'}           |",
        "completion/complete   | {'ref':{'type':'ref/prompt','name':'b__p'}} | {'ref':{'type':'ref/prompt','name':'p'}} |",
        "completion/complete   | {'ref':{'type':'ref/resource','uri':'b+file:///{x}'}} | {'ref':{'type':'ref/resource','uri':'file:///{x}'}} |",
        "tasks/get             | {'taskId':'b+1'}                         | {'taskId':'1'}             | 1",
        "tasks/update          | {'taskId':'b+1+2'}                       | {'taskId':'1+2'}           | 1+2",
        "tasks/cancel          | {'taskId':'b+'}                          | {'taskId':''}              | ``",
        "tasks/result          | {'taskId':'b+1'}                         | {'taskId':'1'}             |",
        "vendor/thing          | {'uri':'b+x:y'}                          | {'uri':'x:y'}              |",
        "vendor/thing          | {'name':'b__t'}                          | {'name':'t'}               |",
        "tools/call | {'name':'b__t','_meta':{'io.modelcontextprotocol/related-task':{'taskId':'b+9'}}} | {'name':'t','_meta':{'io.modelcontextprotocol/related-task':{'taskId':'9'}}} | t",
      })
  void aRequestGoesToWhomItNamesInTheServersOwnWords(
      String method, String sent, String arrives, String name) {
    var request = Wire.request(method, bound(sent).replace('\'', '"'));
    assertThat(view.route(request))
        .asInstanceOf(type(View.Route.To.class))
        .satisfies(
            to -> {
              assertThat(to.server().name()).isEqualTo("b");
              assertThat(to.name()).isEqualTo(name);
              assertThat(to.splice().apply())
                  .hasToString(Wire.request(method, arrives.replace('\'', '"')).bytes().text());
            });
  }

  /** With the ids of tasks as their owner knows them. */
  private static String bound(String params) {
    return Pattern.compile("'taskId':'b\\+([^']*)'")
        .matcher(params)
        .replaceAll(id -> "'taskId':'b+" + OWNER.told("b", id.group(1)) + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tools/call          | {'name':'t'}          | UNKNOWN_NAME     | Unknown tool: t",
        "tools/call          | {'name':'b__p'}       | UNKNOWN_NAME     | Unknown tool: b__p",
        "tools/call          | {'name':7}            | INVALID_PARAMS   | tools/call needs params.name, a string",
        "tools/call          | {}                    | INVALID_PARAMS   | tools/call needs params.name, a string",
        "prompts/get         | {'name':'b__t'}       | UNKNOWN_NAME     | Unknown prompt: b__t",
        "resources/read      | {'uri':'file:///r'}   | UNKNOWN_RESOURCE | Resource not found: file:///r",
        "resources/read      | {'uri':'c+file:///r'} | UNKNOWN_RESOURCE | Resource not found: c+file:///r",
        "resources/read      | {}                    | INVALID_PARAMS   | resources/read needs params.uri, a string",
        "completion/complete | {}                    | INVALID_PARAMS   | completion/complete needs params.ref, a string",
        "completion/complete | {'ref':{'name':'x'}}  | UNKNOWN_NAME     | Unknown prompt: x",
        "completion/complete | {'ref':{'uri':'x'}}   | UNKNOWN_RESOURCE | Resource not found: x",
        "completion/complete | {'ref':{}}            | INVALID_PARAMS   | completion/complete needs params.ref.name or ref.uri, a string",
        "tasks/get           | {'taskId':'z'}        | UNKNOWN_NAME     | Unknown task: z",
        "tasks/get           | {'taskId':'b+1'}      | UNKNOWN_NAME     | Unknown task: b+1",
        "vendor/thing        | {'taskId':'b+1'}      | UNKNOWN_NAME     | Unknown task: b+1",
        "tools/call | {'name':'b__t','_meta':{'io.modelcontextprotocol/related-task':{'taskId':'b+9'}}} | UNKNOWN_NAME | Unknown task: b+9",
        "vendor/thing        | {}                    | UNKNOWN_METHOD   | Method not found: vendor/thing",
        "vendor/thing        | {'uri':'z'}           | UNKNOWN_METHOD   | Method not found: vendor/thing",
      })
  void whatNamesNothingGoesNowhereAndIsToldWhy(
      String method, String params, View.Reason reason, String message) {
    assertThat(view.route(Wire.request(method, params.replace('\'', '"'))))
        .isEqualTo(new View.Route.Nowhere(reason, message));
  }

  @Test
  void aRequestWithoutParamsGoesNowhere() {
    for (var method : new String[] {"tools/call", "resources/read", "completion/complete", "x"}) {
      var request = Wire.request("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\"}");
      assertThat(view.route(request)).isInstanceOf(View.Route.Nowhere.class);
    }
  }

  @Test
  void anUnknownMethodReachesTheOnlyServerThereIs() {
    var only = new FederatedView(one.catalogue(), OWNER);
    var request = Wire.request("vendor/thing", "{\"deep\":{\"a\":1.0}}");
    assertThat(only.route(request))
        .asInstanceOf(type(View.Route.To.class))
        .satisfies(
            to -> {
              assertThat(to.splice().isEmpty()).isTrue();
              assertThat(to.server().name()).isEqualTo("a");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "tools/call, name, odd name",
    "resources/read, uri, file:///r",
    "vendor/thing, taskId, 7",
    "vendor/thing, name, x",
    "completion/complete, name, x"
  })
  void aSingleServerIsAskedInTheClientsOwnBytes(String method, String member, String value) {
    var single = new SingleView(Objects.requireNonNull(two.catalogue().server("b")), OWNER);
    var request = Wire.request(method, "{\"" + member + "\" : \"" + value + "\"}");
    assertThat(single.route(request))
        .asInstanceOf(type(View.Route.To.class))
        .satisfies(
            to -> {
              assertThat(to.splice().isEmpty()).isTrue();
              var isNamed = method.startsWith("t") || method.startsWith("resources");
              assertThat(to.name()).isEqualTo(isNamed ? value : null);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"tasks/get", "tasks/update", "tasks/cancel", "tasks/result"})
  void aTaskOfASingleServerIsKnownToItsOwnerAlone(String method) {
    var server = Objects.requireNonNull(two.catalogue().server("b"));
    var ada = TestTaskIds.IDS.of(OWNER.principal(), "b");
    var bob = TestTaskIds.IDS.of(new Principal(OWNER.principal().tenant(), "bob"), "b");
    var id = ada.told("b", "7");
    var request = Wire.request(method, "{\"taskId\" : \"" + id + "\"}");
    assertThat(new SingleView(server, ada).route(request))
        .asInstanceOf(type(View.Route.To.class))
        .satisfies(
            to -> {
              assertThat(to.splice().apply())
                  .hasToString(Wire.request(method, "{\"taskId\" : \"7\"}").bytes().text());
              assertThat(to.name()).isEqualTo(method.endsWith("result") ? null : "7");
            });
    for (var owner : List.of(bob, OWNER)) {
      assertThat(new SingleView(server, owner).route(request))
          .isEqualTo(new View.Route.Nowhere(View.Reason.UNKNOWN_NAME, "Unknown task: " + id));
    }
    assertThat(new SingleView(server, ada).route(Wire.request(method, "{\"taskId\":\"7\"}")))
        .isEqualTo(new View.Route.Nowhere(View.Reason.UNKNOWN_NAME, "Unknown task: 7"));
  }

  @Test
  void extensionsOfAllServersAreOffered() {
    var capabilities = view.capabilities(Era.MODERN).text();
    assertThat(Wire.at(capabilities, "extensions"))
        .isEqualTo(
            "{\"io.modelcontextprotocol/tasks\":{},"
                + "\"ext/a\":{\"n\":1.0},\"ext/both\":{},\"ext/b\":{\"n\":1.0}}");
    assertThat(Wire.view(capabilities).get("tasks")).isNull();
    assertThat(Wire.at(view.capabilities(Era.LEGACY).text(), "tasks")).isEqualTo("{\"list\":{}}");
  }
}

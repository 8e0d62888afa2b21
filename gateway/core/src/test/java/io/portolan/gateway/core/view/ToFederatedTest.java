package io.portolan.gateway.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.Names;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.testkit.RandomJson;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToFederatedTest {
  private static final Server SERVER =
      new Server(
          "s",
          Names.schemeKey("s"),
          new ScriptedServer("s", Era.LEGACY),
          Health.UP,
          Instant.EPOCH,
          "",
          null);

  private static final TaskIds.Owner OWNER = TestTaskIds.ANYBODY;

  private static String rewritten(String result) {
    return ToFederated.rewrite(SERVER, OWNER, Answered.of(Wire.result(result))).apply().toString();
  }

  private static String answer(String result) {
    return Wire.result(result).bytes().text();
  }

  private static String call(String json) {
    return ToFederated.rewrite(SERVER, OWNER, (Message.Call) Wire.message(json)).apply().toString();
  }

  /** Property: with every name that is rewritten marked, marks are all that changes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void onlyTheNamedMembersOfAResultChange(long seed) {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    var told = OWNER.told("s", "a");
    assertThat(told).startsWith("a.");
    for (int i = 0; i < 500; i++) {
      var blocks = new ArrayList<String>();
      for (int b = random.nextInt(4); b > 0; b--) {
        blocks.add(block(json, random));
      }
      var content = "\"content\": [" + String.join(" , ", blocks) + "]";
      var messages = "\"messages\":[{\"role\":\"user\",\"content\":" + block(json, random) + "}]";
      var members =
          List.of(
              List.of(content, "\"structuredContent\":" + json.value(3)),
              List.of("\"contents\":[" + json.beside(List.of("\"uri\":\"@file:///x\"")) + "]"),
              List.of(messages),
              List.of("\"taskId\":\"@t\"", content),
              List.of("\"task\":" + json.beside(List.of("\"taskId\":\"@t\""))),
              List.of(
                  "\"tasks\":[{\"taskId\":\"@a\"},7,"
                      + json.object(2).replace("taskId", "x")
                      + "]"),
              List.of(
                  "\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"@t\"}}",
                  content));
      var result = json.beside(members.get(random.nextInt(members.size())));
      assertThat(rewritten(result.replace("@", "")))
          .as("seed %d, step %d", seed, i)
          .isEqualTo(answer(withTasks(result).replace("@", "s+")));
    }
  }

  /** With the ids of tasks as their owner knows them. */
  private static String withTasks(String result) {
    return result
        .replace("\"@t\"", "\"@" + OWNER.told("s", "t") + "\"")
        .replace("\"@a\"", "\"@" + OWNER.told("s", "a") + "\"");
  }

  @Test
  void aListOfTasksHasThoseOfTheCallerAlone() {
    var mine = OWNER.told("s", "mine");
    assertThat(
            rewritten(
                "{\"tasks\": [ {\"taskId\":\"theirs\",\"n\":1.0}, {\"n\":2.0 ,\"taskId\":\"mine\"} , 7 ],"
                    + "\"x\":1.0}"))
        .isEqualTo(answer("{\"tasks\": [{\"n\":2.0 ,\"taskId\":\"s+" + mine + "\"},7],\"x\":1.0}"));
  }

  private static String block(RandomJson json, SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> json.beside(List.of("\"type\":\"resource_link\"", "\"uri\":\"@file:///l\""));
      case 1 -> "{\"uri\":\"@file:///first\",\"type\":\"resource_link\"}";
      case 2 ->
          json.beside(
              List.of("\"type\":\"resource\"", "\"resource\":{\"text\":\"t\",\"uri\":\"@a:b\"}"));
      case 3 -> "{ \"type\" : \"text\" , \"text\":\"resource uri\", \"uri\":\"file:///mine\"}";
      default -> json.beside(List.of("\"type\":\"image\"", "\"uri\":\"file:///mine\""));
    };
  }

  @Test
  void aTypeWithAnEscapeIsTheSameType() {
    assertThat(rewritten("{\"content\":[{\"type\":\"resource\\u005flink\",\"uri\":\"a:b\"}]}"))
        .contains("\"uri\":\"s+a:b\"");
    assertThat(rewritten("{\"content\":[{\"type\":\"\\u0072esource_link\",\"uri\":\"a:b\"}]}"))
        .contains("\"uri\":\"s+a:b\"");
    assertThat(rewritten("{\"content\":[{\"\\u0074ype\":\"resource_link\",\"uri\":\"a:b\"}]}"))
        .contains("\"uri\":\"s+a:b\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ }",
        "[]",
        "7",
        "null",
        "\"text\"",
        "{\"content\":[]}",
        "{\"content\":[ ]}",
        "{\"content\":{}}",
        "{\"content\":[{}]}",
        "{\"content\":[{ }]}",
        "{\"content\":null}",
        "{\"content\":[7,\"a\",null,[]]}",
        "{\"contents\":[{}]}",
        "{\"contents\":{\"uri\":\"x\"}}",
        "{\"messages\":[{\"content\":7}]}",
        "{\"task\":7}",
        "{\"taskId\":7}",
        "{\"_meta\":7}",
        "{\"content\":[{\"type\":\"resource\"}]}",
        "{\"content\":[{\"type\":\"resource_link\"}]}",
        "{\"content\":[{\"type\":\"resource\",\"resource\":7}]}",
        "{\"content\":[{\"type\":7}]}",
        "{\"content\":[{\"type\":\"resource_link\",\"uri\":7}]}"
      })
  void whatHasNoSuchMembersIsKeptAsItIs(String result) {
    assertThat(rewritten(result)).isEqualTo(answer(result));
  }

  @Test
  void anErrorIsKeptAsItIs() {
    var failure =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":1,\"message\":\"m\",\"data\":{\"uri\":\"a\"}}}";
    var answered = Answered.of((Message.Answer) Wire.message(failure));
    assertThat(ToFederated.rewrite(SERVER, OWNER, answered).apply()).hasToString(failure);
    assertThat(answered.isToolError()).isFalse();
  }

  @Test
  void theUriAndTheTaskOfANotificationAreRenamed() {
    assertThat(
            call(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                    + "\"params\":{\"uri\":\"a:b\",\"x\":{\"uri\":\"c\"}}}"))
        .contains("{\"uri\":\"s+a:b\",\"x\":{\"uri\":\"c\"}}");
    var told = OWNER.told("s", "t");
    var status =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks/status\","
            + "\"params\":{\"taskId\":\"t\",\"status\":\"working\"}}";
    assertThat(call(status)).contains("{\"taskId\":\"s+" + told + "\",\"status\":\"working\"}");
    var unknown = status.replace("\"t\"", "\"unknown\"");
    assertThat(call(unknown)).isEqualTo(unknown);
    var without = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}";
    assertThat(call(without)).isEqualTo(without);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"isError\":true}", "{\"content\":[], \"isError\" : true }"})
  void aToolThatFailedIsSeen(String result) {
    assertThat(Answered.of(Wire.result(result)).isToolError()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"isError\":false}", "{\"isError\":\"true\"}", "[]", "true"})
  void aToolThatDidNotFailIsNotTakenForOne(String result) {
    assertThat(Answered.of(Wire.result(result)).isToolError()).isFalse();
  }
}

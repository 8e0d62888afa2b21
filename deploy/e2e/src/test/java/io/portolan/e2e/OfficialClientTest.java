package io.portolan.e2e;

import static io.portolan.e2e.OfficialClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.AudioContent;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.EmbeddedResource;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.UnsubscribeRequest;
import io.portolan.e2e.process.EverythingProcess;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Java client before our fixture server, over HTTP and as a child, federated. */
@NeedsDistribution
class OfficialClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  @TempDir static Path dir;

  private static EverythingProcess everything;
  private static GatewayProcess gateway;
  private static OfficialClient client;

  @BeforeAll
  static void start() throws Exception {
    everything = EverythingProcess.start();
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson()
                .http("web", everything.url())
                .stdio("child", EverythingProcess.command("--stdio"), Map.of())
                .writeTo(dir));
    client = OfficialClient.http(gateway.endpoint(), "ariadne");
  }

  @AfterAll
  static void stop() {
    Closing.all(client, gateway, everything);
  }

  @Test
  void theToolsOfBothAreListedUnderTheirServers() {
    var names = client.toolNames();
    assertThat(names).contains("web__test_simple_text", "child__test_simple_text");
    assertThat(names).doesNotHaveDuplicates();
    assertThat(names.stream().filter(name -> name.startsWith("web__")).count())
        .isEqualTo(names.stream().filter(name -> name.startsWith("child__")).count());
  }

  @Test
  void everyKindOfContentArrives() {
    for (var server : List.of("web", "child")) {
      assertThat(text(client.call(server + "__test_simple_text", Map.of()))).isNotBlank();
      assertThat(client.call(server + "__test_image_content", Map.of()).content())
          .hasAtLeastOneElementOfType(ImageContent.class);
      assertThat(client.call(server + "__test_audio_content", Map.of()).content())
          .hasAtLeastOneElementOfType(AudioContent.class);
      var embedded = client.call(server + "__test_embedded_resource", Map.of()).content();
      assertThat(embedded).hasAtLeastOneElementOfType(EmbeddedResource.class);
      var resource = (EmbeddedResource) embedded.getFirst();
      assertThat(resource.resource().uri()).startsWith(server + "+");
    }
  }

  @Test
  void aFailingToolIsAResultAndAnUnknownOneAnError() {
    assertThat(client.call("web__test_error_handling", Map.of()).isError()).isTrue();
    assertThatThrownBy(() -> client.call("web__no_such_tool", Map.of()))
        .isInstanceOf(McpError.class)
        .hasMessageContaining("web__no_such_tool");
  }

  @Test
  void progressIsReportedInOrder() throws Exception {
    for (var server : List.of("web", "child")) {
      var token = "token of " + server;
      client.call(server + "__test_tool_with_progress", Map.of(), token);
      Eventually.isSo("three reports", PATIENCE, () -> reports(token).size() >= 3);
      assertThat(reports(token)).containsExactly(0.0, 50.0, 100.0);
    }
  }

  @Test
  void theServerLogsAtTheLevelThatWasSet() throws Exception {
    client.sdk().setLoggingLevel(LoggingLevel.DEBUG);
    var before = client.log().size();
    client.call("web__test_tool_with_logging", Map.of());
    Eventually.isSo("the log", PATIENCE, () -> client.log().size() > before);
  }

  @Test
  void theServerSamplesAndElicits() {
    for (var server : List.of("web", "child")) {
      var before = client.asked().size();
      assertThat(text(client.call(server + "__test_sampling", Map.of("prompt", "where to?"))))
          .contains("sampled by ariadne");
      assertThat(text(client.call(server + "__test_elicitation", Map.of("message", "who?"))))
          .contains("ariadne");
      assertThat(client.asked().subList(before, client.asked().size()))
          .hasSize(2)
          .anyMatch(asked -> asked.contains("where to?"))
          .anyMatch(asked -> asked.contains("who?"));
    }
  }

  @Test
  void resourcesAreListedAndRead() {
    var uris =
        client.sdk().listResources().resources().stream().map(McpSchema.Resource::uri).toList();
    assertThat(uris).contains("web+test://static-text", "child+test://static-text");
    var read =
        client.sdk().readResource(ReadResourceRequest.builder("child+test://static-text").build());
    assertThat(read.contents().getFirst().uri()).isEqualTo("child+test://static-text");
    var filled =
        client
            .sdk()
            .readResource(ReadResourceRequest.builder("web+test://template/77/data").build());
    assertThat(filled.contents().getFirst().uri()).isEqualTo("web+test://template/77/data");
    assertThat(client.sdk().listResourceTemplates().resourceTemplates())
        .extracting(McpSchema.ResourceTemplate::uriTemplate)
        .contains("web+test://template/{id}/data");
  }

  @Test
  void aResourceIsSubscribedAndUnsubscribed() {
    client.sdk().subscribeResource(SubscribeRequest.builder("web+test://watched-resource").build());
    client
        .sdk()
        .unsubscribeResource(UnsubscribeRequest.builder("web+test://watched-resource").build());
  }

  @Test
  void promptsAreFilledAndCompleted() {
    var prompt =
        client
            .sdk()
            .getPrompt(
                GetPromptRequest.builder("web__test_prompt_with_arguments")
                    .arguments(Map.of("arg1", "north", "arg2", "wind"))
                    .build());
    assertThat(prompt.messages().toString()).contains("north").contains("wind");
    var completed =
        client
            .sdk()
            .completeCompletion(
                CompleteRequest.builder(
                        PromptReference.builder("web__test_prompt_with_arguments").build(),
                        new CompleteRequest.CompleteArgument("arg1", ""))
                    .build());
    assertThat(completed.completion().values()).isNotNull();
  }

  @Test
  void clientsAtOnceGetOnlyTheirOwn() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tours = new ArrayList<Future<String>>();
      for (int i = 0; i < 6; i++) {
        var name = "client" + i;
        tours.add(threads.submit(() -> tour(name)));
      }
      for (int i = 0; i < tours.size(); i++) {
        assertThat(tours.get(i).get(90, TimeUnit.SECONDS)).isEqualTo("client" + i);
      }
    }
  }

  /** Every client uses the same progress token and, counting alike, the same ids. */
  private static String tour(String name) throws Exception {
    try (var mine = OfficialClient.http(gateway.endpoint(), name)) {
      for (var server : List.of("web", "child")) {
        mine.call(server + "__test_tool_with_progress", Map.of(), "same");
        assertThat(text(mine.call(server + "__test_sampling", Map.of("prompt", name))))
            .contains("sampled by " + name);
        assertThat(text(mine.call(server + "__test_elicitation", Map.of("message", name))))
            .contains(name);
      }
      assertThat(mine.asked()).hasSize(4).allMatch(asked -> asked.contains(name));
      Eventually.isSo("its own reports", PATIENCE, () -> mine.progress().size() >= 6);
      assertThat(mine.progress()).hasSize(6);
    }
    return name;
  }

  private static List<Double> reports(String token) {
    return client.progress().stream()
        .filter(report -> report.progressToken().equals(token))
        .map(McpSchema.ProgressNotification::progress)
        .toList();
  }
}

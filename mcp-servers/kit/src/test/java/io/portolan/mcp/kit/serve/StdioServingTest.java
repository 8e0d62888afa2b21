package io.portolan.mcp.kit.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.Eras;
import io.portolan.mcp.kit.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StdioServingTest {
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
          + "\"capabilities\":{\"elicitation\":{}},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

  private final TestTools tools = new TestTools();
  // A pair of sockets, because pipes of the JDK mind which thread wrote last.
  private final Socket client;
  private final Socket peer;
  private final BufferedReader reader;
  private Thread serving = Thread.currentThread();

  StdioServingTest() throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      client = new Socket(listener.getInetAddress(), listener.getLocalPort());
      peer = listener.accept();
    }
    reader =
        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
  }

  private void start(Eras eras) {
    serving =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (peer) {
                    StdioServing.run(
                        tools.server(), eras, peer.getInputStream(), peer.getOutputStream());
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  @AfterEach
  void endOfInputEndsTheServing() throws Exception {
    client.shutdownOutput();
    assertThat(serving.join(Duration.ofSeconds(30))).isTrue();
    client.close();
  }

  private void send(String line) throws IOException {
    client.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void send(JsonNode message) throws IOException {
    send(Json.write(message));
  }

  private JsonNode receive() throws IOException {
    return Json.MAPPER.readTree(reader.readLine());
  }

  @Test
  void bothErasShareTheStreams() throws Exception {
    start(Eras.DUAL);
    send(Wire.modern(1, "server/discover", Json.object(), "{}"));
    assertThat(receive().at("/result/supportedVersions/0").asString()).isEqualTo("2026-07-28");
    send(INITIALIZE);
    assertThat(receive().at("/result/protocolVersion").asString()).isEqualTo("2025-11-25");
    send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}");
    var legacy = receive().path("result");
    assertThat(legacy.has("resultType")).isFalse();
    send(Wire.modern(3, "tools/list", Json.object(), "{}"));
    var modern = receive().path("result");
    assertThat(modern.path("resultType").asString()).isEqualTo("complete");
    assertThat(modern.path("tools")).isEqualTo(legacy.path("tools"));
  }

  @Test
  void aLegacyQuestionIsARequestAndAModernOneAnAnswer() throws Exception {
    start(Eras.DUAL);
    send(INITIALIZE);
    receive();
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"ask\",\"arguments\":{\"name\":\"A\"}}}");
    var question = receive();
    assertThat(question.path("method").asString()).isEqualTo("elicitation/create");
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"action\":\"accept\",\"content\":{\"name\":\"Bo\"}}}"
            .formatted(question.path("id")));
    assertThat(receive().at("/result/content/0/text").asString()).isEqualTo("A asked {name=Bo}");

    send(
        Wire.modern(3, "tools/call", Wire.call("ask", "{\"name\":\"A\"}"), "{\"elicitation\":{}}"));
    assertThat(receive().at("/result/resultType").asString()).isEqualTo("input_required");
  }

  @Test
  void aModernCallIsCancelledByNotification() throws Exception {
    start(Eras.DUAL);
    send(Wire.modern(4, "tools/call", Wire.call("wait", "{}"), "{}"));
    assertThat(tools.waiting.await(30, TimeUnit.SECONDS)).isTrue();
    send(
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":4}}");
    assertThat(tools.interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    send(Wire.modern(5, "tools/call", Wire.call("echo", "{}"), "{}"));
    assertThat(receive().path("id").asInt()).isEqualTo(5);
  }

  @Test
  void aLegacyServerKnowsNoDiscover() throws Exception {
    start(Eras.LEGACY);
    send(Wire.modern(1, "server/discover", Json.object(), "{}"));
    assertThat(receive().at("/error/code").asInt()).isEqualTo(-32601);
    send(INITIALIZE);
    assertThat(receive().has("result")).isTrue();
  }

  @Test
  void aModernServerNamesItsVersionToALegacyClient() throws Exception {
    start(Eras.MODERN);
    send(INITIALIZE);
    assertThat(receive().at("/error/code").asInt()).isEqualTo(-32022);
  }

  @Test
  void nonsenseIsAnsweredAndDoesNoHarm() throws Exception {
    start(Eras.DUAL);
    send("nonsense");
    assertThat(receive().at("/error/code").asInt()).isEqualTo(-32700);
    send("[]");
    assertThat(receive().at("/error/code").asInt()).isEqualTo(-32600);
    send("");
    send("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/list\"}");
    assertThat(receive().path("id").asInt()).isEqualTo(9);
    send(Wire.modern(10, "tools/call", Wire.call("echo", "{}"), "{}"));
    assertThat(receive().has("result")).isTrue();
  }
}

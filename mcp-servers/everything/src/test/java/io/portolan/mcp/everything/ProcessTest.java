package io.portolan.mcp.everything;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.wire.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The fixture as its users start it: a child process. */
class ProcessTest {
  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

  private final List<Process> started = new ArrayList<>();

  private Process start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    started.add(process);
    return process;
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  private static void send(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static JsonNode receive(BufferedReader reader) throws IOException {
    return Json.MAPPER.readTree(reader.readLine());
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void stdioServesBothErasAndEndsWithItsInput() throws Exception {
    var process = start("--stdio");
    var out = process.getOutputStream();
    try (var in = reader(process)) {
      send(
          out,
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{"
              + META
              + "}}");
      assertThat(receive(in).at("/result/supportedVersions/0").asString()).isEqualTo("2026-07-28");
      send(
          out,
          "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
              + "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}");
      assertThat(receive(in).at("/result/protocolVersion").asString()).isEqualTo("2025-06-18");
      send(
          out,
          "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
              + "\"arguments\":{\"n\":12345678901234567890123,\"d\":1.50}}}");
      var echoed = receive(in).path("result");
      assertThat(echoed.at("/content/0/text").asString())
          .isEqualTo("{\"n\":12345678901234567890123,\"d\":1.50}");
      assertThat(Json.write(echoed.path("structuredContent")))
          .isEqualTo("{\"n\":12345678901234567890123,\"d\":1.50}");
      out.close();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(in.readLine()).isNull();
    }
  }

  @Test
  void aCallUnderWayDoesNotKeepItAlive() throws Exception {
    var process = start("--stdio");
    var out = process.getOutputStream();
    try (var in = reader(process)) {
      send(
          out,
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"slow\","
              + "\"arguments\":{\"durationMillis\":600000,\"steps\":60},"
              + META
              + "}}");
      send(
          out,
          "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"server/discover\",\"params\":{"
              + META
              + "}}");
      assertThat(receive(in).path("id").asInt()).isEqualTo(2);
      out.close();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void httpSaysWhereItListensAndEndsOnTheSignal() throws Exception {
    var process = start("--port", "0", "--era", "modern");
    try (var in = reader(process);
        var http = HttpClient.newHttpClient()) {
      var line = String.valueOf(in.readLine());
      assertThat(line).matches("everything listening on http://127\\.0\\.0\\.1:\\d+/mcp");
      var endpoint = URI.create(line.substring("everything listening on ".length()));
      var request =
          HttpRequest.newBuilder(endpoint)
              .header("Content-Type", "application/json")
              .header("MCP-Protocol-Version", "2026-07-28")
              .header("Mcp-Method", "tools/list")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{"
                          + META
                          + "}}"))
              .build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(
              Json.MAPPER
                  .readTree(answer.body())
                  .at("/result/tools")
                  .valueStream()
                  .map(tool -> tool.path("name").asString()))
          .startsWith("test_simple_text")
          .contains("echo", "slow", "test_reconnection", "test_mirrored_headers", "greet");
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}

package io.portolan.e2e;

import static io.portolan.e2e.json.JsonMaker.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.HttpConnection;
import io.portolan.e2e.wire.HttpRequest;
import io.portolan.e2e.wire.LegacyClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A legacy stream that broke off is taken up by whom it belongs to, and by nobody else. */
@NeedsDistribution
class ResumptionTest {
  @TempDir static Path dir;

  private static RawUpstream upstream;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws Exception {
    upstream = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    gateway = GatewayProcess.up(dir, new McpJson().http("raw", upstream.url()).writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, upstream);
  }

  @Test
  void theRestOfAStreamIsReadByItsSessionOnly() throws Exception {
    var owner = LegacyClient.open(gateway.endpoint());
    var stranger = LegacyClient.open(gateway.endpoint());
    var release = new CountDownLatch(1);
    upstream.script(
        call ->
            new Answer.Live(
                out -> {
                  out.message(progress(1));
                  release.await(20, TimeUnit.SECONDS);
                  out.message(progress(2));
                  out.message(Answer.response(call, "{\"content\":[],\"secret\":\"mine\"}"));
                }));

    var lastId = breakOffAfterFirstMessage(owner);
    release.countDown();

    assertThat(resumed(stranger, lastId)).doesNotContain("mine").doesNotContain("\"progress\":2");
    var rest = resumed(owner, lastId);
    assertThat(rest).contains("\"progress\":2").contains("\"secret\":\"mine\"");
    assertThat(rest).doesNotContain("\"progress\":1");
  }

  @Test
  void anEventIdThatMeansNothingHarmsNobody() throws Exception {
    var client = LegacyClient.open(gateway.endpoint());
    for (var id : new String[] {"0", "-1", "999999999999999999999", "x", "\u007f", "1-1-1-1"}) {
      try (var connection = HttpConnection.to(gateway.endpoint())) {
        assertThat(connection.open(get(client, id)).status()).as(id).isIn(200, 400, 404);
      }
    }
    assertThat(client.call("ping", "{}").status()).isEqualTo(200);
  }

  private static String progress(int step) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
        + "{\"progressToken\":\"t\",\"progress\":"
        + step
        + "}}";
  }

  /** Begins a call, waits for its first message, hangs up, and says which event was the last. */
  private static String breakOffAfterFirstMessage(LegacyClient client) throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      var call =
          LegacyClient.message(
              "1",
              "tools/call",
              "{\"name\":\"raw__play\",\"arguments\":{},\"_meta\":{\"progressToken\":\"t\"}}");
      var events = connection.open(client.request(utf8(call))).events();
      while (true) {
        var event = events.next().orElseThrow();
        if (event.isMessage()) {
          assertThat(JsonText.of(event.data()).text("params", "progress")).isEqualTo("1");
          return event.id().orElseThrow(() -> new AssertionError("the event has no id"));
        }
      }
    }
  }

  /** Everything a session is given after that event, until the stream ends or falls silent. */
  private static String resumed(LegacyClient client, String lastId) throws Exception {
    try (var connection = HttpConnection.to(gateway.endpoint())) {
      connection.readTimeout(Duration.ofSeconds(3));
      var stream = connection.open(get(client, lastId));
      if (stream.status() != 200) {
        return "status " + stream.status();
      }
      var all = new StringBuilder();
      try {
        var events = stream.events();
        for (var event = events.next(); event.isPresent(); event = events.next()) {
          all.append(event.get().text()).append('\n');
          if (event.get().text().contains("\"result\"")) {
            break;
          }
        }
      } catch (java.net.SocketTimeoutException _) {
        // an open stream with nothing more on it
      }
      return all.toString();
    }
  }

  private static HttpRequest get(LegacyClient client, String lastId) {
    var session = client.request(new byte[0]).headers().without("Content-Type");
    return HttpRequest.get(
        "/mcp", session.with("Accept", "text/event-stream").with("Last-Event-ID", lastId));
  }
}

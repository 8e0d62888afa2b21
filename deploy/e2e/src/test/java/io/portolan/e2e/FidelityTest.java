package io.portolan.e2e;

import static io.portolan.e2e.json.Masked.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.e2e.Exchange.Speaker;
import io.portolan.e2e.json.JsonMaker;
import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.GatewayProcess;
import io.portolan.e2e.process.McpJson;
import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Lists;
import io.portolan.e2e.upstream.RawUpstream;
import io.portolan.e2e.wire.Answered;
import io.portolan.e2e.wire.LegacyClient;
import io.portolan.e2e.wire.ModernClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random messages through every route, era and framing: nothing may change but what the
 * specification makes a gateway rewrite, and what came as JSON leaves as JSON.
 */
@NeedsDistribution
class FidelityTest {
  private static final int SEEDS = 40;
  private static final int WORKERS = 32;
  private static final int CALLS_IN_A_ROW = 40;
  private static final int LONG_STRING_BYTES = 1 << 20;

  /** Of some six bytes each: bodies of 30 to 100 KiB, which are read into buffers used again. */
  private static final int LARGE_REPEATS = 7_000;

  @TempDir static Path dir;

  private static RawUpstream old;
  private static RawUpstream recent;
  private static RawUpstream both;
  private static GatewayProcess gateway;

  /** Whether a call goes to the endpoint of all servers or to that of one. */
  enum Route {
    FEDERATED,
    SINGLE
  }

  /** How the upstream frames its answer. */
  enum Framing {
    JSON,
    SSE
  }

  record Way(Speaker speaker, String server, Route route, Framing framing) {}

  @BeforeAll
  static void start() throws Exception {
    old = RawUpstream.start(RawUpstream.Era.LEGACY, Lists.small());
    recent = RawUpstream.start(RawUpstream.Era.MODERN, Lists.small());
    both = RawUpstream.start(RawUpstream.Era.DUAL, Lists.small());
    gateway =
        GatewayProcess.up(
            dir,
            new McpJson()
                .http("old", old.url())
                .http("recent", recent.url())
                .http("both", both.url())
                .writeTo(dir));
  }

  @AfterAll
  static void stop() {
    Closing.all(gateway, old, recent, both);
  }

  /** Every way on which both sides speak the same era, so that nothing needs a bridge. */
  static Stream<Way> ways() {
    var ways = new ArrayList<Way>();
    for (var route : Route.values()) {
      for (var framing : Framing.values()) {
        ways.add(new Way(Speaker.LEGACY, "old", route, framing));
        ways.add(new Way(Speaker.LEGACY, "both", route, framing));
        ways.add(new Way(Speaker.MODERN, "recent", route, framing));
        ways.add(new Way(Speaker.MODERN, "both", route, framing));
      }
    }
    return ways.stream();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void nothingIsAlteredButWhatAGatewayMustRewrite(Way way) throws Exception {
    var caller = new Caller(way);
    for (long seed = 0; seed < SEEDS; seed++) {
      checked(way, caller, seed, 0);
    }
    checked(way, caller, SEEDS, LONG_STRING_BYTES);
    assertThat(upstream(way).complaints()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void manyCallsAtOnceKeepTheirOwn(Speaker speaker) throws Exception {
    both.script(
        request -> {
          var arguments = request.json().text("params", "arguments");
          var answer =
              Answer.response(
                  request,
                  "{\"content\":[],\"resultType\":\"complete\",\"structuredContent\":"
                      + arguments
                      + "}");
          return arguments.length() % 2 == 0
              ? Answer.json(answer)
              : new Answer.Sse(List.of(JsonMaker.utf8(answer)));
        });
    var way = new Way(speaker, "both", Route.FEDERATED, Framing.JSON);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var workers = new ArrayList<Future<?>>();
      for (int i = 0; i < WORKERS; i++) {
        var seed = i;
        // each a client of its own, and all of them count their ids alike
        workers.add(threads.submit(() -> callInARow(new Caller(way), seed)));
      }
      for (var worker : workers) {
        worker.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(both.complaints()).isEmpty();
  }

  private static boolean callInARow(Caller caller, long seed) throws Exception {
    var maker = new JsonMaker(new SplittableRandom(seed));
    for (int call = 0; call < CALLS_IN_A_ROW; call++) {
      // without line breaks: in an event they are framing
      var arguments = maker.object(Map.of("from", seed + "." + call), 3).replace('\n', ' ');
      if (call % 4 == 1) {
        var own = (seed + "." + call + ";").repeat(LARGE_REPEATS + 200 * call);
        arguments = "{\"long\":\"" + own + "\"," + arguments.substring(1);
      }
      var members = "\"name\":\"" + caller.tool() + "\",\"arguments\":" + arguments;
      var answer = caller.send(JsonMaker.utf8(caller.message(String.valueOf(call), members)));
      assertThat(answer.json().text("id")).isEqualTo(String.valueOf(call));
      assertThat(answer.json().text("result", "structuredContent")).isEqualTo(arguments);
    }
    return true;
  }

  private static void checked(Way way, Caller caller, long seed, int stringBytes) throws Exception {
    try {
      check(way, caller, seed, stringBytes);
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + " of " + way + ": " + e.getMessage(), e);
    }
  }

  private static void check(Way way, Caller caller, long seed, int stringBytes) throws Exception {
    var exchange = new Exchange(seed, way.speaker(), stringBytes);
    var upstream = upstream(way);
    var sentBack = new ArrayList<byte[]>();
    upstream.script(
        request -> {
          var messages = new ArrayList<byte[]>();
          if (way.framing() == Framing.SSE) {
            messages.addAll(exchange.notifications(request));
          }
          messages.add(exchange.answer(request));
          sentBack.addAll(messages);
          return way.framing() == Framing.SSE
              ? new Answer.Sse(messages)
              : new Answer.Json(200, messages.getFirst());
        });
    upstream.forgetReceived();

    var request = exchange.request(caller.tool(), caller.modern());
    var answer = caller.send(request);
    var arrived =
        upstream.received().stream()
            .filter(message -> message.method().equals("tools/call"))
            .toList();
    assertThat(arrived).as("the call arrives once; the client got %s", answer).hasSize(1);

    assertSame("the request", request, arrived.getFirst().body(), rewrittenInRequests(way));
    assertThat(arrived.getFirst().json().string("params", "name")).isEqualTo("play");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.asJson()).as("JSON stays JSON").isEqualTo(way.framing() == Framing.JSON);
    assertThat(answer.json().text("id")).as("the client's id").isEqualTo(exchange.requestId());
    assertSame(
        "the answer",
        framed(way, sentBack.getLast()),
        framed(way, answer.response()),
        rewrittenInAnswers(way));
    assertUris(way, answer);
    assertNotifications(way, sentBack, answer, request);
  }

  /**
   * In an event a line break is framing: where it stands between two tokens of the message it may
   * arrive as another blank. Nowhere else can one stand.
   */
  private static byte[] framed(Way way, byte[] message) {
    if (way.framing() == Framing.SSE) {
      for (int i = 0; i < message.length; i++) {
        message[i] = message[i] == '\n' ? (byte) ' ' : message[i];
      }
    }
    return message;
  }

  private static void assertNotifications(
      Way way, List<byte[]> sentBack, Answered answer, byte[] request) {
    assertThat(answer.others()).as("notifications").hasSize(sentBack.size() - 1);
    var token = JsonText.of(request).text("params", "_meta", "progressToken");
    for (int i = 0; i < answer.others().size(); i++) {
      var message = answer.others().get(i);
      assertSame(
          "a notification",
          framed(way, sentBack.get(i)),
          framed(way, message),
          List.<String[]>of(new String[] {"params", "progressToken"}));
      assertThat(JsonText.of(message).text("params", "progressToken")).isEqualTo(token);
    }
  }

  private static void assertUris(Way way, Answered answer) {
    var prefix = way.route() == Route.FEDERATED ? way.server() + "+" : "";
    assertThat(answer.json().string("result", "content", "1", "uri"))
        .isEqualTo(prefix + "raw://one?x=é");
    assertThat(answer.json().string("result", "content", "2", "resource", "uri"))
        .isEqualTo(prefix + "raw://two");
  }

  private static List<String[]> rewrittenInRequests(Way way) {
    var rewritten = new ArrayList<String[]>();
    rewritten.add(new String[] {"id"});
    rewritten.add(new String[] {"params", "_meta", "progressToken"});
    if (way.route() == Route.FEDERATED) {
      rewritten.add(new String[] {"params", "name"});
    }
    return rewritten;
  }

  private static List<String[]> rewrittenInAnswers(Way way) {
    var rewritten = new ArrayList<String[]>();
    rewritten.add(new String[] {"id"});
    if (way.route() == Route.FEDERATED) {
      rewritten.add(new String[] {"result", "content", "1", "uri"});
      rewritten.add(new String[] {"result", "content", "2", "resource", "uri"});
    }
    return rewritten;
  }

  private static RawUpstream upstream(Way way) {
    return switch (way.server()) {
      case "old" -> old;
      case "recent" -> recent;
      default -> both;
    };
  }

  /** The client of one way. */
  private static final class Caller {
    private final Way way;
    private final ModernClient modern;
    private final java.util.Optional<LegacyClient> legacy;

    Caller(Way way) throws Exception {
      this.way = way;
      var endpoint =
          way.route() == Route.FEDERATED ? gateway.endpoint() : gateway.endpoint(way.server());
      this.modern = new ModernClient(endpoint);
      this.legacy =
          way.speaker() == Speaker.LEGACY
              ? java.util.Optional.of(LegacyClient.open(endpoint))
              : java.util.Optional.empty();
    }

    String tool() {
      return way.route() == Route.FEDERATED ? way.server() + "__play" : "play";
    }

    String message(String id, String members) {
      return legacy.isPresent()
          ? LegacyClient.message(id, "tools/call", "{" + members + "}")
          : modern.message(id, "tools/call", members);
    }

    ModernClient modern() {
      return modern;
    }

    Answered send(byte[] message) throws Exception {
      return legacy.isPresent() ? legacy.get().send(message) : modern.send(message);
    }
  }
}

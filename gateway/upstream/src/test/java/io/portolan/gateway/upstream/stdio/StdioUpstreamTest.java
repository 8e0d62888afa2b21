package io.portolan.gateway.upstream.stdio;

import static io.portolan.gateway.upstream.Calling.call;
import static io.portolan.gateway.upstream.Calling.context;
import static io.portolan.gateway.upstream.Calling.contextOf;
import static io.portolan.gateway.upstream.Calling.failure;
import static io.portolan.gateway.upstream.Calling.received;
import static io.portolan.gateway.upstream.Calling.stream;
import static io.portolan.gateway.upstream.Calling.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.Calling;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.Upstreams;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
@SuppressWarnings("NullAway.Init")
class StdioUpstreamTest {
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final LimitCounts COUNTS = new LimitCounts();
  private static final UpstreamLimits LIMITS =
      new UpstreamLimits(
          64 << 20,
          256,
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          2 << 20,
          64 << 10,
          COUNTS);
  private static final SessionOpening INTERACTIVE =
      new SessionOpening(
          ProtocolVersion.LATEST_LEGACY,
          Slice.utf8("{\"elicitation\":{},\"roots\":{}}"),
          SessionOpening.GATEWAY.clientInfo());

  private final Upstreams upstreams = new Upstreams(LIMITS);
  private Upstream upstream;

  @AfterEach
  void stop() {
    if (upstream != null) {
      upstream.close();
    }
    upstreams.close();
  }

  private UpstreamLink probed(String... flags) throws Exception {
    upstream = upstreams.create(ChildCommands.server(flags));
    upstream.probe(generous());
    return open(SessionOpening.GATEWAY);
  }

  private UpstreamLink open(SessionOpening opening) throws Exception {
    return upstream.openSession(opening, generous());
  }

  private static Deadline generous() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  private static long pid(UpstreamLink link) throws Exception {
    return pid(link, context());
  }

  private static long pid(UpstreamLink link, CallContext context) throws Exception {
    return numbers(text(link.request(call(link, "pid"), context))).getFirst();
  }

  private static List<Long> numbers(String text) {
    return NUMBER.matcher(text).results().map(r -> Long.parseLong(r.group())).toList();
  }

  // ---- starting and eras

  @Test
  void aLegacyServerIsFoundAndCalled() throws Exception {
    var link = probed();
    assertThat(link.hello().string("protocolVersion")).isEqualTo("2025-11-25");
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"echo\":true}");
    assertThat(upstream.probe(generous()).speaks(Era.MODERN)).isFalse();
  }

  @Test
  void argumentsEnvironmentAndDirectoryAreTheDefinitions(@TempDir Path directory) throws Exception {
    var command = ChildCommands.java(ChildServer.class, "a flag with 'quotes' $HOME");
    upstream =
        upstreams.create(
            new ServerDefinition.Stdio(
                "child",
                command.getFirst(),
                command.subList(1, command.size()),
                Map.of("CHILD_TEST", "x y"),
                new ServerDefinition.WorkingDirectory.At(directory),
                Duration.ofSeconds(60)));
    upstream.probe(generous());
    var link = open(SessionOpening.GATEWAY);
    assertThat(text(link.request(call(link, "env"), context()))).contains("x y");
    assertThat(text(link.request(call(link, "cwd"), context())))
        .contains(directory.toRealPath().toString());
  }

  @Test
  void aModernServerIsFound() throws Exception {
    upstream = upstreams.create(ChildCommands.server("modern"));
    var profile = upstream.probe(generous());
    assertThat(profile.speaks(Era.MODERN)).isTrue();
    assertThat(profile.speaks(Era.LEGACY)).isFalse();
    var link = upstream.modern();
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"echo\":true}");
    assertThat(link.listen().next()).isInstanceOf(MessageStream.Ended.class);
  }

  @Test
  void aDualServerThatTakesBothInOneProcessHasOneChild() throws Exception {
    var link = probed("dual");
    assertThat(pid(link)).isEqualTo(pid(upstream.modern()));
  }

  @Test
  void aDualServerThatSettlesForOneEraHasAChildForEach() throws Exception {
    var link = probed("dual-locked");
    var profile = upstream.probe(generous());
    assertThat(profile.speaks(Era.MODERN)).isTrue();
    assertThat(profile.speaks(Era.LEGACY)).isTrue();
    assertThat(pid(link)).isNotEqualTo(pid(upstream.modern()));
  }

  @Test
  void aServerThatEndsAtTheProbeIsStartedAgainAndNotAsked() throws Exception {
    var link = probed("dies-on-discover");
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"echo\":true}");
  }

  @Test
  void aServerThatDoesNotAnswerTheProbeIsLegacy() throws Exception {
    upstream = upstreams.create(ChildCommands.server("silent-on-discover"));
    assertThat(upstream.probe(Deadline.in(Duration.ofSeconds(6))).speaks(Era.LEGACY)).isTrue();
  }

  @Test
  void aCommandThatDoesNotExistSaysSo() {
    upstream =
        upstreams.create(
            new ServerDefinition.Stdio(
                "child",
                "no-such-command-anywhere",
                List.of(),
                Map.of(),
                new ServerDefinition.WorkingDirectory.Inherited(),
                Duration.ofSeconds(60)));
    assertThatThrownBy(() -> upstream.probe(generous()))
        .isInstanceOf(UpstreamUnavailable.class)
        .hasMessageContaining("command not found on PATH: no-such-command-anywhere");
  }

  @Test
  void aServerThatFailsToStartSaysWhyAndIsQuarantined() {
    upstream = upstreams.create(ChildCommands.server("fail"));
    String last = "";
    for (int failures = 0; failures < 5; ) {
      try {
        upstream.probe(generous());
      } catch (UpstreamUnavailable e) {
        last = e.failure().detail();
        if (last.startsWith("exit code")) {
          assertThat(last).contains("exit code 7", "cannot start: no licence");
          failures++;
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    assertThatThrownBy(() -> upstream.probe(generous()))
        .hasMessageContaining("quarantined after 5 quick failures")
        .hasMessageContaining("no licence");
  }

  // ---- calls

  @Test
  void callsOfManySessionsShareAChildAndGetTheirOwnAnswers() throws Exception {
    var first = probed();
    var second = open(SessionOpening.GATEWAY);
    assertThat(pid(first)).isEqualTo(pid(second));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results =
          threads.invokeAll(
              IntStream.range(0, 200)
                  .<java.util.concurrent.Callable<Boolean>>mapToObj(
                      i ->
                          () -> {
                            var link = i % 2 == 0 ? first : second;
                            var request = call(link, "line");
                            return text(link.request(request, context()))
                                .contains("\"id\":" + request.id() + ",");
                          })
                  .toList());
      for (var result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Test
  void progressComesBackWithTheClientsOwnToken() throws Exception {
    var link = probed();
    var request = call(link, "progress", "{}", "{\"progressToken\":\"mine\"}");
    try (var stream = stream(link.request(request, context()))) {
      for (int i = 1; i <= 3; i++) {
        assertThat(received(stream).bytes().text())
            .contains("\"progressToken\":\"mine\"", "\"progress\":" + i);
      }
      assertThat(received(stream)).isInstanceOf(Message.Result.class);
      assertThat(stream.next()).isInstanceOf(MessageStream.Ended.class);
    }
    var twin = call(link, "line", "{}", "{\"progressToken\":\"mine\"}");
    assertThat(text(link.request(twin, context())))
        .contains("\"progressToken\":" + twin.id() + "}");
  }

  @Test
  void lineBreaksBetweenTokensDoNotBreakTheLine() throws Exception {
    var link = probed();
    var request =
        Calling.of(
            link,
            "{\"jsonrpc\":\"2.0\",\n\"id\":1,\r\n\"method\":\"tools/call\","
                + "\"params\":{\n\"name\":\"line\",\"arguments\":{\"text\":\"a\\nb\"}}}",
            "line");
    assertThat(text(link.request(request, context()))).contains("a\\nb");
  }

  @Test
  void garbageOnStandardOutputIsSkipped() throws Exception {
    var link = probed();
    assertThat(text(link.request(call(link, "garbage"), context()))).isEqualTo("{}");
    assertThat(text(link.request(call(link, "wrong-id"), context()))).isEqualTo("{\"right\":1}");
    assertThat(text(link.request(call(link, "batch"), context()))).isEqualTo("{}");
  }

  @Test
  void aFloodOnStandardErrorIsBoundedAndHarmless() throws Exception {
    var link = probed();
    assertThat(text(link.request(call(link, "stderr"), context()))).isEqualTo("{}");
  }

  @Test
  void aLineOverTheLimitEndsTheChildAndTheNextCallGetsANewOne() throws Exception {
    var link = probed();
    var before = pid(link);
    assertThat(failure(link.request(call(link, "long"), context())))
        .isInstanceOf(UpstreamFailure.BadAnswer.class);
    assertThat(COUNTS.of(Limit.LINE_BYTES)).isOne();
    assertThat(pid(link)).isNotEqualTo(before);
    ChildCommands.awaitEnd(before);
  }

  @Test
  void aCallOfADyingChildIsBrokenOffAndTheNextOneAnswered() throws Exception {
    var link = probed();
    var before = pid(link);
    var failure = failure(link.request(call(link, "die"), context()));
    assertThat(failure).isInstanceOf(UpstreamFailure.BrokenOff.class);
    assertThat(failure.sent()).isTrue();
    assertThat(failure.detail()).contains("exit code 3", "out of cheese");
    assertThat(pid(link)).isNotEqualTo(before);
  }

  @Test
  void aKilledChildComesBackForTheNextCall() throws Exception {
    var link = probed();
    var before = pid(link);
    var process = ProcessHandle.of(before).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(20, TimeUnit.SECONDS); // its last thread has closed the pipe
    assertThat(pid(link)).isNotEqualTo(before);
  }

  @Test
  void aCallThatHangsTimesOutAndHarmsNoOther() throws Exception {
    var link = probed();
    var failure = failure(link.request(call(link, "hang"), context(Duration.ofMillis(200))));
    assertThat(failure).isEqualTo(new UpstreamFailure.TimedOut(failure.detail(), true));
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"echo\":true}");
  }

  @Test
  void aCancelledCallEndsAtOnceAndTheChildCanBeTold() throws Exception {
    var link = probed();
    var request = call(link, "hang");
    request.cancellation().cancel();
    assertThat(failure(link.request(request, context())))
        .isInstanceOf(UpstreamFailure.Cancelled.class);
    assertThat(
            link.send(
                Payload.of(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
                        + "\"params\":{\"requestId\":"
                        + request.id()
                        + "}}"),
                context()))
        .isNull();
    assertThat(text(link.request(call(link, "echo"), context()))).isEqualTo("{\"echo\":true}");
  }

  @Test
  void aChildThatStopsReadingHoldsNobodyBeyondTheDeadline() throws Exception {
    var link = probed();
    assertThat(text(link.request(call(link, "deaf"), context()))).isEqualTo("{}");
    var blob = "\"" + "b".repeat(30 << 20) + "\"";
    for (int i = 0; i < 4; i++) {
      var started = System.nanoTime();
      var answer = link.request(call(link, "echo", blob, ""), context(Duration.ofMillis(200)));
      assertThat(failure(answer))
          .isInstanceOfAny(UpstreamFailure.TimedOut.class, UpstreamFailure.Saturated.class);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
  }

  // ---- what a shared child says of its own accord

  @Test
  void newsReachesEveryListener() throws Exception {
    var first = probed();
    var second = open(SessionOpening.GATEWAY);
    var heardFirst = first.listen();
    var heardSecond = second.listen();
    assertThat(text(first.request(call(first, "news"), context()))).isEqualTo("{}");
    assertThat(((Message.Notification) received(heardFirst)).method()).contains("list_changed");
    assertThat(((Message.Notification) received(heardSecond)).method()).contains("list_changed");
    first.close();
    assertThat(heardFirst.next()).isInstanceOf(MessageStream.Ended.class);
  }

  private static void ask(UpstreamLink link, String method, String uri) throws Exception {
    var json =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"uri\":\"%s\"}}"
            .formatted(method, uri);
    assertThat(text(link.request(Calling.of(link, json, uri), context()))).isEqualTo("{}");
  }

  @Test
  void updatesReachWhoSubscribedAlsoAfterOthersLeftAndTheChildWasReplaced() throws Exception {
    var first = probed();
    var second = open(SessionOpening.GATEWAY);
    ask(first, "resources/subscribe", "test://shared");
    ask(second, "resources/subscribe", "test://shared");
    ask(second, "resources/subscribe", "test://own");
    ask(first, "resources/unsubscribe", "test://shared");
    var heardFirst = first.listen();
    var heardSecond = second.listen();

    failure(first.request(call(first, "die"), context()));
    assertThat(text(first.request(call(first, "update"), context()))).isEqualTo("{}");
    assertThat(text(first.request(call(first, "news"), context()))).isEqualTo("{}");

    assertThat(received(heardSecond).bytes().text()).contains("test://own");
    assertThat(received(heardSecond).bytes().text()).contains("test://shared");
    assertThat(received(heardFirst).bytes().text()).contains("list_changed");
  }

  @Test
  void aLogLineGoesToTheCallThatIsUnderWay() throws Exception {
    var link = probed();
    try (var stream = stream(link.request(call(link, "log"), context()))) {
      assertThat(((Message.Notification) received(stream)).method())
          .isEqualTo("notifications/message");
      assertThat(received(stream)).isInstanceOf(Message.Result.class);
    }
  }

  @Test
  void aRequestOfTheChildReachesTheSessionAndItsAnswerTheChild() throws Exception {
    probed();
    var link = open(INTERACTIVE);
    for (int i = 0; i < 2; i++) {
      try (var stream = stream(link.request(call(link, "elicit"), context()))) {
        var asked = (Message.Request) received(stream);
        assertThat(asked.method()).isEqualTo("elicitation/create");
        assertThat(
                link.send(
                    Payload.of(
                        "{\"jsonrpc\":\"2.0\",\"id\":"
                            + asked.id()
                            + ",\"result\":{\"action\":\"accept\"}}"),
                    context()))
            .isNull();
        var result = (Message.Result) received(stream);
        assertThat(result.result().text())
            .contains("\"action\":\"accept\"", "\"id\":" + (i + 1) + ",");
      }
    }
  }

  @Test
  void onlyTheSessionThatWasAskedCanAnswer() throws Exception {
    var stranger = probed();
    var link = open(INTERACTIVE);
    try (var stream = stream(link.request(call(link, "elicit"), context()))) {
      var asked = (Message.Request) received(stream);
      var reply =
          Payload.of(
              "{\"jsonrpc\":\"2.0\",\"id\":" + asked.id() + ",\"result\":{\"action\":\"x\"}}");
      assertThat(stranger.send(reply, context())).isNull();
      assertThat(link.send(reply, context())).isNull();
      assertThat(((Message.Result) received(stream)).result().text()).contains("\"action\":\"x\"");
    }
  }

  @Test
  void aRequestThatNobodyCanTakeIsRefused() throws Exception {
    var link = probed("asks-roots");
    assertThat(text(link.request(call(link, "elicit"), context()))).contains("-32601");
  }

  @Test
  void interactiveSessionsDoNotShareAChildAtATime() throws Exception {
    probed();
    var first = open(INTERACTIVE);
    var second = open(INTERACTIVE);
    var firstPid = pid(first);
    assertThat(pid(second)).isEqualTo(firstPid);
    try (var stream = stream(first.request(call(first, "elicit"), context()))) {
      assertThat(pid(second)).isNotEqualTo(firstPid);
      assertThat(pid(first)).isEqualTo(firstPid);
      received(stream);
    }
  }

  @Test
  void callsOfAnotherPrincipalStayAwayFromAnInteractiveSession() throws Exception {
    var plain = probed();
    var link = open(INTERACTIVE);
    var shared = pid(link, contextOf("alice"));
    try (var stream = stream(link.request(call(link, "elicit"), contextOf("alice")))) {
      assertThat(pid(plain, contextOf("alice"))).isEqualTo(shared);
      assertThat(pid(plain, contextOf("bob"))).isNotEqualTo(shared);
      received(stream);
    }
  }

  @Test
  void aCallThatWasGivenUpKeepsItsChildFromOtherInteractiveSessions() throws Exception {
    probed();
    var first = open(INTERACTIVE);
    var second = open(INTERACTIVE);
    var firstPid = pid(first);
    failure(first.request(call(first, "hang"), context(Duration.ofMillis(100))));
    assertThat(pid(second)).isNotEqualTo(firstPid);
  }

  @Test
  void theChildIsToldThatClientsTakeEverything() throws Exception {
    var link = probed();
    assertThat(text(link.request(call(link, "initialize"), context())))
        .contains("\"sampling\":{}", "\"elicitation\":{\"form\":{},\"url\":{}}", "\"roots\":");
  }

  // ---- the end

  @Test
  void closingEndsTheChildAndAllItStarted() throws Exception {
    var link = probed("stubborn");
    var child = pid(link);
    var grandchildren = numbers(text(link.request(call(link, "fork"), context())));
    upstream.close();
    ChildCommands.awaitEnd(child);
    grandchildren.forEach(ChildCommands::awaitEnd);
  }

  @Test
  void aChildThatDiesLeavesNothingBehind() throws Exception {
    var link = probed();
    var child = pid(link);
    var grandchildren = numbers(text(link.request(call(link, "fork"), context())));
    ProcessHandle.of(child).orElseThrow().destroyForcibly();
    grandchildren.forEach(ChildCommands::awaitEnd);
  }

  @Test
  void aKilledGatewayLeavesNothingBehind() throws Exception {
    var gateway = new ProcessBuilder(ChildCommands.java(KilledGateway.class)).start();
    List<Long> pids;
    try (var out =
        new BufferedReader(
            new InputStreamReader(gateway.getInputStream(), StandardCharsets.UTF_8))) {
      pids = numbers(String.valueOf(out.readLine()));
      assertThat(pids).hasSize(3).allMatch(ChildCommands::runs);
      gateway.destroyForcibly();
      assertThat(gateway.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    pids.forEach(ChildCommands::awaitEnd);
  }
}

package io.portolan.gateway.core.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.Condition.Circuit;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamFailure.Throttled.Whom;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServerGuardTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final UpstreamFailure BROKEN = new UpstreamFailure.BrokenOff("reset", true);

  private static final Principal ME = principal("me");

  private final AtomicLong nanos = new AtomicLong();

  private ServerGuard guard(int calls, int waiting, Duration waitMax) {
    var settings =
        new GuardSettings(
            calls, waiting, waitMax, 2, Duration.ofSeconds(1), Duration.ofSeconds(8), 20);
    return new ServerGuard(settings, Clock.systemUTC(), nanos::get);
  }

  private static @Nullable UpstreamFailure enter(ServerGuard guard) throws InterruptedException {
    return enter(guard, ME);
  }

  private static @Nullable UpstreamFailure enter(ServerGuard guard, Principal caller)
      throws InterruptedException {
    return guard.enter(caller, Deadline.in(LONG), new Cancellation());
  }

  private static Principal principal(String subject) {
    return new Principal(TenantId.DEVELOPMENT, subject);
  }

  private static UpstreamFailure throttled(Duration retryAfter, Whom whom) {
    return new UpstreamFailure.Throttled(retryAfter, whom, "429");
  }

  private static OutboundRequest request(String method, @Nullable String name) {
    var own = OutboundRequest.own(1, method, Slice.utf8("{}"));
    return new OutboundRequest(
        1, own.message(), own.splice(), method, name, List.of(), new Cancellation());
  }

  @Test
  void theLastPlaceIsTakenAndTheNextCallIsRefused() throws Exception {
    var guard = guard(2, 0, Duration.ZERO);
    assertThat(enter(guard)).isNull();
    assertThat(enter(guard)).isNull();
    assertThat(guard.condition().callsInFlight()).isEqualTo(2);
    assertThat(enter(guard)).isInstanceOf(UpstreamFailure.Saturated.class);
    assertThat(guard.condition().refused()).isEqualTo(1);
    guard.leave();
    assertThat(enter(guard)).isNull();
  }

  @Test
  void aCallWaitsForAPlaceAndOneMoreThanMayWaitIsRefused() throws Exception {
    var guard = guard(1, 1, LONG);
    assertThat(enter(guard)).isNull();
    var waiting = new FutureTask<@Nullable UpstreamFailure>(() -> enter(guard));
    var thread = Thread.ofVirtual().start(waiting);
    Wait.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
    assertThat(enter(guard)).isInstanceOf(UpstreamFailure.Saturated.class);
    guard.leave();
    assertThat(waiting.get()).isNull();
  }

  @Test
  void aCallWaitsNoLongerThanItsDeadline() throws Exception {
    var guard = guard(1, 1, LONG);
    assertThat(enter(guard)).isNull();
    assertThat(guard.enter(ME, Deadline.in(Duration.ofMillis(20)), new Cancellation()))
        .isInstanceOf(UpstreamFailure.Saturated.class);
  }

  static List<UpstreamFailure> saysNothing() {
    return List.of(
        new UpstreamFailure.SessionLost("x"),
        new UpstreamFailure.NoMemory("x"),
        new UpstreamFailure.Saturated("x"),
        new UpstreamFailure.Cancelled("x"),
        new UpstreamFailure.Refused(400, "x"),
        new UpstreamFailure.Refused(499, "x"));
  }

  @ParameterizedTest
  @MethodSource
  void saysNothing(UpstreamFailure failure) {
    var guard = guard(9, 0, Duration.ZERO);
    for (int i = 0; i < 20; i++) {
      guard.failed(failure, ME);
    }
    assertThat(guard.condition().circuit()).isEqualTo(Circuit.CLOSED);
  }

  static List<UpstreamFailure> saysThatItIsIll() {
    return List.of(
        BROKEN,
        new UpstreamFailure.BadAnswer("x"),
        new UpstreamFailure.Unreachable("x"),
        new UpstreamFailure.TimedOut("x", true),
        new UpstreamFailure.TimedOut("x", false),
        new UpstreamFailure.Refused(500, "x"),
        new UpstreamFailure.Refused(503, "x"));
  }

  @ParameterizedTest
  @MethodSource
  void saysThatItIsIll(UpstreamFailure failure) throws Exception {
    var guard = guard(9, 0, Duration.ZERO);
    guard.failed(failure, ME);
    guard.failed(failure, ME);
    assertThat(enter(guard)).isInstanceOf(UpstreamFailure.Suspended.class);
    guard.recovered();
    assertThat(enter(guard)).isNull();
  }

  @Test
  void anErrorOfTheServerIsAnAnswer() {
    var guard = guard(9, 0, Duration.ZERO);
    guard.failed(BROKEN, ME);
    guard.answered(404);
    guard.failed(BROKEN, ME);
    assertThat(guard.condition().circuit()).isEqualTo(Circuit.CLOSED);
    guard.answered(500);
    assertThat(guard.condition().circuit()).isEqualTo(Circuit.OPEN);
  }

  @Test
  void aPauseThatWasAskedForIsKeptAndBounded() throws Exception {
    var guard = guard(9, 0, Duration.ZERO);
    guard.failed(throttled(Duration.ofSeconds(7), Whom.CALLER), ME);
    assertThat(enter(guard))
        .isInstanceOfSatisfying(
            UpstreamFailure.Throttled.class,
            throttled -> assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
    nanos.addAndGet(Duration.ofSeconds(7).toNanos());
    assertThat(enter(guard)).isNull();
    guard.failed(throttled(Duration.ofDays(7), Whom.EVERYBODY), ME);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(enter(guard)).isNull();
  }

  @Test
  void onlyWhoSentTooMuchPausesUnlessTheServerCanTakeNoMoreOfAnybody() throws Exception {
    var guard = guard(9, 0, Duration.ZERO);
    var other = principal("other");
    guard.failed(throttled(Duration.ofSeconds(7), Whom.CALLER), ME);
    assertThat(enter(guard)).isInstanceOf(UpstreamFailure.Throttled.class);
    assertThat(enter(guard, other)).isNull();
    guard.failed(throttled(Duration.ofSeconds(3), Whom.EVERYBODY), ME);
    assertThat(enter(guard, other))
        .isInstanceOfSatisfying(
            UpstreamFailure.Throttled.class,
            pause -> assertThat(pause.whom()).isEqualTo(Whom.EVERYBODY));
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(enter(guard, other)).isNull();
    assertThat(enter(guard)).isInstanceOf(UpstreamFailure.Throttled.class);
    guard.recovered();
    assertThat(enter(guard)).isNull();
  }

  @Test
  void thePausesOfSoManyCallersAreRemembered() throws Exception {
    var guard = guard(9_000, 0, Duration.ZERO);
    for (int i = 0; i <= Pauses.CALLERS_MAX; i++) {
      guard.failed(throttled(Duration.ofSeconds(7), Whom.CALLER), principal("p" + i));
    }
    assertThat(enter(guard, principal("p" + (Pauses.CALLERS_MAX - 1)))).isNotNull();
    assertThat(enter(guard, principal("p" + Pauses.CALLERS_MAX))).as("one too many").isNull();
    nanos.addAndGet(Duration.ofSeconds(7).toNanos());
    guard.failed(throttled(Duration.ofSeconds(7), Whom.CALLER), ME);
    assertThat(enter(guard)).as("those that are over made room").isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resources/read", "prompts/get", "completion/complete"})
  void aReadMayBeRepeated(String method) {
    assertThat(guard(9, 0, Duration.ZERO).mayRepeat(request(method, "x"), BROKEN)).isTrue();
  }

  @Test
  void onlyAToolThatSaysSoMayBeRepeatedOnceItWasSent() {
    var guard = guard(9, 0, Duration.ZERO);
    guard.repeatable(Set.of("safe"));
    assertThat(guard.mayRepeat(request("tools/call", "safe"), BROKEN)).isTrue();
    assertThat(guard.mayRepeat(request("tools/call", "other"), BROKEN)).isFalse();
    var unsent = new UpstreamFailure.BrokenOff("reset", false);
    assertThat(guard.mayRepeat(request("tools/call", "other"), unsent)).isTrue();
  }

  static List<UpstreamFailure> isNotRepeated() {
    return List.of(
        new UpstreamFailure.TimedOut("x", true),
        new UpstreamFailure.Refused(500, "x"),
        new UpstreamFailure.BadAnswer("x"),
        new UpstreamFailure.Saturated("x"),
        new UpstreamFailure.NoMemory("x"),
        new UpstreamFailure.Cancelled("x"));
  }

  @ParameterizedTest
  @MethodSource
  void isNotRepeated(UpstreamFailure failure) {
    var guard = guard(9, 0, Duration.ZERO);
    guard.repeatable(Set.of("safe"));
    assertThat(guard.mayRepeat(request("tools/call", "safe"), failure)).isFalse();
  }

  @Test
  void repetitionsAreAPartOfTheCalls() throws Exception {
    var guard = guard(1_000, 0, Duration.ZERO);
    var read = request("resources/read", "x");
    var saved = new ArrayList<Boolean>();
    while (guard.mayRepeat(read, BROKEN)) {
      saved.add(true);
    }
    assertThat(saved).as("what was saved up").hasSize(10);
    for (int i = 0; i < 25; i++) {
      assertThat(enter(guard)).isNull();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(guard.mayRepeat(read, BROKEN)).isTrue();
    }
    assertThat(guard.mayRepeat(read, BROKEN)).as("20 of 100").isFalse();
    assertThat(guard.condition().repeated()).isEqualTo(15);
  }
}

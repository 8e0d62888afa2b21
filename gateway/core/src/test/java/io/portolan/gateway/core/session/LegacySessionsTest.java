package io.portolan.gateway.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.session.LegacySessions.Finding;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sessions whose ids outlive the gateway that issued them, and how many there may be. */
class LegacySessionsTest {
  private static final Principal ALICE = new Principal(new TenantId("acme"), "alice");
  private static final Principal BOB = new Principal(new TenantId("acme"), "bob");
  private static final Route ALL = new Route.Federated();
  private static final LegacySessions.LinkListener NOBODY = (_, _, _) -> {};

  private final SecureRandom random = new SecureRandom();
  private final SessionKey key = SessionKey.random(random);
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-01T00:00:00Z"));

  /** A run of the gateway with this test's key and clock. */
  private LegacySessions run(SessionLimits limits, Duration evictableAfter) {
    var ticking =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now.get();
          }
        };
    return new LegacySessions(
        limits, LegacySessions.Sealing.inMemory(key, random, ticking), random, evictableAfter);
  }

  private LegacySessions run() {
    return run(SessionLimits.DEFAULT, Duration.ZERO);
  }

  private static SessionOpening opening(String capabilities) {
    return new SessionOpening(
        ProtocolVersion.V2025_06_18, Slice.utf8(capabilities), Slice.utf8("{\"name\":\"c\"}"));
  }

  private static LegacySession open(LegacySessions sessions, Principal principal) {
    return ((Finding.Found) sessions.open(principal, ALL, opening("{\"roots\":{}}"), NOBODY))
        .session();
  }

  private static Finding find(LegacySessions sessions, String id, Principal principal) {
    return sessions.find(id, principal, ALL, NOBODY);
  }

  private static LegacySession found(LegacySessions sessions, String id, Principal principal) {
    return ((Finding.Found) find(sessions, id, principal)).session();
  }

  @Test
  void anotherRunWithTheSameKeyGoesOn() {
    var id = open(run(), ALICE).identity().id();
    var after = run();
    var session = found(after, id, ALICE);
    assertThat(session.identity().id()).isEqualTo(id);
    assertThat(session.version()).isEqualTo(ProtocolVersion.V2025_06_18);
    assertThat(session.identity().opening()).isEqualTo(opening("{\"roots\":{}}"));
    assertThat(found(after, id, ALICE)).isSameAs(session);
    assertThat(after.count()).isOne();
  }

  @Test
  void anotherKeyKnowsNothing() {
    var id = open(run(), ALICE).identity().id();
    var other =
        new LegacySessions(
            SessionLimits.DEFAULT,
            LegacySessions.Sealing.inMemory(SessionKey.random(random), random, Clock.systemUTC()),
            random);
    assertThat(find(other, id, ALICE)).isInstanceOf(Finding.Unknown.class);
  }

  @Test
  void aSessionIsItsPrincipalsAtItsRouteOnly() {
    var first = run();
    var id = open(first, ALICE).identity().id();
    for (var sessions : new LegacySessions[] {first, run()}) {
      assertThat(find(sessions, id, BOB)).isInstanceOf(Finding.Unknown.class);
      assertThat(find(sessions, id, new Principal(new TenantId("other"), "alice")))
          .isInstanceOf(Finding.Unknown.class);
      assertThat(sessions.find(id, ALICE, new Route.Single("a"), NOBODY))
          .isInstanceOf(Finding.Unknown.class);
      assertThat(find(sessions, id, ALICE)).isInstanceOf(Finding.Found.class);
    }
  }

  @Test
  void whatEndedWhereItWasOpenedIsNotOpenedAgain() {
    var sessions = run();
    var session = open(sessions, ALICE);
    sessions.end(session);
    assertThat(find(sessions, session.identity().id(), ALICE)).isInstanceOf(Finding.Unknown.class);
    assertThat(sessions.count(ALICE)).isZero();
  }

  @Test
  void whatEndedElsewhereIsNotOpenedAgainThere() {
    var id = open(run(), ALICE).identity().id();
    var after = run();
    after.end(found(after, id, ALICE));
    assertThat(find(after, id, ALICE)).isInstanceOf(Finding.Unknown.class);
    assertThat(after.count()).isZero();
  }

  @Test
  void anIdIsGoodUntilItExpires() {
    var limits = SessionLimits.DEFAULT.withTimes(Duration.ofHours(1), Duration.ofHours(24));
    var id = open(run(limits, Duration.ZERO), ALICE).identity().id();
    now.updateAndGet(at -> at.plus(Duration.ofHours(24)).minusMillis(1));
    assertThat(find(run(limits, Duration.ZERO), id, ALICE)).isInstanceOf(Finding.Found.class);
    now.updateAndGet(at -> at.plusMillis(1));
    assertThat(find(run(limits, Duration.ZERO), id, ALICE)).isInstanceOf(Finding.Unknown.class);
  }

  @Test
  void aSessionThatSaysTooMuchOfItselfLivesInOneRun() {
    var large = opening("{\"x\":\"" + "a".repeat(SessionSeal.OPENING_BYTES_MAX) + "\"}");
    var first = run();
    var id = ((Finding.Found) first.open(ALICE, ALL, large, NOBODY)).session().identity().id();
    assertThat(found(first, id, ALICE).identity().opening()).isEqualTo(large);
    assertThat(find(run(), id, ALICE)).isInstanceOf(Finding.Unknown.class);
  }

  @Test
  void theNumbersOfASessionThatGoesOnWereNeverUsed() {
    var before = open(run(), ALICE);
    before.standalone().append(Payload.of("1"));
    var old = before.standalone().last();
    now.updateAndGet(at -> at.plusMillis(1));
    var session = found(run(), before.identity().id(), ALICE);
    assertThat(session.standalone().last()).isGreaterThan(old);
    assertThat(session.newStream().number()).isGreaterThan(before.newStream().number());
    session.standalone().append(Payload.of("2"));
    var batch = session.standalone().poll(session.standalone().takeOver(), old);
    assertThat(batch.frames()).as("what came since is all there is").hasSize(1);
    assertThat(SessionStream.parse(session.standalone().eventId(session.standalone().last())))
        .isNotNull();
  }

  @Test
  void ofManyThatAskForItAtOnceAllGetTheSameSession() throws Exception {
    var id = open(run(), ALICE).identity().id();
    var after = run();
    Callable<LegacySession> ask = () -> found(after, id, ALICE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = threads.invokeAll(IntStream.range(0, 50).mapToObj(_ -> ask).toList());
      var first = all.getFirst().get();
      for (var one : all) {
        assertThat(one.get()).isSameAs(first);
      }
    }
    assertThat(after.count()).isOne();
    assertThat(after.count(ALICE)).isOne();
  }

  @Test
  void closingEndsNoIds() {
    var sessions = run();
    var id = open(sessions, ALICE).identity().id();
    sessions.close();
    assertThat(sessions.count()).isZero();
    assertThat(find(run(), id, ALICE)).isInstanceOf(Finding.Found.class);
  }

  @Test
  void aPrincipalMayHaveSoManySessionsAndOthersAsMany() {
    var sessions = run(SessionLimits.DEFAULT.withSessions(10, 2), Duration.ofHours(1));
    open(sessions, ALICE);
    open(sessions, ALICE);
    assertThat(sessions.open(ALICE, ALL, opening("{}"), NOBODY))
        .isEqualTo(new Finding.TooMany(Limit.SESSIONS_PER_PRINCIPAL, 2));
    open(sessions, BOB);
    open(sessions, BOB);
    assertThat(sessions.count()).isEqualTo(4);
  }

  @Test
  void theSessionLeftUnusedLongestMakesRoomForTheSamePrincipal() {
    var sessions = run(SessionLimits.DEFAULT.withSessions(10, 2), Duration.ZERO);
    var first = open(sessions, ALICE);
    var used = open(sessions, ALICE);
    used.enter();
    var third = open(sessions, ALICE);
    assertThat(first.closed()).isTrue();
    assertThat(sessions.all()).containsExactlyInAnyOrder(used, third);
    third.enter();
    assertThat(sessions.open(ALICE, ALL, opening("{}"), NOBODY))
        .as("all are in use")
        .isEqualTo(new Finding.TooMany(Limit.SESSIONS_PER_PRINCIPAL, 2));
  }

  @Test
  void nobodyLosesASessionToSomebodyElse() {
    var sessions = run(SessionLimits.DEFAULT.withSessions(2, 2), Duration.ZERO);
    open(sessions, ALICE);
    open(sessions, ALICE);
    assertThat(sessions.open(BOB, ALL, opening("{}"), NOBODY))
        .isEqualTo(new Finding.TooMany(Limit.SESSIONS, 2));
    assertThat(sessions.count(ALICE)).isEqualTo(2);
  }

  @Test
  void whatGoesOnCountsAgainstTheLimits() {
    var before = run();
    var one = open(before, ALICE).identity().id();
    var two = open(before, ALICE).identity().id();
    var after = run(SessionLimits.DEFAULT.withSessions(10, 1), Duration.ofHours(1));
    found(after, one, ALICE);
    assertThat(find(after, two, ALICE))
        .isEqualTo(new Finding.TooMany(Limit.SESSIONS_PER_PRINCIPAL, 1));
  }

  @Test
  void tooManyEndedSessionsAreForgottenTogetherWithAllOlderOnes() {
    var store = new InMemorySessionStore(1, Clock.systemUTC(), 10);
    var far = Long.MAX_VALUE;
    for (int i = 0; i <= 10; i++) {
      store.ended(sealed(i), far);
    }
    assertThat(store.mayBeServed(sealed(0))).as("forgotten, and as old as that").isFalse();
    assertThat(store.mayBeServed(sealed(10))).as("remembered").isFalse();
    assertThat(store.mayBeServed(sealed(11))).isTrue();
    assertThat(store.mayBeServed(new SealedSession(99, 2, 1, ALICE, ALL, null)))
        .as("as old as what was forgotten")
        .isFalse();
  }

  private static SealedSession sealed(int number) {
    return new SealedSession(number, 2, number, ALICE, ALL, null);
  }

  @Test
  void aPrincipalReadsSoManyStreamsAtATimeAndNoMore() {
    var limits = SessionLimits.DEFAULT.withStreams(4, 2);
    var sessions = run(limits, Duration.ZERO);
    var one = open(sessions, ALICE);
    var two = open(sessions, ALICE);
    assertThat(one.startReading(limits)).isTrue();
    assertThat(two.startReading(limits)).isTrue();
    assertThat(two.startReading(limits)).isFalse();
    assertThat(open(sessions, BOB).startReading(limits)).isTrue();
    one.stopReading();
    assertThat(two.startReading(limits)).isTrue();
  }
}

package io.portolan.gateway.core.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.session.LegacySession.Beginning;
import io.portolan.gateway.core.session.LegacySessions.Finding;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wire;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LegacySessionTest {
  private static final LegacySessions.LinkListener NOBODY = (_, _, _) -> {};
  private static final Route FEDERATED = new Route.Federated();

  private final LegacySessions sessions = sessions(SessionLimits.DEFAULT);
  private final LegacySession session = open(sessions);
  private final ScriptedServer server = new ScriptedServer("a", Era.LEGACY);

  private static LegacySession open(LegacySessions sessions) {
    var opened = tryOpen(sessions);
    if (opened == null) {
      throw new AssertionError("no session");
    }
    return opened;
  }

  private static LegacySessions sessions(SessionLimits limits) {
    var random = new SecureRandom();
    var sealing =
        LegacySessions.Sealing.inMemory(SessionKey.random(random), random, Clock.systemUTC());
    return new LegacySessions(limits, sealing, random, Duration.ZERO);
  }

  private static @Nullable LegacySession tryOpen(LegacySessions sessions) {
    var opening =
        new SessionOpening(
            ProtocolVersion.LATEST_LEGACY,
            Slice.utf8("{\"sampling\":{},\"roots\":{\"listChanged\":true}}"),
            Slice.utf8("{\"name\":\"an-editor\",\"version\":\"1.2.3\"}"));
    return sessions.open(Principal.ANONYMOUS, FEDERATED, opening, NOBODY)
            instanceof Finding.Found(var session)
        ? session
        : null;
  }

  private UpstreamLink link() throws Exception {
    return session.links().get("a", server, Deadline.in(Duration.ofSeconds(30)));
  }

  private static Slice id(int number) {
    return Slice.utf8(Integer.toString(number));
  }

  /** What is allocated to make a session is at least what it keeps. */
  @Test
  void anIdleSessionTakesLessThanOneAndAHalfKibibyte() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var many = sessions(SessionLimits.DEFAULT);
    var first = open(many); // loads the classes
    var ids = new String[1_000];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i + first.identity().id();
    }
    var opening = first.identity().opening();
    var memory = new ReplayMemory(0);
    var before = threads.getCurrentThreadAllocatedBytes();
    for (var id : ids) {
      var own =
          new LegacySession.Identity(
              id,
              first.identity().principal(),
              first.identity().route(),
              new SessionOpening(
                  opening.version(),
                  Slice.of(opening.capabilities().toBytes()),
                  Slice.of(opening.clientInfo().toBytes())));
      many.admit(new LegacySession(own, new InMemorySessionState(), memory, NOBODY));
    }
    var each = (threads.getCurrentThreadAllocatedBytes() - before) / ids.length;
    var idBytes = first.identity().id().length() + 32;
    assertThat(each + idBytes).as("bytes allocated for a session").isLessThan(1_536);
  }

  @Test
  void aRequestIdIsUnderWayOnce() {
    assertThat(session.begin(id(1))).isInstanceOf(Beginning.Begun.class);
    assertThat(session.begin(id(1))).isInstanceOf(Beginning.SameId.class);
    assertThat(session.begin(Slice.utf8("\"1\""))).isInstanceOf(Beginning.Begun.class);
    session.end(id(1), requireNonNull(session.inFlight(id(1))));
    assertThat(session.begin(id(1))).isInstanceOf(Beginning.Begun.class);
  }

  @Test
  void soManyRequestsMayBeUnderWayAndNoMore() {
    for (int i = 0; i < 1_024; i++) {
      assertThat(session.begin(id(i))).isInstanceOf(Beginning.Begun.class);
    }
    assertThat(session.begin(id(1_024))).isInstanceOf(Beginning.TooMany.class);
  }

  @Test
  void soManyRequestsOfServersMayBePendingAndNoMore() throws Exception {
    for (int i = 0; i < 1_024; i++) {
      assertThat(session.expect(link(), id(i), null)).isPositive();
    }
    assertThat(session.expect(link(), id(9), null)).isZero();
    session.lost("a", link());
    assertThat(session.expect(link(), id(9), null))
        .as("what a lost link asked is gone")
        .isPositive();
  }

  @Test
  void whatAServerTakesBackIsNotAnsweredAnyMore() throws Exception {
    var number = session.expect(link(), id(5), id(6));
    assertThat(session.pending(number)).isNotNull();
    assertThat(session.takenBack(link(), id(4))).isZero();
    assertThat(session.takenBack(link(), id(5))).isEqualTo(number);
    assertThat(session.answered(number)).isNull();
  }

  @Test
  void ofTooManyStreamsOneThatHasEndedIsForgotten() {
    var first = session.newStream();
    var second = session.newStream();
    second.append(Payload.of("1"));
    second.end();
    for (int i = 0; i < 63; i++) {
      session.newStream();
    }
    assertThat(session.stream(first.number())).isSameAs(first);
    assertThat(session.stream(second.number())).isNull();
    session.newStream();
    assertThat(session.keeps(first)).as("none has ended: the oldest goes").isFalse();
    assertThat(first.ended()).as("but it goes on").isFalse();
    assertThat(sessions.replayBytes()).isZero();
  }

  @Test
  void aSessionThatEndsFreesWhatItKept() throws Exception {
    var stream = session.newStream();
    stream.append(Payload.of("1"));
    session.standalone().append(Payload.of("2"));
    var begun = (Beginning.Begun) session.begin(id(1));
    var link = link();
    assertThat(sessions.replayBytes()).isPositive();
    sessions.end(session);
    assertThat(sessions.replayBytes()).isZero();
    assertThat(begun.request().cancellation().isCancelled()).isTrue();
    assertThat(server.open()).as(link.toString()).isZero();
    assertThat(sessions.find(session.identity().id(), Principal.ANONYMOUS, FEDERATED, NOBODY))
        .isInstanceOf(Finding.Unknown.class);
    var late = session.newStream();
    late.append(Payload.of("3"));
    assertThat(session.keeps(late)).isFalse();
  }

  @Test
  void aSessionThatIsUsedDoesNotExpire() {
    var quick = sessions(SessionLimits.DEFAULT.withTimes(Duration.ofNanos(1), Duration.ofHours(1)));
    var used = open(quick);
    var idle = open(quick);
    used.enter();
    quick.expire();
    assertThat(quick.all()).containsExactly(used);
    assertThat(idle.closed()).isTrue();
    used.leave();
    quick.expire();
    assertThat(quick.count()).isZero();
  }

  @Test
  void soManySessionsMayBeOpenAndNoMore() {
    var few = sessions(SessionLimits.DEFAULT.withSessions(2, 2));
    var first = open(few);
    var second = open(few);
    first.enter();
    second.enter();
    assertThat(tryOpen(few)).as("both are in use").isNull();
    few.end(first);
    few.end(first);
    assertThat(tryOpen(few)).isNotNull();
    assertThat(few.count()).isEqualTo(2);
  }

  @Test
  void subscriptionsAreRememberedByServer() {
    var all = session.subscriptions();
    all.note("a", Wire.request("resources/subscribe", "{\"uri\":\"x\"}"));
    all.note("a", Wire.request("resources/subscribe", "{\"uri\":\"y\"}"));
    all.note("b", Wire.request("resources/subscribe", "{\"uri\":\"z\"}"));
    all.note("a", Wire.request("resources/unsubscribe", "{\"uri\":\"x\"}"));
    all.note("a", Wire.request("tools/call", "{\"uri\":\"no\"}"));
    assertThat(all.of("a")).containsExactly("y");
    assertThat(all.of("b")).containsExactly("z");
    assertThat(all.of("c")).isEmpty();
  }
}

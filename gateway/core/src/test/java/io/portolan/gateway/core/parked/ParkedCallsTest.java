package io.portolan.gateway.core.parked;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.parked.ParkedCalls.Claim;
import io.portolan.gateway.core.parked.ParkedCalls.Refusal;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TraceContext;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParkedCallsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Slice DIGEST = Slice.of(new byte[32]);
  private static final Principal ME = Principal.ANONYMOUS;
  private static final Principal OTHER = new Principal(TenantId.DEVELOPMENT, "other");

  /** Stands still until it is moved. */
  private static final class Still extends Clock {
    private Instant now = Instant.parse("2026-07-28T00:00:00Z");

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
      return now;
    }
  }

  private final KeptBytes kept = new KeptBytes(1_000);
  private final Still clock = new Still();
  private final StateKey key = StateKey.random(RANDOM);
  private final ParkedCalls calls = parked(new ParkedCalls.Limits(3, 4, 5, PATIENCE));

  private ParkedCalls parked(ParkedCalls.Limits limits) {
    return new ParkedCalls(limits, key, RANDOM, clock);
  }

  private Conversation call(Principal principal) {
    return call(principal, new ScriptedServer("old", Era.LEGACY));
  }

  private Conversation call(Principal principal, ScriptedServer upstream) {
    var name = upstream.definition().name();
    var server = new Server(name, name, upstream, Health.UP, Instant.EPOCH, "", null);
    var context =
        new CallContext(principal, Deadline.in(Duration.ofSeconds(30)), TraceContext.start());
    return new Conversation(server, Declared.NOTHING, context, "", 100, kept);
  }

  private String park(Principal principal) {
    return Objects.requireNonNull(calls.park(call(principal), DIGEST));
  }

  private static Claim refused(Refusal why) {
    return new Claim.Refused(why);
  }

  @Test
  void aCallIsHandedOutOnce() {
    var call = call(ME);
    var state = Objects.requireNonNull(calls.park(call, DIGEST));
    assertThat(calls.claim(state, ME, DIGEST)).isEqualTo(new Claim.GoOn(call));
    assertThat(calls.claim(state, ME, DIGEST)).isEqualTo(refused(Refusal.USED));
    assertThat(calls.count()).isZero();
  }

  @Test
  void oneOfManyRetriesAtATimeWins() throws Exception {
    var state = park(ME);
    Callable<Claim> claim = () -> calls.claim(state, ME, DIGEST);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var claims =
          threads.invokeAll(IntStream.range(0, 50).mapToObj(_ -> claim).toList()).stream()
              .map(Future::resultNow)
              .toList();
      assertThat(claims).filteredOn(each -> each instanceof Claim.GoOn).hasSize(1);
    }
  }

  @Test
  void aStateIsOfOnePrincipalAndOneRequest() {
    var state = park(ME);
    assertThat(calls.claim(state, OTHER, DIGEST)).isEqualTo(refused(Refusal.FOREIGN));
    assertThat(calls.claim(state, new Principal(new TenantId("elsewhere"), ME.subject()), DIGEST))
        .isEqualTo(refused(Refusal.FOREIGN));
    assertThat(calls.claim(state, ME, Slice.of(new byte[] {1})))
        .isEqualTo(refused(Refusal.OTHER_REQUEST));
    assertThat(calls.claim(state + "A", ME, DIGEST)).isEqualTo(refused(Refusal.FORGED));
    assertThat(calls.claim(state, ME, DIGEST)).isInstanceOf(Claim.GoOn.class);
  }

  @Test
  void aStateIsGoodUntilItsTimeAndNotAtIt() {
    var early = park(ME);
    var late = park(ME);
    clock.now = clock.now.plus(PATIENCE).minusMillis(1);
    assertThat(calls.claim(early, ME, DIGEST)).isInstanceOf(Claim.GoOn.class);
    clock.now = clock.now.plusMillis(1);
    assertThat(calls.claim(late, ME, DIGEST)).isEqualTo(refused(Refusal.EXPIRED));
    assertThat(calls.count()).isZero();
  }

  @Test
  void whatNobodyAsksForExpiresToo() {
    park(ME);
    calls.expire();
    assertThat(calls.count()).isEqualTo(1);
    clock.now = clock.now.plus(PATIENCE);
    calls.expire();
    assertThat(calls.count()).isZero();
  }

  @Test
  void aPrincipalHasItsShareAndLosesItsOldestBeyondIt() {
    var states = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      states.add(park(ME));
    }
    assertThat(calls.count()).isEqualTo(3);
    states.add(park(ME));
    assertThat(calls.count()).isEqualTo(3);
    assertThat(calls.claim(states.getFirst(), ME, DIGEST)).isEqualTo(refused(Refusal.CROWDED_OUT));
    assertThat(calls.claim(states.getLast(), ME, DIGEST)).isInstanceOf(Claim.GoOn.class);
  }

  @Test
  void whenAllIsTakenAPrincipalMakesRoomOnlyAmongItsOwn() {
    var mine = park(ME);
    for (int i = 0; i < 3; i++) {
      park(OTHER);
    }
    var third = new Principal(TenantId.DEVELOPMENT, "third");
    park(third);
    assertThat(calls.count()).isEqualTo(5);
    assertThat(calls.park(call(new Principal(TenantId.DEVELOPMENT, "fourth")), DIGEST)).isNull();
    assertThat(calls.park(call(third), DIGEST)).isNotNull();
    assertThat(calls.count()).isEqualTo(5);
    assertThat(calls.claim(mine, ME, DIGEST)).isInstanceOf(Claim.GoOn.class);
  }

  @Test
  void aStateOfAnotherProcessNamesItsOwnerEvenWhereTheKeyIsShared() {
    var state = park(ME);
    var other = parked(new ParkedCalls.Limits(3, 4, 5, PATIENCE));
    assertThat(other.claim(state, ME, DIGEST)).isEqualTo(refused(Refusal.OWNER_GONE));
    assertThat(other.claim(state, OTHER, DIGEST)).isEqualTo(refused(Refusal.FOREIGN));
    assertThat(other.claim(other.callAgain(ME, DIGEST), ME, DIGEST))
        .isEqualTo(new Claim.CallAgain());
    assertThat(calls.claim(other.callAgain(ME, DIGEST), ME, DIGEST))
        .as("nothing is held, so any process will do")
        .isEqualTo(new Claim.CallAgain());
  }

  /** What waits at a server must not take all the places there are for calls to it. */
  @Test
  void ofCallsToOneServerSoManyWaitAndNoMore() {
    var few = parked(new ParkedCalls.Limits(100, 4, 2, 100, PATIENCE));
    var elsewhere = new ScriptedServer("elsewhere", Era.LEGACY);
    var first = Objects.requireNonNull(few.park(call(ME), DIGEST));
    assertThat(few.park(call(ME), DIGEST)).isNotNull();
    assertThat(few.park(call(OTHER), DIGEST)).as("nothing of its own to give up").isNull();
    assertThat(few.park(call(OTHER, elsewhere), DIGEST)).isNotNull();
    assertThat(few.park(call(ME), DIGEST)).isNotNull();
    assertThat(few.count()).isEqualTo(3);
    assertThat(few.claim(first, ME, DIGEST)).isEqualTo(refused(Refusal.CROWDED_OUT));
  }

  /** Each call that waits there keeps one of a server's few children busy. */
  @Test
  void ofCallsToOneServersChildrenFewerWait() {
    var large = parked(new ParkedCalls.Limits(100, 2, 100, PATIENCE));
    var one = child("one");
    var other = child("other");
    var first = Objects.requireNonNull(large.park(call(ME, one), DIGEST));
    large.park(call(ME, other), DIGEST);
    large.park(call(OTHER, one), DIGEST);
    var second = Objects.requireNonNull(large.park(call(ME, one), DIGEST));
    assertThat(large.count()).isEqualTo(4);
    large.park(call(ME, one), DIGEST);
    assertThat(large.count()).isEqualTo(4);
    assertThat(large.claim(first, ME, DIGEST)).isEqualTo(refused(Refusal.CROWDED_OUT));
    assertThat(large.claim(second, ME, DIGEST)).isInstanceOf(Claim.GoOn.class);
  }

  private static ScriptedServer child(String name) {
    return new ScriptedServer(
        new ServerDefinition.Stdio(
            name,
            "never-started",
            List.of(),
            Map.of(),
            new ServerDefinition.WorkingDirectory.Inherited(),
            Duration.ofSeconds(30)),
        Era.LEGACY);
  }

  /** The request is held as long as its call waits. */
  @Test
  void whatWaitsTakesRoomUntilItIsOver() {
    var large = parked(new ParkedCalls.Limits(100, 4, 100, PATIENCE));
    var first = Objects.requireNonNull(large.park(call(ME), DIGEST));
    for (int i = 1; i < 10; i++) {
      assertThat(large.park(call(ME), DIGEST)).isNotNull();
    }
    assertThat(large.park(call(ME), DIGEST)).as("no room").isNull();
    assertThat(large.claim(first, ME, DIGEST)).isInstanceOf(Claim.GoOn.class);
    assertThat(large.park(call(ME), DIGEST)).isNotNull();
    large.close();
    assertThat(kept.bytes()).isZero();
  }

  @Test
  void closingGivesAllUp() {
    var call = call(ME);
    calls.park(call, DIGEST);
    calls.close();
    calls.close();
    assertThat(calls.count()).isZero();
  }
}

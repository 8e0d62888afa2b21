package io.portolan.gateway.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinksTest {
  private final ScriptedServer server = new ScriptedServer("a", Era.LEGACY);
  private final CountDownLatch opening = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger listened = new AtomicInteger();

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30));
  }

  private Links links(Links.OpenListener listener) {
    return new Links(Principal.ANONYMOUS, SessionOpening.GATEWAY, listener);
  }

  /** Opening takes until the test says so, the first time. */
  private Links slow() {
    return links(
        (_, _) -> {
          if (listened.getAndIncrement() == 0) {
            opening.countDown();
            release.await();
          }
        });
  }

  private UpstreamLink get(Links links, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    return links.get("a", server, deadline);
  }

  private static FutureTask<UpstreamLink> started(Callable<UpstreamLink> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }

  @Test
  void ofFiftyCallersOneOpensAndAllGetTheSameLink() throws Exception {
    var links = links((_, _) -> {});
    Callable<UpstreamLink> work = () -> get(links, soon());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var got = threads.invokeAll(Stream.generate(() -> work).limit(50).toList());
      assertThat(got.stream().map(task -> task.resultNow()).distinct()).hasSize(1);
    }
    assertThat(server.opened()).isEqualTo(1);
  }

  @Test
  void aFailureIsToldAndNotKept() throws Exception {
    var links = links((_, _) -> {});
    server.down();
    assertThatThrownBy(() -> get(links, soon())).isInstanceOf(UpstreamUnavailable.class);
    server.up();
    assertThat(get(links, soon())).isNotNull();
  }

  @Test
  void aLostLinkIsOpenedAgain() throws Exception {
    var links = links((_, _) -> {});
    var first = get(links, soon());
    links.lost("a", first);
    var second = get(links, soon());
    assertThat(second).isNotSameAs(first);
    links.lost("a", first); // late news of the first one
    assertThat(get(links, soon())).isSameAs(second);
  }

  @Test
  void whoWaitsForASlowOpenerWaitsUntilItsOwnDeadlineOnly() throws Exception {
    var links = slow();
    var opener = started(() -> get(links, soon()));
    Wait.on(opening);
    assertThatThrownBy(() -> get(links, Deadline.in(Duration.ofMillis(5))))
        .isInstanceOfSatisfying(
            UpstreamUnavailable.class,
            e -> assertThat(e.failure()).isInstanceOf(UpstreamFailure.TimedOut.class));
    release.countDown();
    assertThat(opener.get()).isSameAs(get(links, soon()));
  }

  @Test
  void anOpenerThatIsInterruptedTakesNobodyWithIt() throws Exception {
    var links = slow();
    var opener = new FutureTask<>(() -> get(links, soon()));
    var thread = Thread.ofVirtual().start(opener);
    Wait.on(opening);
    var waiter = started(() -> get(links, soon()));
    thread.interrupt();
    assertThat(waiter.get()).isNotNull();
    assertThatThrownBy(opener::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(server.opened()).isEqualTo(2);
    assertThat(server.open()).as("the half-opened link was closed").isEqualTo(1);
  }

  @Test
  void aLinkThatWasOpenedWhileTheSessionEndedIsClosed() throws Exception {
    var links = slow();
    var opener = started(() -> get(links, soon()));
    Wait.on(opening);
    links.close();
    release.countDown();
    assertThatThrownBy(opener::get).hasCauseInstanceOf(UpstreamUnavailable.class);
    assertThat(server.open()).isZero();
  }

  @Test
  void aSessionThatHasEndedOpensNothing() throws Exception {
    var links = links((_, _) -> {});
    var link = get(links, soon());
    links.close();
    links.close();
    assertThatThrownBy(() -> get(links, soon())).isInstanceOf(UpstreamUnavailable.class);
    assertThat(links.open()).isEmpty();
    assertThat(server.open()).as(link.toString()).isZero();
    assertThat(server.opened()).isEqualTo(1);
  }

  @Test
  void aListenerThatFailsClosesTheLink() {
    var links =
        links(
            (_, _) -> {
              throw new IllegalStateException("a bug, made for this test");
            });
    assertThatThrownBy(() -> get(links, soon())).isInstanceOf(IllegalStateException.class);
    assertThat(server.open()).isZero();
    assertThat(links.open()).isEmpty();
  }
}

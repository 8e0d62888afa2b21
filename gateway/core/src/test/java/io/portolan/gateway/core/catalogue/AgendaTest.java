package io.portolan.gateway.core.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wait;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgendaTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration NOW = Duration.ofNanos(1);
  private static final Set<ListKind> TOOLS = Set.of(ListKind.TOOLS);

  private final Agenda agenda = new Agenda();

  @Test
  void whoRefreshesAServerThatIsDownDoesNotWait() throws Exception {
    agenda.refresh(TOOLS, LONG);
    agenda.connect();
    agenda.disconnect();
    agenda.refresh(TOOLS, LONG);
  }

  @Test
  void whoRefreshesWaitsUntilTheCatalogueShowsIt() throws Exception {
    agenda.connect();
    var done = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> refresh(done));
    var due = (Agenda.Due.Relist) agenda.next(LONG);
    assertThat(due.kinds()).isEqualTo(TOOLS);
    assertThat(done.getCount()).isEqualTo(1);
    agenda.relisted(due.upTo());
    Wait.on(done);
  }

  @Test
  void aRefreshThatComesWhileListingIsNotAnsweredByThatListing() throws Exception {
    agenda.connect();
    agenda.stale(TOOLS);
    var first = (Agenda.Due.Relist) agenda.next(LONG);
    var done = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> refresh(done));
    var second = (Agenda.Due.Relist) agenda.next(LONG);
    agenda.relisted(first.upTo());
    assertThat(done.getCount()).isEqualTo(1);
    agenda.relisted(second.upTo());
    Wait.on(done);
  }

  @Test
  void whoWaitsIsLetGoWhenTheServerIsLost() throws Exception {
    agenda.connect();
    var done = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> refresh(done));
    assertThat(agenda.next(LONG)).isInstanceOf(Agenda.Due.Relist.class);
    agenda.disconnect();
    Wait.on(done);
  }

  private void refresh(CountDownLatch done) {
    try {
      agenda.refresh(TOOLS, LONG);
      done.countDown();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void theLossOfAnOldConnectionMeansNothingToTheNewOne() throws Exception {
    var old = agenda.connect();
    var now = agenda.connect();
    agenda.lost(old);
    assertThat(agenda.next(NOW)).isInstanceOf(Agenda.Due.Check.class);
    agenda.lost(now);
    assertThat(agenda.next(NOW)).isInstanceOf(Agenda.Due.Leave.class);
  }

  @Test
  void changesAreGatheredAndSaidOnce() throws Exception {
    agenda.connect();
    agenda.stale(TOOLS);
    agenda.stale(Set.of(ListKind.PROMPTS));
    agenda.stale(TOOLS);
    var due = (Agenda.Due.Relist) agenda.next(LONG);
    assertThat(due.kinds()).containsExactlyInAnyOrder(ListKind.TOOLS, ListKind.PROMPTS);
    assertThat(agenda.next(NOW)).isInstanceOf(Agenda.Due.Check.class);
  }

  @Test
  void aCheckEndsAPauseEarlyButNotAtOnce() throws Exception {
    agenda.check();
    var since = System.nanoTime();
    agenda.awaitRetry(Duration.ofMillis(20), LONG);
    assertThat(System.nanoTime() - since).isGreaterThanOrEqualTo(20_000_000);
  }

  @Test
  void closingEndsEveryWait() throws Exception {
    agenda.connect();
    agenda.close();
    agenda.awaitRetry(LONG, LONG);
    agenda.refresh(TOOLS, LONG);
    assertThat(agenda.next(LONG)).isInstanceOf(Agenda.Due.Leave.class);
  }
}

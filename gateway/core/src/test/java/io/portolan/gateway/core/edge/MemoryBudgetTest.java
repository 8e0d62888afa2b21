package io.portolan.gateway.core.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MemoryBudgetTest {
  private final LimitCounts counts = new LimitCounts();
  private final MemoryBudget budget = new MemoryBudget(100, counts);

  /** Runs while another exchange has taken so many bytes. */
  private void besides(long bytes, Runnable action) throws InterruptedException {
    var has = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    var other =
        Thread.ofVirtual()
            .start(
                () ->
                    budget.during(
                        () -> {
                          assertThat(MemoryBudget.take(bytes)).isTrue();
                          has.countDown();
                          try {
                            done.await();
                          } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                          }
                        }));
    try {
      has.await();
      action.run();
    } finally {
      done.countDown();
      other.join();
    }
  }

  @Test
  void whatFitsIsTakenAndOneByteMoreIsNot() throws Exception {
    besides(
        60,
        () ->
            budget.during(
                () -> {
                  assertThat(MemoryBudget.take(41)).isFalse();
                  assertThat(MemoryBudget.take(40)).isTrue();
                  assertThat(MemoryBudget.take(1)).isFalse();
                  assertThat(budget.taken()).isEqualTo(100);
                }));
    assertThat(budget.taken()).isZero();
    assertThat(counts.of(Limit.MEMORY)).isEqualTo(2);
  }

  @Test
  void whatIsLargerThanTheBudgetFitsAlone() throws Exception {
    budget.during(
        () -> {
          assertThat(MemoryBudget.take(150)).isTrue();
          assertThat(MemoryBudget.take(150)).isTrue();
        });
    besides(1, () -> budget.during(() -> assertThat(MemoryBudget.take(150)).isFalse()));
    assertThat(budget.taken()).isZero();
  }

  /** So many large answers of one server leave room for the small ones of the others. */
  @Test
  void whatIsLargeLeavesTheLastEighthToWhatIsNot() throws Exception {
    var ordinary = 4L << 20;
    var large = new MemoryBudget(8 * ordinary, counts);
    large.during(
        () -> {
          assertThat(MemoryBudget.take(6 * ordinary)).isTrue();
          large.during(
              () -> {
                assertThat(MemoryBudget.take(ordinary + 1)).isFalse();
                assertThat(MemoryBudget.take(ordinary)).isTrue();
                assertThat(MemoryBudget.take(1)).isFalse();
              });
          large.during(() -> assertThat(MemoryBudget.take(ordinary)).isTrue());
          assertThat(large.taken()).isEqualTo(6 * ordinary);
        });
    assertThat(large.taken()).isZero();
    assertThat(counts.of(Limit.MEMORY)).isEqualTo(2);
  }

  @Test
  void whatIsTakenIsGivenBackWhateverHappens() {
    try {
      budget.during(
          () -> {
            MemoryBudget.take(100);
            throw new IllegalStateException("made for this test");
          });
    } catch (IllegalStateException _) {
      assertThat(budget.taken()).isZero();
    }
  }

  @Test
  void outsideOfAnExchangeNothingIsCounted() {
    assertThat(MemoryBudget.take(1_000)).isTrue();
    assertThat(budget.taken()).isZero();
  }
}

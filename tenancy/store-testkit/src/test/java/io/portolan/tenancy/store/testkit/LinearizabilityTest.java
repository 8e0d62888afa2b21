package io.portolan.tenancy.store.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.store.testkit.Operation.Ending;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
  private static Operation<Long> read(long value, long invoked, long returned) {
    return new Operation<>(
        "read " + value,
        invoked,
        returned,
        Ending.ANSWERED,
        state -> state == value ? Optional.of(state) : Optional.empty());
  }

  private static Operation<Long> write(long value, long invoked, long returned) {
    return new Operation<>(
        "write " + value, invoked, returned, Ending.ANSWERED, _ -> Optional.of(value));
  }

  private static Operation<Long> swap(long expected, long value, long invoked, long returned) {
    return new Operation<>(
        "swap " + expected + " " + value,
        invoked,
        returned,
        Ending.ANSWERED,
        state -> state == expected ? Optional.of(value) : Optional.empty());
  }

  private static Operation<Long> unanswered(Operation<Long> operation) {
    return new Operation<>(
        operation.text(),
        operation.invokedNanos(),
        Long.MAX_VALUE,
        Ending.UNKNOWN,
        operation.effect());
  }

  private static boolean holds(List<Operation<Long>> history) {
    return Linearizability.holds(0L, history);
  }

  @Test
  void operationsAtOnceMayComeInAnyOrder() {
    assertThat(holds(List.of(write(1, 0, 10), write(2, 1, 9), read(1, 11, 12)))).isTrue();
    assertThat(holds(List.of(write(1, 0, 10), write(2, 1, 9), read(2, 11, 12)))).isTrue();
    assertThat(holds(List.of(write(1, 0, 10), read(0, 1, 2), read(1, 3, 4)))).isTrue();
  }

  @Test
  void aStaleReadIsFound() {
    assertThat(holds(List.of(write(1, 0, 1), read(0, 2, 3)))).isFalse();
    assertThat(holds(List.of(write(1, 0, 10), read(1, 1, 2), read(0, 3, 4)))).isFalse();
  }

  @Test
  void aLostUpdateIsFound() {
    assertThat(holds(List.of(swap(0, 1, 0, 5), swap(0, 2, 1, 6)))).isFalse();
  }

  @Test
  void whatNobodyWroteIsFound() {
    assertThat(holds(List.of(write(1, 0, 10), read(3, 1, 2)))).isFalse();
  }

  @Test
  void anUnknownOperationMayHaveHappenedLateOrNever() {
    var unknown = unanswered(write(1, 0, 1));
    assertThat(holds(List.of(unknown, read(0, 2, 3)))).isTrue();
    assertThat(holds(List.of(unknown, read(0, 2, 3), read(1, 4, 5)))).isTrue();
    assertThat(holds(List.of(unknown, read(1, 2, 3), read(0, 4, 5)))).isFalse();
  }

  @Test
  void aWindowPastTheBoundIsRefused() {
    assertThat(holds(Collections.nCopies(12, read(0, 1, 2)))).isTrue();
    var tooMany = Collections.nCopies(13, read(0, 1, 2));
    assertThatThrownBy(() -> holds(tooMany)).isInstanceOf(IllegalArgumentException.class);
  }
}

package io.portolan.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProcStatTest {
  private static final String AFTER_NAME =
      " S 41 42 42 0 -1 4194304 99 0 0 0 130 24 7 2 20 0 1 0 151064 3133440 348 18446744073709551615";

  @Test
  void timesOfAProcessAndOfItsEndedChildrenAreTold() {
    var stat = ProcStat.parse("43 (nginx)" + AFTER_NAME);
    assertThat(stat).isEqualTo(new ProcStat(43, 41, 154, 9));
  }

  @Test
  void aNameMayHoldSpacesAndParentheses() {
    assertThat(ProcStat.parse("43 (a) S 1 (b c)" + AFTER_NAME))
        .isEqualTo(new ProcStat(43, 41, 154, 9));
  }

  @Test
  void anythingElseIsRefused() {
    assertThatThrownBy(() -> ProcStat.parse("nonsense"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aProcessThatIsNotThereIsEmpty() {
    assertThat(ProcStat.of(Long.MAX_VALUE)).isEmpty();
  }
}

package io.portolan.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessTreeTest {

  @Test
  void cpuTimeOfADescendantIsCountedWhileItRuns() throws Exception {
    // The inner shell burns CPU; `cat` keeps the outer one alive and idle.
    var shell =
        new ProcessBuilder(List.of("sh", "-c", "sh -c 'while :; do :; done' & cat; kill $!"))
            .start();
    try {
      var tree = ProcessTree.of(shell.pid());
      var start = System.nanoTime();
      while (tree.cpuMicros() < 200_000) {
        assertThat(System.nanoTime() - start).isLessThan(60_000_000_000L);
        Thread.onSpinWait();
      }
      assertThat(tree.residentKib()).isPositive();
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  @Test
  void residentMemoryOfThisProcessIsThatOfAJvm() {
    assertThat(ProcessTree.of(ProcessHandle.current().pid()).residentKib())
        .isBetween(10L << 10, 64L << 20);
  }

  @Test
  void nothingToAccountForReadsZero() {
    assertThat(ProcessTree.none().exists()).isFalse();
    assertThat(ProcessTree.none().cpuMicros()).isZero();
    assertThat(ProcessTree.of(Long.MAX_VALUE).residentKib()).isZero();
  }
}

package io.portolan.mcp.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.mcp.kit.wire.EventLog.Event;
import io.portolan.mcp.kit.wire.EventLog.Next;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void aReaderGetsWhatCameAfterItsPlace() throws Exception {
    var log = new EventLog(10, 1_000);
    log.append("a");
    log.append("b");
    log.append("c");
    assertThat(log.poll(log.attach(), 1, NOW))
        .isEqualTo(new Next.Events(List.of(new Event(2, "b"), new Event(3, "c")), false));
  }

  @Test
  void theOldestEventsGoAtTheBoundAndTheNewestStays() throws Exception {
    var log = new EventLog(2, 1_000);
    for (var text : List.of("a", "b", "c")) {
      log.append(text);
    }
    assertThat(log.poll(log.attach(), 0, NOW))
        .isEqualTo(new Next.Events(List.of(new Event(2, "b"), new Event(3, "c")), false));

    var small = new EventLog(10, 3);
    small.append("aa");
    small.append("bbbbbb");
    assertThat(small.poll(small.attach(), 0, NOW))
        .isEqualTo(new Next.Events(List.of(new Event(2, "bbbbbb")), false));
  }

  @Test
  void nothingFollowsTheLastEvent() throws Exception {
    var log = new EventLog(10, 1_000);
    log.complete("end");
    log.append("too late");
    var reader = log.attach();
    assertThat(log.poll(reader, 0, NOW))
        .isEqualTo(new Next.Events(List.of(new Event(1, "end")), true));
    assertThat(log.poll(reader, 1, NOW)).isEqualTo(new Next.Ended());
  }

  @Test
  void aLaterReaderSendsTheEarlierOneAway() throws Exception {
    var log = new EventLog(10, 1_000);
    var first = log.attach();
    var second = log.attach();
    assertThat(log.poll(first, 0, LONG)).isEqualTo(new Next.Detached());
    assertThat(log.poll(second, 0, NOW)).isEqualTo(new Next.Idle());
  }

  @Test
  void aWaitingReaderIsWoken() throws Exception {
    var log = new EventLog(10, 1_000);
    var reader = log.attach();
    Thread.ofVirtual().start(() -> log.append("late"));
    assertThat(log.poll(reader, 0, LONG))
        .isEqualTo(new Next.Events(List.of(new Event(1, "late")), false));
  }
}

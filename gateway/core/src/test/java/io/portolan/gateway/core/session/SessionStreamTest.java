package io.portolan.gateway.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SessionStreamTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ReplayMemory memory = new ReplayMemory(1 << 20);
  private final SessionStream stream = new SessionStream(3, memory);

  private static Payload message(long number) {
    return Payload.of("{\"n\":" + number + "}");
  }

  /** The numbers of the messages in frames. */
  private static List<Long> numbers(List<Payload> frames) {
    return frames.stream()
        .map(Payload::toString)
        .filter(text -> text.contains("{\"n\":"))
        .map(text -> Long.parseLong(text.replaceAll("(?s).*\\{\"n\":(\\d+)}.*", "$1")))
        .toList();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  /**
   * Property: however writing, reading, hanging up and coming back interleave, the client has read
   * each message once and in order.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void whoComesBackAgainAndAgainReadsEachMessageOnceAndInOrder(long seed) {
    var random = new SplittableRandom(seed);
    var read = new ArrayList<Long>();
    var position = 0L;
    var written = 0L;
    var token = stream.takeOver();
    for (int step = 0; step < 5_000; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> stream.append(message(++written));
        case 2 -> stream.prime();
        case 3 -> {
          var batch = stream.poll(token, position);
          read.addAll(numbers(batch.frames()));
          position = batch.last();
        }
        default -> {
          var old = token;
          token = stream.takeOver();
          assertThat(stream.poll(old, position).frames()).isEmpty();
          assertThat(stream.poll(old, position).over()).isTrue();
        }
      }
    }
    stream.end();
    var rest = stream.poll(token, position);
    read.addAll(numbers(rest.frames()));
    assertThat(rest.over()).isTrue();
    assertThat(read).isEqualTo(upTo(written));
  }

  @Test
  void aReaderThatWaitsGetsAllThatWritersWriteInTheOrderOfTheirIds() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var token = stream.takeOver();
      var read =
          threads.submit(
              () -> {
                var count = 0L;
                var last = 0L;
                while (true) {
                  var batch = stream.await(token, last, LONG);
                  assertThat(batch.last()).isEqualTo(last + batch.frames().size());
                  last = batch.last();
                  count += batch.frames().size();
                  if (batch.over() && batch.frames().isEmpty()) {
                    return count;
                  }
                }
              });
      for (int i = 0; i < 200; i++) {
        stream.append(message(i));
      }
      stream.end();
      assertThat(read.get()).isEqualTo(200);
    }
  }

  @Test
  void whoIsDisplacedStopsWaiting() throws Exception {
    var token = stream.takeOver();
    var displaced = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                if (stream.await(token, 0, LONG).over()) {
                  displaced.countDown();
                }
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
    stream.takeOver();
    Wait.on(displaced);
    assertThat(stream.isConsumer(token)).isFalse();
  }

  @Test
  void aWaitEndsWhenPatienceDoes() throws Exception {
    var batch = stream.await(stream.takeOver(), 0, Duration.ofMillis(2));
    assertThat(batch.frames()).isEmpty();
    assertThat(batch.over()).isFalse();
  }

  @Test
  void theNewestEventsAreKeptAndNoMore() {
    for (int i = 1; i <= 257; i++) {
      stream.append(message(i));
    }
    assertThat(numbers(stream.poll(stream.takeOver(), 0).frames()))
        .isEqualTo(upTo(257).subList(1, 257));
  }

  @Test
  void anEventLargerThanTheBoundIsKeptAlone() {
    var roomy = new SessionStream(1, new ReplayMemory(1L << 40));
    roomy.append(message(1));
    roomy.append(Payload.of("\"" + "x".repeat(5 << 20) + "\""));
    var frames = roomy.poll(roomy.takeOver(), 0).frames();
    assertThat(frames).hasSize(1);
    assertThat(frames.getFirst().length()).isGreaterThan(5 << 20);
  }

  @Test
  void whenAllSessionsTogetherKeepTooMuchEachKeepsItsNewestEvent() {
    var small = new ReplayMemory(1_000);
    var one = new SessionStream(1, small);
    var two = new SessionStream(2, small);
    for (int i = 1; i <= 100; i++) {
      one.append(message(i));
      two.append(message(i));
    }
    assertThat(numbers(one.poll(one.takeOver(), 0).frames())).endsWith(100L).hasSizeLessThan(40);
    assertThat(small.bytes()).isLessThan(2_000);
    one.discard();
    two.discard();
    assertThat(small.bytes()).isZero();
  }

  @Test
  void whatIsKeptHoldsOnToNoLargeBuffer() {
    var buffer = new byte[1 << 16];
    buffer[100] = '7';
    stream.append(Payload.of(new Slice(buffer, 100, 101)));
    var kept = stream.poll(stream.takeOver(), 0).frames().getFirst();
    assertThat(kept.parts().stream().mapToInt(part -> part.array().length).sum())
        .isEqualTo(kept.length());
  }

  @Test
  void nothingIsAddedAfterTheEnd() {
    stream.append(message(1));
    stream.end();
    stream.append(message(2));
    assertThat(numbers(stream.poll(stream.takeOver(), 0).frames())).containsExactly(1L);
    stream.discard();
    stream.append(message(3));
    assertThat(memory.bytes()).isZero();
    assertThat(stream.endedForNanos()).isPositive();
  }

  @Test
  void anEventIdNamesItsStreamAndPlace() {
    assertThat(SessionStream.parse(stream.eventId(7))).isEqualTo(new SessionStream.Position(3, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "1", "-1", "1-", "a-1", "1-1-1", "-1-1", "1--1", "9999999999999999999-1"})
  void anEventIdThatIsNotOursNamesNothing(String id) {
    assertThat(SessionStream.parse(id)).isNull();
  }
}

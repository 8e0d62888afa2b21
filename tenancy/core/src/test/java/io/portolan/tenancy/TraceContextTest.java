package io.portolan.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  @Test
  void eachStartedTraceIsWellFormedSampledAndItsOwn() {
    var started = IntStream.range(0, 1000).mapToObj(_ -> TraceContext.start()).toList();

    assertThat(started)
        .doesNotHaveDuplicates()
        .allMatch(trace -> trace.traceparent().matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
    assertThat(started.stream().map(TraceContext::traceId)).doesNotHaveDuplicates();
  }

  @Test
  void aReceivedTraceIsKeptAsItIs() {
    var received = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    assertThat(TraceContext.parse(received)).contains(new TraceContext(received));
    assertThat(new TraceContext(received).traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x"
      })
  void whatIsNotWellFormedIsNoTrace(String received) {
    assertThat(TraceContext.parse(received)).isEmpty();
  }
}

package io.portolan.gateway.http.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.CallRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.006Z"));

  private static AccessEntry entry(String tool) {
    var call = new CallRecord("tools/call", "s", tool, null, "modern", CallRecord.Outcome.OK);
    return new AccessEntry("POST", null, call, 200, 1_234_567, 10, 20);
  }

  @Test
  void aLineIsWrittenSoon() {
    var out = new ByteArrayOutputStream();
    try (var log = AccessLog.to(out, CLOCK)) {
      log.start();
      log.add(entry("t"));
    }

    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            {"ts":"2026-01-02T03:04:05.006Z","http":"POST","method":"tools/call",\
            "server":"s","tool":"t","era":"modern","outcome":"ok","status":200,\
            "ms":1.234,"bytes_in":10,"bytes_out":20}
            """);
  }

  @Test
  void aLongValueIsCutOff() {
    var out = new ByteArrayOutputStream();
    try (var log = AccessLog.to(out, CLOCK)) {
      log.start();
      log.add(entry("\u0001".repeat(10_000)));
    }

    assertThat(out.toString(UTF_8)).contains("\"" + "\\u0001".repeat(256) + "\"");
  }

  @Test
  void noLineIsLostAtTheEnd() {
    var out = new ByteArrayOutputStream();
    try (var log = AccessLog.to(out, CLOCK)) {
      log.start();
      for (int i = 0; i < 2000; i++) {
        log.add(entry("t" + i));
      }
    }

    assertThat(out.toString(UTF_8).lines()).hasSize(2000);
  }

  @Test
  void anOutputThatNobodyReadsDropsLinesAndHoldsNobodyUp() throws Exception {
    var reading = new CountDownLatch(1);
    var stuck =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException();
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            try {
              reading.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    try (var log = AccessLog.to(stuck, CLOCK)) {
      log.start();
      for (int i = 0; i < 30_000; i++) {
        log.add(entry("t"));
      }

      assertThat(log.dropped()).isPositive();
      reading.countDown();
    }
  }

  @Test
  void aFileStartsAnewWhenItIsFullAndTwoOldOnesAreKept(@TempDir Path dir) throws IOException {
    var file = dir.resolve("access.log");
    try (var rotating = RotatingFile.open(file, 10)) {
      for (var text : new String[] {"aaaaaa", "bbbb", "cccccc", "dddddd", "eeeeee"}) {
        rotating.write(text.getBytes(UTF_8));
      }
    }

    assertThat(file).hasContent("eeeeee");
    assertThat(dir.resolve("access.log.1")).hasContent("dddddd");
    assertThat(dir.resolve("access.log.2")).hasContent("cccccc");
    try (var files = Files.list(dir)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void aFileIsContinuedAfterARestart(@TempDir Path dir) throws IOException {
    var file = dir.resolve("access.log");
    for (int i = 0; i < 2; i++) {
      try (var log = AccessLog.toFile(file, CLOCK)) {
        log.start();
        log.add(entry("t"));
      }
    }

    assertThat(Files.readAllLines(file)).hasSize(2);
  }
}

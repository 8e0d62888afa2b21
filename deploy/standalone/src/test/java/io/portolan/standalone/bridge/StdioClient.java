package io.portolan.standalone.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client on stdio, with the bridge it talks to. */
final class StdioClient implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final OutputStream toBridge;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread bridging;
  private final Pipe output;
  private volatile @Nullable Throwable failure;

  StdioClient(BridgeOptions options) throws IOException {
    var input = Pipe.open();
    output = Pipe.open();
    toBridge = Channels.newOutputStream(input.sink());
    var bridge =
        new StdioBridge(
            options,
            Channels.newInputStream(input.source()),
            Channels.newOutputStream(output.sink()));
    bridging =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    bridge.run();
                  } catch (IOException | InterruptedException | RuntimeException e) {
                    failure = e;
                  }
                });
    var reader =
        new BufferedReader(
            new InputStreamReader(
                Channels.newInputStream(output.source()), StandardCharsets.UTF_8));
    Thread.ofVirtual().start(() -> reader.lines().forEach(lines::add));
  }

  void send(String line) throws IOException {
    toBridge.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    toBridge.flush();
  }

  /** The next line from the bridge. */
  String next() throws InterruptedException {
    var line = lines.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(line).as("a line from the bridge").isNotNull();
    return line;
  }

  boolean isSilent() {
    return lines.isEmpty();
  }

  /** Stops reading what the bridge writes. */
  void stopReading() throws IOException {
    output.source().close();
  }

  /** Closes the client's side and waits for the bridge to end. */
  void end() throws IOException, InterruptedException {
    toBridge.close();
    assertThat(bridging.join(DEADLINE)).as("the bridge ends").isTrue();
    assertThat(failure).isNull();
  }

  @Override
  public void close() throws IOException {
    toBridge.close();
    bridging.interrupt();
  }
}

package io.portolan.e2e.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.e2e.process.Repository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/**
 * A child process that speaks MCP with one tool, play, and misbehaves in the one way its argument
 * names: from the start, or once it is called. Whatever it does is bounded.
 */
public final class BadChild {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final int SPAM_LINES = 200_000;
  private static final int FORKS = 40;
  private static final long LINE_BYTES = 2L << 30;

  /** In which way. */
  public enum Way {
    /** Ends as soon as it is started. */
    EXITS_AT_ONCE,
    /** Ends when it is called. */
    EXITS_WHEN_CALLED,
    /** Writes a flood to standard error before it answers. */
    SPAMS_STDERR,
    /** Writes lines that are no messages before it answers. */
    WRITES_GARBAGE,
    /** Starts forty processes that outlive it, unless somebody ends them. */
    FORKS,
    /** Does not end when it is asked to, or when its input ends. */
    IGNORES_SIGTERM,
    /** Answers with a line of two gibibytes. */
    ENDLESS_LINE;

    /** The name of the server that behaves so. */
    public String server() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Way way;
  private final PrintStream out = new PrintStream(System.out, false, UTF_8);

  private BadChild(Way way) {
    this.way = way;
  }

  /** The command line that starts it. */
  public static List<String> command(Way way) {
    return List.of(
        Repository.java().toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx32m",
        "-cp",
        Path.of("target/test-classes").toAbsolutePath().toString(),
        BadChild.class.getName(),
        way.name());
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    new BadChild(Way.valueOf(arguments[0])).run();
  }

  private void run() throws IOException, InterruptedException {
    if (way == Way.EXITS_AT_ONCE) {
      System.err.println("no licence");
      System.exit(7);
    }
    if (way == Way.IGNORES_SIGTERM) {
      Runtime.getRuntime().addShutdownHook(new Thread(BadChild::stay));
    }
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      receive(line);
    }
    if (way == Way.IGNORES_SIGTERM) {
      stay();
    }
  }

  private static void stay() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive(String line) throws IOException {
    var method = METHOD.matcher(line);
    var id = ID.matcher(line);
    if (!method.find() || !id.find()) {
      return;
    }
    switch (method.group(1)) {
      case "initialize" ->
          answer(
              id.group(1),
              "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                  + "\"serverInfo\":{\"name\":\"bad\",\"version\":\"1\"}}");
      case "tools/list" ->
          answer(
              id.group(1),
              "{\"tools\":[{\"name\":\"play\",\"inputSchema\":{\"type\":\"object\"}}]}");
      case "ping" -> answer(id.group(1), "{}");
      case "tools/call" -> called(id.group(1));
      default ->
          send(
              "{\"jsonrpc\":\"2.0\",\"id\":"
                  + id.group(1)
                  + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}");
    }
  }

  private void called(String id) throws IOException {
    switch (way) {
      case EXITS_WHEN_CALLED -> System.exit(9);
      case SPAMS_STDERR -> {
        for (int i = 0; i < SPAM_LINES; i++) {
          System.err.println("warning " + i + ": this is the child's standard error");
        }
      }
      case WRITES_GARBAGE -> {
        send("Listening on stdio...");
        send("{\"jsonrpc\":\"2.0\",\"id\":");
        send("\u0000\u0001\u0002");
        send("{\"jsonrpc\":\"2.0\",\"id\":\"nobody asked\",\"result\":{}}");
      }
      case FORKS -> {
        for (int i = 0; i < FORKS; i++) {
          new ProcessBuilder("sleep", "300").start();
        }
      }
      case ENDLESS_LINE -> {
        var part = "x".repeat(1 << 20).getBytes(UTF_8);
        for (long sent = 0; sent < LINE_BYTES && !out.checkError(); sent += part.length) {
          out.write(part, 0, part.length);
        }
      }
      case EXITS_AT_ONCE, IGNORES_SIGTERM -> {}
    }
    answer(id, "{\"content\":[]}");
  }

  private void answer(String id, String result) {
    send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
  }

  private void send(String line) {
    out.println(line);
    out.flush();
  }
}

package io.portolan.gateway.upstream.stdio;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A small MCP server for tests, run as a child process. Each tool is one way to behave. */
public final class ChildServer {
  private static final Pattern ID = Pattern.compile("\"id\":(\"[^\"]*\"|\\d+)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final Pattern NAME = Pattern.compile("\"name\":\"([^\"]+)\"");
  private static final Pattern TOKEN = Pattern.compile("\"progressToken\":(\"[^\"]*\"|\\d+)");
  private static final Pattern URI = Pattern.compile("\"uri\":\"([^\"]+)\"");
  private static final Set<String> SUBSCRIBED = new TreeSet<>();
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private static final AtomicInteger REVERSE = new AtomicInteger();

  private static List<String> flags = List.of();
  private static String initialize = "";
  private static @Nullable String waiting; // the call that waits for the answer to its request
  private static boolean modernOnly;

  private ChildServer() {}

  public static void main(String[] args) throws Exception {
    flags = List.of(args);
    if (flags.contains("fail")) {
      System.err.println("cannot start: no licence");
      System.exit(7);
    }
    if (flags.contains("stubborn")) {
      Runtime.getRuntime().addShutdownHook(new Thread(ChildServer::forever));
    }
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      receive(line);
    }
    if (flags.contains("stubborn")) {
      forever();
    }
  }

  private static void receive(String line) throws IOException {
    var method = find(METHOD, line);
    var id = find(ID, line);
    if (method == null) {
      answered(line);
      return;
    }
    switch (method) {
      case "server/discover" -> discover(id);
      case "initialize" -> initialize(id, line);
      case "ping" -> result(id, "{}");
      case "tools/call" -> call(id, String.valueOf(find(NAME, line)), line);
      case "notifications/initialized" -> {
        if (flags.contains("asks-roots")) {
          send("{\"jsonrpc\":\"2.0\",\"id\":\"roots\",\"method\":\"roots/list\"}");
        }
      }
      case "resources/subscribe" -> {
        SUBSCRIBED.add(String.valueOf(find(URI, line)));
        result(id, "{}");
      }
      case "resources/unsubscribe" -> {
        SUBSCRIBED.remove(String.valueOf(find(URI, line)));
        result(id, "{}");
      }
      case "notifications/cancelled" -> System.err.println("cancelled " + line);
      default -> {
        if (id != null) {
          error(id, -32601, "unknown method " + method);
        }
      }
    }
  }

  private static void discover(@Nullable String id) {
    if (flags.contains("dies-on-discover")) {
      System.exit(2);
    }
    if (flags.contains("modern") || flags.contains("dual-locked") || flags.contains("dual")) {
      modernOnly = flags.contains("dual-locked");
      result(id, "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}");
    } else if (!flags.contains("silent-on-discover")) {
      error(id, -32601, "Method not found");
    }
  }

  private static void initialize(@Nullable String id, String line) {
    if (flags.contains("modern") || modernOnly) {
      error(id, -32022, "the initialize handshake is not accepted");
      return;
    }
    initialize = line;
    result(
        id,
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
            + "\"serverInfo\":{\"name\":\"child\",\"version\":\"1\"}}");
  }

  private static void call(@Nullable String id, String tool, String line) throws IOException {
    var token = find(TOKEN, line);
    switch (tool) {
      case "echo" -> result(id, "{\"echo\":true}");
      case "pid" -> result(id, "{\"pid\":" + ProcessHandle.current().pid() + "}");
      case "line" -> result(id, line);
      case "initialize" -> result(id, initialize);
      case "env" -> result(id, "{\"env\":\"" + System.getenv("CHILD_TEST") + "\"}");
      case "cwd" -> result(id, "{\"cwd\":\"" + System.getProperty("user.dir") + "\"}");
      case "hang" -> waiting = null;
      case "progress" -> {
        for (int i = 1; i <= 3; i++) {
          send(
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{"
                  + "\"progressToken\":"
                  + token
                  + ",\"progress\":"
                  + i
                  + "}}");
        }
        result(id, "{\"done\":true}");
      }
      case "log" -> {
        send(
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
                + "\"params\":{\"level\":\"info\",\"data\":1}}");
        result(id, "{}");
      }
      case "news" -> {
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
        result(id, "{}");
      }
      case "update" -> {
        for (var uri : SUBSCRIBED) {
          send(
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                  + "\"params\":{\"uri\":\""
                  + uri
                  + "\"}}");
        }
        result(id, "{}");
      }
      case "elicit" -> {
        waiting = id;
        send(
            "{\"jsonrpc\":\"2.0\",\"id\":"
                + REVERSE.incrementAndGet()
                + ",\"method\":\"elicitation/create\",\"params\":{\"message\":\"sure?\"}}");
      }
      case "garbage" -> {
        OUT.println("starting up...");
        OUT.println("{\"level\":\"info\"}");
        OUT.println();
        result(id, "{}");
      }
      case "long" -> {
        OUT.print("x".repeat(3 << 20));
        OUT.flush();
      }
      case "stderr" -> {
        for (int i = 0; i < 20_000; i++) {
          System.err.println("noise " + i + " " + "n".repeat(100));
        }
        result(id, "{}");
      }
      case "die" -> {
        System.err.println("Traceback: out of cheese");
        System.exit(3);
      }
      case "batch" ->
          send(
              "[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},"
                  + "{\"jsonrpc\":\"2.0\",\"id\":"
                  + id
                  + ",\"result\":{}}]");
      case "wrong-id" -> {
        send("{\"jsonrpc\":\"2.0\",\"id\":987654,\"result\":{}}");
        result(id, "{\"right\":1}");
      }
      case "deaf" -> {
        result(id, "{}");
        forever();
      }
      case "fork" -> result(id, "{\"pids\":" + fork() + "}");
      default -> error(id, -32602, "unknown tool " + tool);
    }
  }

  /** Two processes that ignore what they can: one stays in the group, one leaves it. */
  private static List<Long> fork() throws IOException {
    var script = "trap '' TERM HUP INT; while :; do sleep 1; done";
    var inside = new ProcessBuilder("/bin/sh", "-c", script).start();
    var outside = new ProcessBuilder(OwnGroup.wrap(List.of("/bin/sh", "-c", script))).start();
    return List.of(inside.pid(), outside.pid());
  }

  private static void answered(String line) {
    if (line.contains("\"id\":\"roots\"")) {
      System.err.println("roots answered: " + line);
    } else if (waiting != null) {
      var call = waiting;
      waiting = null;
      result(call, "{\"answer\":" + line + "}");
    }
  }

  private static void forever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable String find(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    return matcher.find() ? matcher.group(1) : null;
  }

  private static void result(@Nullable String id, String result) {
    send("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
  }

  private static void error(@Nullable String id, int code, String message) {
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":"
            + id
            + ",\"error\":{\"code\":"
            + code
            + ",\"message\":\""
            + message
            + "\"}}");
  }

  private static void send(String line) {
    OUT.println(line);
  }
}

package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Throws mutations of known texts at everything that reads what others send. Nothing may come out
 * but the declared exceptions, nothing may take long, and what is accepted must survive being
 * rewritten. Bounded by rounds; {@code -Dportolan.fuzz.seconds} runs it longer, {@code
 * -Dportolan.fuzz.seed} starts elsewhere.
 */
class WireFuzzTest {
  private static final long SEED = Long.getLong("portolan.fuzz.seed", 1);
  private static final long SECONDS = Long.getLong("portolan.fuzz.seconds", 0);
  private static final int ROUNDS = 20_000;
  private static final Duration ROUND_MAX = Duration.ofSeconds(5);
  private static final int EVENT_BYTES_MAX = 4_096;
  private static final byte[][] TELLING = telling();

  /** What is thrown at. */
  enum Target {
    INBOUND,
    OUTBOUND,
    EVENTS,
    HEADERS,
    SCHEMAS
  }

  @ParameterizedTest
  @EnumSource
  void nothingButTheDeclaredExceptionsComesOut(Target target) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(120 + 2 * SECONDS), () -> run(target, corpus(target)));
  }

  private static void run(Target target, List<byte[]> corpus) {
    var random = new SplittableRandom(SEED);
    var until = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    for (long round = 0; round < ROUNDS || System.nanoTime() < until; round++) {
      var input = mutate(corpus, random);
      var started = System.nanoTime();
      try {
        throwAt(target, input, random);
      } catch (Exception | StackOverflowError | AssertionError e) {
        throw new AssertionError(
            "seed %d, round %d, input (Base64) %s"
                .formatted(SEED, round, Base64.getEncoder().encodeToString(input)),
            e);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .as("seed %d, round %d", SEED, round)
          .isLessThan(ROUND_MAX);
      if (corpus.size() < 2_000 && input.length < 2_048 && random.nextInt(10) == 0) {
        corpus.add(input); // mutations of mutations go further
      }
    }
  }

  private static void throwAt(Target target, byte[] input, SplittableRandom random)
      throws Exception {
    switch (target) {
      case INBOUND -> message(new MessageReader(JsonLimits.INBOUND), input);
      case OUTBOUND -> message(new MessageReader(JsonLimits.OUTBOUND), input);
      case EVENTS -> events(input);
      case HEADERS -> headers(input, random);
      case SCHEMAS -> schema(input);
    }
  }

  private static void message(MessageReader reader, byte[] input) throws Exception {
    Message message;
    try {
      message = reader.read(Slice.of(input));
    } catch (MalformedMessage e) {
      assertThat(e).hasMessageMatching("(?s)(Not JSON|Message refused|Invalid request): .+");
      return;
    }
    var hop = Slice.utf8("\"hop\"");
    var splice = new Splice(message.bytes());
    switch (message) {
      case Message.Request request -> splice.replace(request.id(), hop);
      case Message.Result result -> splice.replace(result.id(), hop);
      case Message.Notification _, Message.Failure _ -> {}
    }
    var frame = SseFrame.message(null, splice.apply()).join().toBytes();
    var event = requireNonNull(new SseReader(new ByteArrayInputStream(frame), 1 << 24).next());
    var again = reader.read(event.data());
    assertThat(again.getClass()).isEqualTo(message.getClass());
    if (again instanceof Message.Request request) {
      assertThat(request.id()).isEqualTo(hop);
      ModernGate.check(TestHeaders.of(), request);
    }
  }

  private static void events(byte[] input) {
    var reader = new SseReader(new ByteArrayInputStream(input), EVENT_BYTES_MAX);
    var total = 0;
    try {
      for (var event = reader.next(); event != null; event = reader.next()) {
        assertThat(event.data().length()).isLessThanOrEqualTo(EVENT_BYTES_MAX);
        assertThat(event.type()).isNotEmpty();
        total += event.data().length();
      }
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("stream ended inside an event|.*longer than 4096 bytes");
    }
    assertThat(total).isLessThanOrEqualTo(input.length);
  }

  private static void headers(byte[] input, SplittableRandom random) throws Exception {
    var value = new String(input, StandardCharsets.ISO_8859_1);
    HeaderText.decode(value)
        .ifPresent(text -> assertThat(HeaderText.decode(HeaderText.encode(text))).hasValue(text));
    var headers = TestHeaders.of("MCP-Protocol-Version", "2026-07-28");
    headers.with("Mcp-Method", random.nextBoolean() ? "tools/call" : value).with("Mcp-Name", value);
    var body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
            + JsonText.encode(HeaderText.decode(value).orElse("x"))
            + ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    var request = (Message.Request) new MessageReader(JsonLimits.INBOUND).read(Slice.utf8(body));
    ModernGate.eraOf(headers, request);
    ModernGate.check(headers, request);
  }

  private static void schema(byte[] input) {
    Slice schema;
    try {
      schema = JsonCheck.value(Slice.of(input), JsonLimits.OUTBOUND);
    } catch (MalformedJson _) {
      return;
    }
    if (ParamHeaders.read(schema) instanceof ParamHeaders.Reading.Valid(var params)) {
      var made = TestHeaders.of().with(params.produce(schema));
      assertThat(params.check(made, schema)).isEqualTo(HeaderCheck.OK);
    }
  }

  private static List<byte[]> corpus(Target target) {
    var texts = new ArrayList<byte[]>();
    switch (target) {
      case INBOUND, OUTBOUND -> {
        for (var version : new String[] {"2025-03-26", "2025-11-25", "2026-07-28"}) {
          Corpus.files("golden/" + version, ".in.json").forEach(f -> texts.add(Corpus.bytes(f)));
        }
        Corpus.files("corpus/json", ".json").forEach(f -> texts.add(Corpus.bytes(f)));
      }
      case EVENTS -> Corpus.files("corpus/sse", ".sse").forEach(f -> texts.add(Corpus.bytes(f)));
      case HEADERS -> {
        for (var value : new String[] {"echo", "=?base64?SGVsbG8=?=", " a b ", "=?base64??=", ""}) {
          texts.add(value.getBytes(StandardCharsets.UTF_8));
        }
      }
      case SCHEMAS -> {
        texts.add(
            ("{\"a\":\"v\",\"b\":4.2e1,\"properties\":{\"a\":{\"type\":\"string\","
                    + "\"x-mcp-header\":\"A\"},\"b\":{\"type\":\"integer\",\"x-mcp-header\":\"B\"},"
                    + "\"properties\":{\"properties\":{\"a\":{\"type\":\"string\","
                    + "\"x-mcp-header\":\"C\"}}}},\"allOf\":[{\"items\":{\"type\":\"array\"}}]}")
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  private static byte[] mutate(List<byte[]> corpus, SplittableRandom random) {
    var bytes = corpus.get(random.nextInt(corpus.size()));
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      var at = random.nextInt(bytes.length + 1);
      var to = Math.min(bytes.length, at + random.nextInt(1, 12));
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> joined(bytes, at, at, TELLING[random.nextInt(TELLING.length)]);
            case 1 -> joined(bytes, at, to, TELLING[random.nextInt(TELLING.length)]);
            case 2 -> joined(bytes, at, to, new byte[0]);
            case 3 -> joined(bytes, at, Math.min(bytes.length, at + 1), one(random));
            case 4 -> joined(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            default -> {
              var other = corpus.get(random.nextInt(corpus.size()));
              var from = random.nextInt(other.length + 1);
              var piece = Math.min(other.length, from + random.nextInt(60));
              yield joined(bytes, at, at, Arrays.copyOfRange(other, from, piece));
            }
          };
    }
    return bytes;
  }

  private static byte[] one(SplittableRandom random) {
    return new byte[] {(byte) random.nextInt(256)};
  }

  private static byte[] joined(byte[] bytes, int from, int to, byte[] piece) {
    var result = new byte[from + piece.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(piece, 0, result, from, piece.length);
    System.arraycopy(bytes, to, result, from + piece.length, bytes.length - to);
    return result;
  }

  private static byte[][] telling() {
    var texts =
        new String[] {
          "{",
          "}",
          "[",
          "]",
          "\"",
          ":",
          ",",
          "\\",
          "\\u",
          "\\ud83d",
          "\\u0000",
          "null",
          "-",
          "1e",
          "0",
          "\n",
          "\r",
          "\r\n",
          "\n\n",
          "\r\r",
          "data:",
          "id:",
          "retry: 9",
          "event:",
          "\ufeff",
          "\u0000",
          "\u4e16",
          "\"id\":1,",
          "\"params\":{},",
          "\"result\":",
          "\"_meta\":{},",
          "\"x-mcp-header\":",
          "=?base64?",
          "?=",
          "[[[[[[[[[[[[[[[[",
          "{\"a\":{\"a\":{\"a\":",
          "                ",
          "x".repeat(5_000)
        };
    var bytes = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      bytes[i] = texts[i].getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }
}

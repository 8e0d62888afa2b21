package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages of every protocol version as they come in ({@code .in.json}), as they go on with ids,
 * tokens and names rewritten ({@code .out.json}), as events ({@code .out.sse}), or why they do not
 * ({@code .refused}), compared as bytes. Run with {@code -Dportolan.golden.update=true} to write
 * what comes out over the files; then read the difference.
 */
class GoldenTranscriptsTest {
  private static final boolean UPDATE = Boolean.getBoolean("portolan.golden.update");
  private static final MessageReader READER = new MessageReader(JsonLimits.INBOUND);

  static Stream<Path> transcripts() {
    return Stream.of("2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
        .flatMap(version -> Corpus.files("golden/" + version, ".in.json").stream());
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void aMessageGoesOnAsItAlwaysDid(Path file) throws Exception {
    var in = Slice.of(Corpus.bytes(file));
    Message message;
    try {
      message = READER.read(in);
    } catch (MalformedMessage e) {
      compare(file, ".refused", refused(e));
      return;
    }
    var out = rewrite(message, GoldenTranscriptsTest::onward).join();
    compare(file, ".out.json", out.toBytes());
    var frame = SseFrame.message("s-1", Payload.of(out)).join().toBytes();
    compare(file, ".out.sse", frame);

    var event = requireNonNull(new SseReader(new ByteArrayInputStream(frame), 1 << 20).next());
    assertThat(event.data().text()).isEqualTo(out.text().replaceAll("[\r\n]", " "));
    var originals = places(message);
    var back = rewrite(READER.read(out), (place, _) -> requireNonNull(originals.get(place)));
    assertThat(back.join()).as("rewritten back").isEqualTo(message.bytes());
  }

  /** What takes the place of a region. */
  private interface Replacement {
    Slice of(String place, Slice region);
  }

  private static Slice onward(String place, Slice region) {
    return switch (place) {
      case "name" -> JsonText.encode(region.string().replaceFirst("^files__", ""));
      case "uri" -> JsonText.encode(region.string().replaceFirst("^files\\+", ""));
      case "id" -> Slice.utf8("\"hop-7\"");
      default -> Slice.utf8("1001");
    };
  }

  private static Payload rewrite(Message message, Replacement replacement) {
    var splice = new Splice(message.bytes());
    places(message)
        .forEach((place, region) -> splice.replace(region, replacement.of(place, region)));
    return splice.apply();
  }

  /** The regions that a hop rewrites. */
  private static Map<String, Slice> places(Message message) {
    var places = new LinkedHashMap<String, Slice>();
    switch (message) {
      case Message.Request(var _, var id, var method, var params) -> {
        places.put("id", id);
        put(places, "token", params == null ? null : params.view("_meta"), "progressToken");
        switch (method) {
          case "tools/call", "prompts/get" -> put(places, "name", params, "name");
          case "resources/read", "resources/subscribe" -> put(places, "uri", params, "uri");
          default -> {}
        }
      }
      case Message.Notification(var _, var _, var params) -> {
        put(places, "token", params, "progressToken");
        put(places, "request", params, "requestId");
        put(
            places,
            "subscription",
            params == null ? null : params.view("_meta"),
            "io.modelcontextprotocol/subscriptionId");
      }
      case Message.Answer answer -> places.put("id", answer.id());
    }
    return places;
  }

  private static void put(
      Map<String, Slice> places, String place, @Nullable JsonView object, String member) {
    var region = object == null ? null : object.get(member);
    if (region != null) {
      places.put(place, region);
    }
  }

  private static byte[] refused(MalformedMessage problem) {
    var id = problem.id();
    return (problem.code()
            + "\n"
            + problem.getMessage()
            + "\n"
            + (id == null ? "no id" : "id " + id.text())
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void compare(Path in, String suffix, byte[] actual) throws IOException {
    var file = in.resolveSibling(in.getFileName().toString().replace(".in.json", suffix));
    if (UPDATE) {
      Files.write(file, actual);
    }
    assertThat(new String(actual, StandardCharsets.UTF_8))
        .as("%s (-Dportolan.golden.update=true writes it anew)", file.getFileName())
        .isEqualTo(new String(Corpus.bytes(file), StandardCharsets.UTF_8));
    assertThat(actual).isEqualTo(Corpus.bytes(file));
  }
}

package io.portolan.standalone.api;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an endpoint answers: a JSON object; of an error, {@code {"error": what is wrong}}.
 * Immutable.
 *
 * @param status the HTTP status
 * @param headers beside those that every answer has
 */
public record Answer(int status, List<Reply.Header> headers, Payload json) {
  private static final String ETAG = "ETag";

  public Answer {
    headers = List.copyOf(headers);
  }

  /** 200, with an object whose members are written by {@code members}. */
  public static Answer ok(Consumer<JsonWriter> members) {
    return of(200, members);
  }

  /** 201, likewise. */
  public static Answer created(Consumer<JsonWriter> members) {
    return of(201, members);
  }

  private static Answer of(int status, Consumer<JsonWriter> members) {
    var json = new JsonWriter().beginObject();
    members.accept(json);
    return new Answer(status, List.of(), Payload.of(json.endObject().toSlice()));
  }

  /**
   * An error.
   *
   * @param why names what was sent and what was expected; nothing internal
   */
  public static Answer error(int status, String why) {
    return of(status, json -> json.member("error", why));
  }

  /** 404: for what is not there, and for what is not the sender's, alike. */
  public static Answer notFound(String why) {
    return error(404, why);
  }

  /** A request that is refused for now. */
  public static Answer later(int status, String why, Duration after) {
    var seconds = Math.max(1, after.plusNanos(999_999_999).toSeconds());
    return error(status, why).with(new Reply.Header("Retry-After", Long.toString(seconds)));
  }

  /** With a strong tag of its body (RFC 9110, 8.8.3). */
  public Answer tagged() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var part : json.parts()) {
        digest.update(part.array(), part.from(), part.length());
      }
      var tag = HexFormat.of().formatHex(digest.digest(), 0, 16);
      return with(new Reply.Header(ETAG, '"' + tag + '"'));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Its tag, where it has one. */
  Optional<String> tag() {
    return headers.stream()
        .filter(header -> header.name().equals(ETAG))
        .map(Reply.Header::value)
        .findFirst();
  }

  /** With one more header. */
  public Answer with(Reply.Header header) {
    var more = new ArrayList<>(headers);
    more.add(header);
    return new Answer(status, more, json);
  }
}

package io.portolan.bench.load;

import io.portolan.bench.wire.HttpReader;
import io.portolan.bench.wire.JsonSlice;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.stream.Collectors;

/**
 * The same request over and over, each with an id (and a text) of its own.
 *
 * <p>A reply that is byte for byte the expected one costs one comparison; any other is read as JSON
 * and must say the same. So a gateway that writes JSON its own way is measured, and one that
 * answers another's question is found out.
 */
public final class RepeatedCall implements Conversation {
  private static final String TEXT = "call " + DigitTemplate.PLACE + " of the bench, sent as it is";
  private static final String BIG_FILLER = "0123456789abcdef".repeat(4096);

  private final DigitTemplate request;
  private final DigitTemplate expected;
  private final Essence essence;
  private final Ids ids;
  private long id;

  /** What of a result must be equal when its bytes are not. */
  private interface Essence {
    String of(JsonSlice result);
  }

  private RepeatedCall(String request, String expected, Essence essence, Ids ids) {
    this.request = new DigitTemplate(request);
    this.expected = new DigitTemplate(expected);
    this.essence = essence;
    this.ids = ids;
  }

  /** Calls {@code echo} with about 140 bytes, answered with about 150. */
  static RepeatedCall echo(URI endpoint, String sessionId, String tool, Ids ids) {
    return new RepeatedCall(
        McpRequest.within(endpoint, sessionId).post(McpBodies.call(tool, TEXT)),
        answer("", ""),
        RepeatedCall::firstText,
        ids);
  }

  /** The same in the modern era, which has no session. */
  static RepeatedCall modernEcho(URI endpoint, String tool, Ids ids) {
    return new RepeatedCall(
        McpRequest.modern(endpoint, "tools/call", tool).post(McpBodies.modernCall(tool, TEXT)),
        answer("", ",\"resultType\":\"complete\""),
        RepeatedCall::firstText,
        ids);
  }

  /** The same by who has this bearer token. */
  static RepeatedCall signedEcho(URI endpoint, String tool, String token, Ids ids) {
    return new RepeatedCall(
        McpRequest.modern(endpoint, "tools/call", tool)
            .signed(token)
            .post(McpBodies.modernCall(tool, TEXT)),
        answer("", ",\"resultType\":\"complete\""),
        RepeatedCall::firstText,
        ids);
  }

  /** Calls {@code big}, answered with 64 KiB. */
  static RepeatedCall big(URI endpoint, String sessionId, String tool, Ids ids) {
    return new RepeatedCall(
        McpRequest.within(endpoint, sessionId).post(McpBodies.call(tool, TEXT)),
        answer(BIG_FILLER, ""),
        RepeatedCall::firstText,
        ids);
  }

  /**
   * Asks for the first page of {@code tools/list}.
   *
   * @param page the body of a first reply, with {@link DigitTemplate#PLACE} for its id
   */
  static RepeatedCall list(URI endpoint, String sessionId, String page, Ids ids) {
    return new RepeatedCall(
        McpRequest.within(endpoint, sessionId).post(McpBodies.toolsList()),
        page,
        RepeatedCall::toolNames,
        ids);
  }

  @Override
  public ByteBuffer ask() {
    id = ids.next();
    request.fill(id);
    expected.fill(id);
    return request.filled();
  }

  @Override
  public Heard hear(HttpReader reply) throws BadReplyException {
    if (reply.status() == 200
        && expected.equalTo(reply.bytes(), reply.bodyFrom(), reply.bodyTo())) {
      return Heard.UNIT_DONE_IDENTICAL;
    }
    var heard = essence.of(Replies.result(reply, id));
    var due = essence.of(JsonSlice.of(expected.bytes()).member("result").orElseThrow());
    if (!heard.equals(due)) {
      throw new BadReplyException(
          "id " + id + ": the content differs from what was due: " + Replies.shown(reply));
    }
    return Heard.UNIT_DONE;
  }

  private static String answer(String moreText, String moreMembers) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + DigitTemplate.PLACE
        + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
        + TEXT
        + moreText
        + "\"}],\"isError\":false"
        + moreMembers
        + "}}";
  }

  private static String firstText(JsonSlice result) {
    return result.at("content", "0", "text").map(JsonSlice::text).orElse("");
  }

  private static String toolNames(JsonSlice result) {
    return result.member("tools").stream()
        .flatMap(tools -> tools.elements().stream())
        .flatMap(tool -> tool.member("name").stream())
        .map(JsonSlice::text)
        .collect(Collectors.joining("\n"));
  }
}

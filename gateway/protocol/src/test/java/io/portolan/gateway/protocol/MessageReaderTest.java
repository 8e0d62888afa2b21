package io.portolan.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.portolan.gateway.protocol.JsonLimits.Duplicates;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private static final MessageReader INBOUND = new MessageReader(JsonLimits.INBOUND);
  private static final MessageReader OUTBOUND = new MessageReader(JsonLimits.OUTBOUND);

  @Test
  void aRequestHasAnIdAMethodAndParams() throws Exception {
    var read =
        INBOUND.read(
            Slice.utf8(
                " {\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/call\",\"params\":{\"name\":\"x\"},\"x\":1}\n"));
    assertThat(read).isInstanceOf(Message.Request.class);
    var request = (Message.Request) read;
    assertThat(request.id().text()).isEqualTo("\"a\"");
    assertThat(request.method()).isSameAs(Methods.TOOLS_CALL);
    assertThat(requireNonNull(request.params()).string("name")).isEqualTo("x");
    assertThat(request.bytes().text()).startsWith("{").endsWith("}");
  }

  @Test
  void aMethodWithoutAnIdIsANotification() throws Exception {
    var read = INBOUND.read(Slice.utf8("{\"jsonrpc\":\"2.0\",\"method\":\"a\\u002fb\"}"));
    assertThat(read)
        .isInstanceOfSatisfying(
            Message.Notification.class,
            notification -> {
              assertThat(notification.method()).isEqualTo("a/b");
              assertThat(notification.params()).isNull();
            });
  }

  @Test
  void answersAreResultsOrFailures() throws Exception {
    assertThat(OUTBOUND.read(Slice.utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":[]}}")))
        .isInstanceOfSatisfying(
            Message.Result.class, r -> assertThat(r.result().text()).isEqualTo("{\"a\":[]}"));
    assertThat(
            OUTBOUND.read(Slice.utf8("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1}}")))
        .isInstanceOfSatisfying(
            Message.Failure.class, f -> assertThat(f.id().text()).isEqualTo("null"));
    assertThat(OUTBOUND.read(Slice.utf8("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1}}")))
        .isInstanceOf(Message.Failure.class);
  }

  /** Servers that grew up with JSON-RPC 1.0 write both members. */
  @Test
  void aNullBesideTheOtherMemberCountsAsAbsent() throws Exception {
    assertThat(
            OUTBOUND.read(
                Slice.utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":null}")))
        .isInstanceOf(Message.Result.class);
    assertThat(
            OUTBOUND.read(
                Slice.utf8(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null,\"error\":{\"code\":1}}")))
        .isInstanceOf(Message.Failure.class);
    assertThat(OUTBOUND.read(Slice.utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}")))
        .isInstanceOf(Message.Result.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{"jsonrpc":"2.0","id":1,"method":"a"}]|expected one JSON-RPC message, got a batch (an array)|
          []|expected one JSON-RPC message, got a batch (an array)|
          "x"|expected a JSON-RPC message (an object), got a string|
          1|expected a JSON-RPC message (an object), got a number|
          null|expected a JSON-RPC message (an object), got null|
          {}|"jsonrpc": "2.0" is missing|
          {"id":7,"method":"a"}|"jsonrpc": "2.0" is missing|7
          {"jsonrpc":"1.0","id":"x","method":"a"}|"jsonrpc" must be "2.0", got "1.0"|"x"
          {"jsonrpc":2.0,"id":1,"method":"a"}|"jsonrpc" must be "2.0", got 2.0|1
          {"jsonrpc":"2.0","id":{},"method":"a"}|"id" must be a string or a number, got an object|
          {"jsonrpc":"2.0","id":true,"method":"a"}|"id" must be a string or a number, got a boolean|
          {"jsonrpc":"2.0","id":[1],"method":"a"}|"id" must be a string or a number, got an array|
          {"jsonrpc":"2.0","id":null,"method":"a"}|"id" of a request must be a string or a number, got null|
          {"jsonrpc":"2.0","id":1,"method":5}|"method" must be a string, got a number|1
          {"jsonrpc":"2.0","id":1,"method":"a","params":[1]}|"params" must be an object, got an array|1
          {"jsonrpc":"2.0","id":1,"method":"a","params":null}|"params" must be an object, got null|1
          {"jsonrpc":"2.0","id":1,"method":"a","result":{}}|"method" excludes "result" and "error"|1
          {"jsonrpc":"2.0","id":1,"method":"a","error":{}}|"method" excludes "result" and "error"|1
          {"jsonrpc":"2.0","id":1}|none of "method", "result" and "error" is there|1
          {"jsonrpc":"2.0","id":1,"result":{},"error":{}}|"result" and "error" exclude each other|1
          {"jsonrpc":"2.0","id":1,"error":"x"}|"error" must be an object, got a string|1
          {"jsonrpc":"2.0","result":{}}|a result must carry the "id" of its request|
          {"jsonrpc":"2.0","id":null,"result":{}}|a result must carry the "id" of its request|
          """)
  void whatIsNoMessageIsAnInvalidRequest(String text, String problem, String id) {
    for (var reader : new MessageReader[] {INBOUND, OUTBOUND}) {
      var thrown = malformed(reader, text);
      assertThat(thrown.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      assertThat(thrown).hasMessage("Invalid request: " + problem);
      assertThat(thrown.id()).isEqualTo(id == null ? null : Slice.utf8(id));
    }
  }

  @Test
  void whatIsNoJsonIsAParseError() {
    var thrown = malformed(INBOUND, "{\"jsonrpc\":\"2.0\",\"id\":1,");
    assertThat(thrown.code()).isEqualTo(ErrorCode.PARSE_ERROR);
    assertThat(thrown).hasMessage("Not JSON: unexpected end at byte 24");
    assertThat(thrown.id()).isNull();
  }

  @Test
  void aMessageOverALimitKeepsTheIdThatCameBefore() {
    var deep = "[".repeat(65) + "]".repeat(65);
    var thrown =
        malformed(
            INBOUND,
            "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"a\",\"params\":{\"x\":" + deep + "}}");
    assertThat(thrown.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(thrown).hasMessage("Message refused: nested deeper than 64 levels");
    assertThat(thrown.id()).isEqualTo(Slice.utf8("\"q\""));
    assertThat(malformed(INBOUND, "{\"params\":" + deep + ",\"id\":1}").id()).isNull();
    assertThat(malformed(INBOUND, "{\"id\":" + deep + "}").id()).isNull();
  }

  /** Of two ids we would rewrite one, and the receiver might believe the other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"\\u0069d\":2,\"result\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"result\":{\"x\":1}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"method\":\"b\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{},\"params\":{\"x\":1}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"x\":1,\"y\":{\"x\":1},\"x\":2}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"progressToken\":1,\"progress\\u0054oken\":2}}"
      })
  void aMemberThatIsReadMustNotOccurTwiceFromEitherSide(String text) {
    assertThat(malformed(INBOUND, text).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(malformed(OUTBOUND, text))
        .hasMessageContaining("occurs twice")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void aResultOfAServerMayRepeatMembers() throws Exception {
    var text = Slice.utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":1,\"a\":2}}");
    assertThat(OUTBOUND.read(text).bytes()).isEqualTo(text);
    assertThat(malformed(INBOUND, text.text()).id()).isEqualTo(Slice.utf8("1"));
  }

  /** What is written down while the text is checked is what a second pass would find. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void paramsAreThoseASecondPassFinds(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var json = new RandomJson(random);
    var limits = new JsonLimits(1 << 22, 64, 1_000_000, 1_000, Duplicates.REFUSE);
    for (int i = 0; i < 500; i++) {
      var params = json.object(3);
      var name = random.nextInt(5) == 0 ? "\"par\\u0061ms\"" : "\"params\"";
      var text =
          Slice.utf8(
              "{\"x\": "
                  + json.value(2)
                  + ",\"jsonrpc\":\"2.0\" , "
                  + name
                  + " : "
                  + params
                  + ",\"method\":\"a\",\"y\":"
                  + json.value(2)
                  + ",\"id\":1}");
      var read = (Message.Request) new MessageReader(limits).read(text);
      var view = requireNonNull(read.params());
      assertThat(view.object().text()).isEqualTo(params);
      var second = JsonView.of(view.object());
      assertThat(view.size()).as("seed %d: %s", seed, text).isEqualTo(second.size());
      for (int k = 0; k < second.size(); k++) {
        assertThat(view.rawName(k)).isEqualTo(second.rawName(k));
        assertThat(view.value(k)).isEqualTo(second.value(k));
        assertThat(view.items(second.name(k)))
            .as("seed %d: %s", seed, text)
            .isEqualTo(second.items(second.name(k)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, 200})
  void theItemsOfTheArraysOfAResultAreAllThere(int count) throws Exception {
    var first = Collections.nCopies(count, "{\"a\":[1,[2]],\"b\":{\"c\":[]}}");
    var second = List.of("\"x\"", "[[]]", "{}");
    var text =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"first\":%s,\"none\":[ ],\"second\":%s,\"no\":{}}}"
            .formatted(first, second);
    var result = (Message.Result) OUTBOUND.read(Slice.utf8(text));
    var members = requireNonNull(result.members());
    assertThat(members.items("first")).extracting(Slice::text).isEqualTo(first);
    assertThat(members.items("second")).extracting(Slice::text).isEqualTo(second);
    assertThat(members.items("none")).isEmpty();
    assertThat(members.items("no")).isEmpty();
    assertThat(members.items("absent")).isEmpty();
  }

  @Test
  void emptyParamsHaveNoMembers() throws Exception {
    var read =
        (Message.Notification)
            INBOUND.read(Slice.utf8("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{ }}"));
    assertThat(requireNonNull(read.params()).size()).isZero();
  }

  private static MalformedMessage malformed(MessageReader reader, String text) {
    assertThatThrownBy(() -> reader.read(Slice.utf8(text))).isInstanceOf(MalformedMessage.class);
    return requireNonNull(
        catchThrowableOfType(MalformedMessage.class, () -> reader.read(Slice.utf8(text))));
  }
}

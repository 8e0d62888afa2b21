package io.portolan.gateway.upstream.openapi;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamFailure.Throttled.Whom;
import io.portolan.gateway.openapi.call.ApiAnswer;
import io.portolan.gateway.openapi.call.ApiRequest;
import io.portolan.gateway.openapi.call.Credentials;
import io.portolan.gateway.openapi.call.RequestMaker;
import io.portolan.gateway.openapi.call.ResultMaker;
import io.portolan.gateway.openapi.document.DocumentText;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.http.WebAnswer;
import io.portolan.gateway.upstream.http.WebAnswer.Answered;
import io.portolan.gateway.upstream.http.WebRequest;
import io.portolan.tenancy.CallContext;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Calls operations: checks the arguments, sends the request, makes a result of the answer. */
final class ApiCalls {
  /** Largest good answer, in bytes. */
  static final int ANSWER_BYTES_MAX = 8 << 20;

  private static final int INVALID_PARAMS = -32602;

  private final Origins origins;
  private final Credentials credentials;

  /**
   * @param credentials for security schemes, shown to origins that the registration names
   */
  ApiCalls(Origins origins, Credentials credentials) {
    this.origins = origins;
    this.credentials = credentials;
  }

  /** What came of a call. */
  sealed interface Outcome {
    /** The result of the tool, also where it says that something went wrong. */
    record Result(Slice result) implements Outcome {}

    /** There is no such call. */
    record Wrong(int code, String message) implements Outcome {}

    /** There was no answer. */
    record Failed(UpstreamFailure failure) implements Outcome {}
  }

  /** Makes the call that a message asks for. */
  Outcome call(Offer offer, Slice message, CallContext context, Cancellation cancellation)
      throws InterruptedException {
    JsonNode params;
    try {
      params = DocumentText.JSON.readTree(message.toBytes()).path("params");
    } catch (JacksonException e) {
      return new Outcome.Wrong(INVALID_PARAMS, "The arguments cannot be read");
    }
    var prepared = offer.tool(params.path("name").asString(""));
    if (prepared == null) {
      return new Outcome.Wrong(INVALID_PARAMS, "Unknown tool: " + params.path("name").asString(""));
    }
    var sent = params.path("arguments");
    var arguments =
        sent.isMissingNode() || sent.isNull() ? JsonNodeFactory.instance.objectNode() : sent;
    var mismatch = prepared.input().mismatch(arguments);
    if (mismatch != null || !(arguments instanceof ObjectNode object)) {
      return result(ResultMaker.failed("The arguments do not fit the tool's schema: " + mismatch));
    }
    var call = prepared.tool().call();
    var shown = origins.isNamed(call.server()) ? credentials : Credentials.NONE;
    return switch (RequestMaker.request(call, object, shown)) {
      case RequestMaker.Made.Refused(var why) ->
          result(ResultMaker.failed("The arguments cannot be sent: " + why));
      case RequestMaker.Made.Ready(var request) -> {
        var answer = origins.send(web(request), context, cancellation);
        yield switch (answer) {
          case WebAnswer.Failed(var failure) -> new Outcome.Failed(failure);
          case Answered answered -> answered(prepared, answered);
        };
      }
    };
  }

  private static WebRequest web(ApiRequest request) {
    var headers = new ArrayList<WebRequest.Header>();
    request
        .headers()
        .forEach(each -> headers.add(new WebRequest.Header(each.name(), each.value())));
    var body = request.body();
    if (body != null) {
      headers.add(new WebRequest.Header("Content-Type", body.contentType()));
    }
    return new WebRequest(
        request.method(),
        request.url(),
        headers,
        body == null ? null : Slice.of(body.bytes()),
        ANSWER_BYTES_MAX);
  }

  private static Outcome answered(Offer.Prepared prepared, Answered answered) {
    var pause = pause(answered);
    if (pause != null) {
      return new Outcome.Failed(pause);
    }
    var answer =
        new ApiAnswer(
            answered.status(),
            answered.header("content-type"),
            answered.body().toBytes(),
            answered.end() == Answered.End.CUT ? ApiAnswer.Cut.BEGINNING : ApiAnswer.Cut.WHOLE);
    return result(ResultMaker.result(prepared.tool(), prepared.output(), answer));
  }

  /** An API that says when to come back is left alone until then, as an MCP server is. */
  private static @Nullable UpstreamFailure pause(Answered answered) {
    var after = answered.header("retry-after");
    if ((answered.status() != 429 && answered.status() != 503) || !after.matches("\\d{1,6}")) {
      return null;
    }
    return new UpstreamFailure.Throttled(
        Duration.ofSeconds(Long.parseLong(after)),
        answered.status() == 429 ? Whom.CALLER : Whom.EVERYBODY,
        "HTTP " + answered.status());
  }

  private static Outcome result(ObjectNode result) {
    return new Outcome.Result(Slice.utf8(result.put("resultType", "complete").toString()));
  }
}

package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.parked.RequestDigest;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import org.jspecify.annotations.Nullable;

/*
 * Edits go into a splice that may rewrite names, ids and tokens too, some of them inside _meta. So
 * whole members are taken out and put in, and what stays is left for others to edit.
 */

/**
 * What has to change in a modern client's request to a legacy server, and in the answer. Stateless.
 */
final class Bridge {
  private static final String RESERVED = "io.modelcontextprotocol/";
  private static final String RELATED_TASK = "io.modelcontextprotocol/related-task";
  private static final String NOT_FOUND_LEGACY =
      Integer.toString(ErrorCode.RESOURCE_NOT_FOUND.value());
  private static final String NOT_FOUND_MODERN = Integer.toString(ErrorCode.INVALID_PARAMS.value());
  private static final Slice COMMA = Slice.utf8(",");
  private static final Slice RESULT_TYPE = Slice.utf8("\"resultType\":\"complete\"");
  private static final Slice NOT_CACHED = Slice.utf8(",\"ttlMs\":0,\"cacheScope\":\"private\"");

  private Bridge() {}

  /** Takes out of a modern client's request what only a modern server may see. */
  static void toLegacy(Message.Request request, Splice splice) {
    var params = request.params();
    if (params != null) {
      var _ = splice.takeOut(params, RequestDigest.RETRY_MEMBERS::contains);
    }
    var meta = params == null ? null : params.view(MetaKeys.META);
    if (meta != null) {
      var _ = splice.takeOut(meta, name -> name.startsWith(RESERVED) && !name.equals(RELATED_TASK));
    }
  }

  /** Gives a failure of a legacy server the code that a modern client knows it by. */
  static void failureToModern(Message.Answer answer, Splice splice) {
    var code = codeOf(answer);
    if (code != null && code.is(NOT_FOUND_LEGACY)) {
      splice.replace(code, Slice.utf8(NOT_FOUND_MODERN));
    }
  }

  /** The code of a failure; null when there is none, or the answer is none. */
  static @Nullable Slice codeOf(Message.Answer answer) {
    return answer instanceof Message.Failure(var _, var _, var error)
        ? JsonView.of(error).get("code")
        : null;
  }

  /** Adds to a legacy server's result what a modern client must find in it. */
  static void resultToModern(String method, Answered answer, Splice splice) {
    var result = answer.result();
    if (result == null || result.get("resultType") != null) {
      return;
    }
    var at = result.object().to() - 1;
    if (result.size() > 0) {
      splice.insert(at, COMMA);
    }
    splice.insert(at, RESULT_TYPE);
    if (method.equals(Methods.RESOURCES_READ) && result.get("ttlMs") == null) {
      splice.insert(at, NOT_CACHED);
    }
  }
}

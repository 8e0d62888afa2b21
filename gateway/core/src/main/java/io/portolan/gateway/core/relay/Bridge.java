package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ModernMetaJson;
import io.portolan.gateway.core.parked.RequestDigest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/*
 * Edits go into a splice that may rewrite names, ids and tokens too, some of them inside _meta. So
 * whole members are taken out and put in, and what stays is left for others to edit.
 */

/**
 * What has to change in a request or an answer when client and server are of different eras.
 * Stateless.
 */
final class Bridge {
  private static final String RESERVED = "io.modelcontextprotocol/";
  private static final String RELATED_TASK = "io.modelcontextprotocol/related-task";
  private static final Set<String> PUT_IN =
      Set.of(
          MetaKeys.PROTOCOL_VERSION,
          MetaKeys.CLIENT_INFO,
          MetaKeys.CLIENT_CAPABILITIES,
          MetaKeys.LOG_LEVEL);
  private static final String NOT_FOUND_LEGACY =
      Integer.toString(ErrorCode.RESOURCE_NOT_FOUND.value());
  private static final String NOT_FOUND_MODERN = Integer.toString(ErrorCode.INVALID_PARAMS.value());
  private static final Slice COMMA = Slice.utf8(",");
  private static final Slice RESULT_TYPE = Slice.utf8("\"resultType\":\"complete\"");
  private static final Slice NOT_CACHED = Slice.utf8(",\"ttlMs\":0,\"cacheScope\":\"private\"");

  private Bridge() {}

  /** Adds to a legacy client's request what a modern server must find in {@code _meta}. */
  static void toModern(
      Message.Request request, Splice splice, SessionOpening client, @Nullable Slice logLevel) {
    var added = new JsonWriter().beginObject();
    ModernMetaJson.members(added, client);
    if (logLevel != null) {
      added.member(MetaKeys.LOG_LEVEL, logLevel);
    }
    var object = added.endObject().toSlice();
    var params = request.params();
    if (params == null) {
      splice.insert(
          request.bytes().to() - 1, Slice.utf8(",\"params\":{\"_meta\":" + object.text() + "}"));
      return;
    }
    var meta = params.view(MetaKeys.META);
    if (meta == null) {
      splice.insert(
          params.object().from() + 1,
          Slice.utf8("\"_meta\":" + object.text() + (params.size() > 0 ? "," : "")));
    } else {
      var at = meta.object().from() + 1;
      splice.insert(at, new Slice(object.array(), object.from() + 1, object.to() - 1));
      if (takeOut(meta, PUT_IN::contains, splice) > 0) {
        splice.insert(at, COMMA);
      }
    }
  }

  /** Takes out of a modern client's request what only a modern server may see. */
  static void toLegacy(Message.Request request, Splice splice) {
    var params = request.params();
    if (params != null) {
      var _ = takeOut(params, RequestDigest.RETRY_MEMBERS::contains, splice);
    }
    var meta = params == null ? null : params.view(MetaKeys.META);
    if (meta != null) {
      var _ =
          takeOut(meta, name -> name.startsWith(RESERVED) && !name.equals(RELATED_TASK), splice);
    }
  }

  /** Takes members out of an object and returns how many stay. */
  private static int takeOut(JsonView object, Predicate<String> unwanted, Splice splice) {
    var bytes = object.object().array();
    var kept = 0;
    var from = object.object().from() + 1; // behind the last member that stays
    var taken = false;
    for (int i = 0; i < object.size(); i++) {
      if (unwanted.test(object.name(i))) {
        taken = true;
        continue;
      }
      if (taken) {
        var gap = new Slice(bytes, from, object.rawName(i).from());
        splice.replace(gap, kept == 0 ? Slice.empty() : COMMA);
        taken = false;
      }
      from = object.value(i).to();
      kept++;
    }
    if (taken) {
      splice.replace(new Slice(bytes, from, object.object().to() - 1), Slice.empty());
    }
    return kept;
  }

  /** Gives a failure of a legacy server the code that a modern client knows it by. */
  static void failureToModern(Message.Answer answer, Splice splice) {
    var code = codeOf(answer);
    if (code != null && code.is(NOT_FOUND_LEGACY)) {
      splice.replace(code, Slice.utf8(NOT_FOUND_MODERN));
    }
  }

  /** Gives a failure of a modern server the code that a legacy client knows it by. */
  static void failureToLegacy(String method, Message.Answer answer, Splice splice) {
    var code = method.equals(Methods.RESOURCES_READ) ? codeOf(answer) : null;
    if (code != null && code.is(NOT_FOUND_MODERN)) {
      splice.replace(code, Slice.utf8(NOT_FOUND_LEGACY));
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

package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.catalogue.ModernMetaJson;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Edits go into a splice that may rewrite names, ids and tokens too, some of them inside _meta. So
 * whole members are taken out and put in, and what stays is left for others to edit.
 */

/** Makes a request that a modern server accepts of a legacy client's. Stateless. */
final class ModernRequest {
  static final String INPUT_RESPONSES = "inputResponses";
  static final String REQUEST_STATE = "requestState";
  private static final Set<String> META_OF_OURS =
      Set.of(
          MetaKeys.PROTOCOL_VERSION,
          MetaKeys.CLIENT_INFO,
          MetaKeys.CLIENT_CAPABILITIES,
          MetaKeys.LOG_LEVEL);
  private static final Slice COMMA = Slice.utf8(",");
  private static final Slice META_NAME = Slice.utf8("\"" + MetaKeys.META + "\":");

  private ModernRequest() {}

  /**
   * Adds what a modern server must find.
   *
   * @param client what the client said of itself when it opened its session
   * @param logLevel the least level of messages it wants, a JSON string; null for none
   * @param more further members of {@code params}, as JSON without braces; may be empty
   */
  static void edit(
      Message.Request request,
      Splice splice,
      SessionOpening client,
      @Nullable Slice logLevel,
      Slice more) {
    var meta = meta(client, logLevel);
    var params = request.params();
    if (params == null) {
      var at = request.bytes().to() - 1;
      splice.insert(at, Slice.utf8(",\"params\":{" + META_NAME + meta.text()));
      if (more.length() > 0) {
        splice.insert(at, COMMA).insert(at, more);
      }
      splice.insert(at, Slice.utf8("}"));
      return;
    }
    var own = params.view(MetaKeys.META);
    var kept = withoutOurs(params, own, splice);
    var at = params.object().from() + 1;
    if (own == null) {
      splice.insert(at, META_NAME).insert(at, meta);
    } else {
      into(own, meta, splice);
    }
    if (more.length() > 0) {
      if (own == null) {
        splice.insert(at, COMMA);
      }
      splice.insert(at, more);
    }
    if (kept > 0 && (own == null || more.length() > 0)) {
      splice.insert(at, COMMA);
    }
  }

  private static Slice meta(SessionOpening client, @Nullable Slice logLevel) {
    var json = new JsonWriter().beginObject();
    ModernMetaJson.members(json, client);
    if (logLevel != null) {
      json.member(MetaKeys.LOG_LEVEL, logLevel);
    }
    return json.endObject().toSlice();
  }

  /** Takes out of params what only the gateway may say there; how many members stay. */
  private static int withoutOurs(JsonView params, @Nullable JsonView meta, Splice splice) {
    var isBadMeta = meta == null && params.get(MetaKeys.META) != null;
    return isBadMeta || params.get(INPUT_RESPONSES) != null || params.get(REQUEST_STATE) != null
        ? splice.takeOut(
            params,
            name ->
                name.equals(INPUT_RESPONSES)
                    || name.equals(REQUEST_STATE)
                    || (isBadMeta && name.equals(MetaKeys.META)))
        : params.size();
  }

  private static void into(JsonView own, Slice meta, Splice splice) {
    var at = own.object().from() + 1;
    splice.insert(at, new Slice(meta.array(), meta.from() + 1, meta.to() - 1));
    if (splice.takeOut(own, META_OF_OURS::contains) > 0) {
      splice.insert(at, COMMA);
    }
  }
}

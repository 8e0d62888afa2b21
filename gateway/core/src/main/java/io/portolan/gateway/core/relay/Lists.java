package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes list results from the catalogue. Stateless. */
final class Lists {
  private static final String TROUBLES = "io.portolan/servers";
  private static final Slice COMMA = Slice.utf8(",");

  private Lists() {}

  /** The page a request asks for; null for a cursor that is not of ours. */
  static Listing.@Nullable Page page(Listing list, @Nullable JsonView params) {
    var cursor = params == null ? null : params.get("cursor");
    if (cursor == null || cursor.is("null")) {
      return list.page(null);
    }
    return cursor.isString() ? list.page(cursor.string()) : null;
  }

  /** A result as the legacy era has it. */
  static Payload legacy(View view, ListKind kind, Listing.Page page) {
    var rest = rest(view, kind, page);
    var troubles = view.troubles();
    if (troubles != null) {
      rest.name(MetaKeys.META).beginObject().member(TROUBLES, troubles).endObject();
    }
    return around(kind, page, rest);
  }

  /** A result as the modern era has it, with cache hints. */
  static Payload modern(View view, ListKind kind, Listing.Page page, Slice serverInfo, long ttl) {
    var rest = rest(view, kind, page);
    rest.member("resultType", "complete").member("ttlMs", ttl).member("cacheScope", "private");
    rest.name(MetaKeys.META).beginObject().member(MetaKeys.SERVER_INFO, serverInfo);
    var troubles = view.troubles();
    if (troubles != null) {
      rest.member(TROUBLES, troubles);
    }
    return around(kind, page, rest.endObject());
  }

  /** Begins what a result says beside the items. */
  private static JsonWriter rest(View view, ListKind kind, Listing.Page page) {
    var json = new JsonWriter().beginObject();
    var next = page.nextCursor();
    if (next != null) {
      json.member("nextCursor", next);
    }
    var extra = view.listExtra(kind);
    if (extra != null) {
      var members = JsonView.of(extra);
      for (int i = 0; i < members.size(); i++) {
        json.member(members.name(i), members.value(i));
      }
    }
    return json;
  }

  /** The page is large and ready: it is put between two small pieces, not copied into one. */
  private static Payload around(ListKind kind, Listing.Page page, JsonWriter rest) {
    var head = new JsonWriter().beginObject().name(kind.member()).toSlice();
    var object = rest.endObject().toSlice();
    var isEmpty = object.length() == 2;
    var tail = new Slice(object.array(), object.from() + 1, object.to());
    return Payload.concat(
        List.of(
            Payload.of(head),
            Payload.of(page.array()),
            Payload.of(isEmpty ? Slice.empty() : COMMA),
            Payload.of(tail)));
  }
}

package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.search.ToolFinder;
import io.portolan.gateway.core.search.ToolSearch;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonText;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Offers the tools that find others, and answers their calls. Thread-safe. */
final class FoundTools {
  private static final Duration SEARCH_MAX = Duration.ofSeconds(10);
  private static final int USUAL = 5;

  private final @Nullable ToolFinder finder;

  /**
   * @param finder null where nothing is found
   */
  FoundTools(@Nullable ToolFinder finder) {
    this.finder = finder;
  }

  /** A list of tools as it is shown at an endpoint. */
  Listing shown(Route route, ListKind kind, Listing list) {
    return finder == null || kind != ListKind.TOOLS ? list : finder.shown(route, list);
  }

  /** Whether a request is answered here. */
  boolean isOurs(Route route, Message.Request request) {
    return finder != null && ToolFinder.named(route, request) != null;
  }

  /** Answers a request that is ours, from what exists in the view. */
  CallRecord answer(Call call, View view, Message.Request request, Era era)
      throws InterruptedException {
    var asked = ToolFinder.named(call.inbound().route(), request);
    if (finder == null || asked == null || asked.equals(ToolFinder.CALL)) {
      // One that names a tool was turned into that tool's call before it came here.
      return wrong(
          call,
          request,
          "call_tool needs arguments {\"name\": the tool's name, \"arguments\": an object}");
    }
    ToolSearch.Query query;
    try {
      query = query(call, request);
    } catch (IllegalArgumentException e) {
      return wrong(call, request, "find_tools: " + e.getMessage());
    }
    var tools = view.list(ListKind.TOOLS);
    return switch (finder.search(tools == null ? Listing.EMPTY : tools, query)) {
      case ToolSearch.Outcome.Found found ->
          call.result(request.id(), result(ToolFinder.json(found), view, era));
      case ToolSearch.Outcome.Busy(var after) -> {
        var seconds = Long.toString(Math.max(1, after.plusNanos(999_999_999).toSeconds()));
        call.reply()
            .whole(
                200,
                List.of(new Reply.Header("Retry-After", seconds)),
                Replies.error(
                    request.id(),
                    ErrorCode.OVERLOADED,
                    "The tools cannot be searched just now; ask again in " + seconds + " s"));
        yield call.record(Outcome.OVERLOADED);
      }
    };
  }

  private static CallRecord wrong(Call call, Message.Request request, String why) {
    return call.error(200, request.id(), ErrorCode.INVALID_PARAMS, why);
  }

  private static ToolSearch.Query query(Call call, Message.Request request) {
    var params = request.params();
    var arguments = params == null ? null : params.view("arguments");
    var text = arguments == null ? null : arguments.string("query");
    if (arguments == null || text == null) {
      throw new IllegalArgumentException("arguments.query is missing; expected a text");
    }
    return new ToolSearch.Query(
        text, limit(arguments), call.inbound().context().deadline().orIn(SEARCH_MAX));
  }

  private static int limit(JsonView arguments) {
    var sent = arguments.get("limit");
    if (sent == null || sent.is("null")) {
      return USUAL;
    }
    var text = new String(sent.array(), sent.from(), sent.length(), StandardCharsets.UTF_8);
    if (!text.matches("\\d{1,4}")) {
      throw new IllegalArgumentException(
          "limit is not a whole number; expected 1 to " + ToolSearch.HITS_MAX);
    }
    return Integer.parseInt(text);
  }

  private static Slice result(Slice found, View view, Era era) {
    var text = new String(found.array(), found.from(), found.length(), StandardCharsets.UTF_8);
    var json = new JsonWriter().beginObject();
    if (era == Era.MODERN) {
      json.member("resultType", "complete");
    }
    json.name("content")
        .beginArray()
        .beginObject()
        .member("type", "text")
        .member("text", JsonText.encode(text))
        .endObject()
        .endArray()
        .member("structuredContent", found);
    if (era == Era.MODERN) {
      json.name(MetaKeys.META)
          .beginObject()
          .member(MetaKeys.SERVER_INFO, view.serverInfo(Era.MODERN))
          .endObject();
    }
    return json.endObject().toSlice();
  }
}

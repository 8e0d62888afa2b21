package io.portolan.gateway.core.catalogue;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks one server for its lists, page by page, inside limits. Used by one thread; blocking. */
final class Lister {
  private static final int ITEMS_MAX = 10_000;
  private static final int PAGES_MAX = 1_000;
  private static final int BYTES_MAX = 32 << 20;
  private static final System.Logger LOG = System.getLogger(Lister.class.getName());

  private final String server;
  private final UpstreamLink link;
  private final Duration timeout;
  private ListForm form = ListForm.WHOLE; // of the last answer

  Lister(String server, UpstreamLink link, Duration timeout) {
    this.server = server;
    this.link = link;
    this.timeout = timeout;
  }

  /** A list, what its result said beside the items, and how it came. */
  record Listed(Listing list, @Nullable Slice extra, ListForm form) {}

  /** One whole list; null when the server answers with an error. */
  @Nullable Listed list(ListKind kind) throws UpstreamUnavailable, InterruptedException {
    var items = new ArrayList<Item>();
    Set<String> cursors = new HashSet<>();
    Slice cursor = null;
    Slice extra = null;
    var bytes = 0;
    for (int page = 0; page < PAGES_MAX; page++) {
      var result = request(kind.method(), params(cursor));
      if (result == null) {
        return null;
      }
      bytes += result.object().length();
      if (bytes > BYTES_MAX) {
        throw tooMuch(kind, BYTES_MAX + " bytes");
      }
      items.addAll(items(kind, result));
      if (items.size() > ITEMS_MAX) {
        throw tooMuch(kind, ITEMS_MAX + " items");
      }
      var next = result.get("nextCursor");
      if (next == null || !next.isString()) {
        return new Listed(new Listing(items), page == 0 ? extra(kind, result) : null, form);
      }
      if (!cursors.add(next.string())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "server {0}: {1} repeats a cursor; the list is taken as complete",
            server,
            kind.method());
        return new Listed(new Listing(items), extra, form);
      }
      cursor = next;
    }
    throw tooMuch(kind, PAGES_MAX + " pages");
  }

  private Slice params(@Nullable Slice cursor) {
    var json = new JsonWriter().beginObject();
    if (link.era() == Era.MODERN) {
      json.member(MetaKeys.META, ModernMetaJson.DISCOVERY);
    }
    if (cursor != null) {
      json.member("cursor", cursor);
    }
    return json.endObject().toSlice();
  }

  private List<Item> items(ListKind kind, JsonView result) throws UpstreamUnavailable {
    var array = result.get(kind.member());
    if (array == null || !array.isArray()) {
      throw new UpstreamUnavailable(
          new UpstreamFailure.BadAnswer(kind.method() + " answers without " + kind.member()));
    }
    var items = new ArrayList<Item>();
    for (var json : JsonList.items(array)) {
      var view = json.isObject() ? JsonView.of(json) : null;
      var key = view == null ? null : view.string(kind.key());
      if (view == null || key == null || key.isEmpty()) {
        leftOut(kind, "has no " + kind.key());
      } else if (isAmbiguous(view)) {
        leftOut(kind, "has a member twice");
      } else {
        items.add(new Item(key, Slice.of(json.toBytes())));
      }
    }
    return items;
  }

  /** Of two members of one name we would rewrite the first, and the client might read the last. */
  private static boolean isAmbiguous(JsonView item) {
    if (item.duplicate() != null) {
      return true;
    }
    var meta = item.view(MetaKeys.META);
    var ui = meta == null ? null : meta.view("ui");
    return (meta != null && meta.duplicate() != null) || (ui != null && ui.duplicate() != null);
  }

  private void leftOut(ListKind kind, String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "server {0}: an item of {1} {2} and is left out",
        server,
        kind.member(),
        why);
  }

  /** The result's members that are neither the items nor part of paging or caching. */
  private static @Nullable Slice extra(ListKind kind, JsonView result) {
    var json = new JsonWriter();
    var any = false;
    json.beginObject();
    for (int i = 0; i < result.size(); i++) {
      var name = result.name(i);
      var known =
          name.equals(kind.member())
              || Set.of("nextCursor", "ttlMs", "cacheScope", "resultType", "_meta").contains(name);
      if (!known) {
        any = true;
        json.member(name, result.value(i));
      }
    }
    return any ? Slice.of(json.endObject().toSlice().toBytes()) : null;
  }

  /**
   * Sends a request of the gateway's own and returns its result; null when the server answers with
   * an error.
   */
  @Nullable JsonView request(String method, Slice params)
      throws UpstreamUnavailable, InterruptedException {
    var context = new CallContext(Principal.GATEWAY, Deadline.in(timeout), TraceContext.start());
    var request = OutboundRequest.own(link.nextId(), method, params);
    return switch (link.request(request, context)) {
      case Answer.Whole(var message, var _) -> {
        form = ListForm.WHOLE;
        yield result(method, message);
      }
      case Answer.Streamed(var stream) -> {
        form = ListForm.EVENTS;
        try (stream) {
          yield result(method, lastOf(stream));
        }
      }
      case Answer.Accepted _ ->
          throw new UpstreamUnavailable(new UpstreamFailure.BadAnswer(method + " got no answer"));
      case Answer.Failed(var failure) -> throw new UpstreamUnavailable(failure);
    };
  }

  private static Message.Answer lastOf(MessageStream stream)
      throws UpstreamUnavailable, InterruptedException {
    while (true) {
      switch (stream.next()) {
        case MessageStream.Received(Message.Answer answer) -> {
          return answer;
        }
        case MessageStream.Received _, MessageStream.Paused _ -> {}
        case MessageStream.Ended _ ->
            throw new UpstreamUnavailable(
                new UpstreamFailure.BadAnswer("stream ended without an answer"));
        case MessageStream.Broken(var failure) -> throw new UpstreamUnavailable(failure);
      }
    }
  }

  private @Nullable JsonView result(String method, Message.Answer answer)
      throws UpstreamUnavailable {
    return switch (answer) {
      case Message.Result result when result.members() != null -> result.members();
      case Message.Result _ ->
          throw new UpstreamUnavailable(
              new UpstreamFailure.BadAnswer(method + " answers with something not an object"));
      case Message.Failure(var _, var _, var error) -> {
        LOG.log(
            System.Logger.Level.DEBUG, "server {0}: {1} failed: {2}", server, method, clip(error));
        yield null;
      }
    };
  }

  private static String clip(Slice error) {
    var text = error.text();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static UpstreamUnavailable tooMuch(ListKind kind, String limit) {
    return new UpstreamUnavailable(
        new UpstreamFailure.BadAnswer(kind.method() + " goes over the limit of " + limit));
  }
}

package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.LimitCounts;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Quotas;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what goes over a limit on callers: says which limit, what it is and when to try again,
 * and counts it. 429 where the caller alone has too much, 503 where all together have. Thread-safe.
 */
final class OverLimit {
  private final LimitCounts counts;

  OverLimit(LimitCounts counts) {
    this.counts = counts;
  }

  /** Refuses to open a session, or to go on with one. */
  CallRecord sessions(Call call, @Nullable Slice id, Limit limit, int max) {
    return limit == Limit.SESSIONS
        ? refuse(
            call,
            id,
            new Refused(503, 10, limit, max),
            "Too many sessions are open: " + max + " (" + limit.label() + "); retry later")
        : refuse(
            call,
            id,
            new Refused(429, 10, limit, max),
            "Too many sessions of this caller are in use: "
                + max
                + " ("
                + limit.label()
                + "); end one with DELETE or retry later");
  }

  /** Refuses what would open another stream. */
  CallRecord streams(Call call, @Nullable Slice id, Limit limit, int max) {
    var whose = limit == Limit.STREAMS_PER_SESSION ? "session" : "caller";
    return refuse(
        call,
        id,
        new Refused(429, 1, limit, max),
        "Too many event streams of this %s are open: %d (%s); retry when one has ended"
            .formatted(whose, max, limit.label()));
  }

  /** Refuses another stream of subscriptions. */
  CallRecord subscriptions(Call call, Slice id, int max) {
    var limit = Limit.SUBSCRIPTIONS;
    return refuse(
        call,
        id,
        new Refused(503, 10, limit, max),
        "Too many subscriptions are open: %d (%s); retry later".formatted(max, limit.label()));
  }

  /** Refuses another request while so many are under way. */
  CallRecord calls(Call call, Slice id, int max) {
    var limit = Limit.CALLS_PER_SESSION;
    return refuse(
        call,
        id,
        new Refused(429, 1, limit, max),
        "Too many requests of this session are under way: %d (%s); retry when one has ended"
            .formatted(max, limit.label()));
  }

  /** Refuses what a quota does not grant. */
  CallRecord quota(Call call, Slice id, Quotas.Outcome.Exceeded exceeded) {
    return quota(
        call,
        id,
        429,
        exceeded.retryAfter(),
        new JsonWriter()
            .beginObject()
            .member("limit", exceeded.limit())
            .member("max", Slice.utf8(exceeded.amount().toPlainString())),
        "The quota of "
            + exceeded.amount().toPlainString()
            + " "
            + exceeded.limit()
            + " is used up");
  }

  /** Refuses what nobody can tell whether a quota grants it. */
  CallRecord quota(Call call, Slice id, Quotas.Outcome.Unavailable unavailable) {
    return quota(
        call,
        id,
        503,
        unavailable.retryAfter(),
        new JsonWriter().beginObject().member("limit", unavailable.limit()),
        "The quota of " + unavailable.limit() + " cannot be looked up now");
  }

  private CallRecord quota(
      Call call, Slice id, int status, Duration retryAfter, JsonWriter data, String what) {
    counts.reached(Limit.QUOTA);
    var seconds = Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000L));
    var all = data.member("retryAfterSeconds", seconds).endObject().toSlice();
    var error =
        Replies.error(
            id, ErrorCode.OVERLOADED, what + "; retry in " + seconds + " s, nothing was done", all);
    call.reply()
        .whole(status, List.of(new Reply.Header("Retry-After", Long.toString(seconds))), error);
    return call.record(Outcome.OVERLOADED);
  }

  private record Refused(int status, int retrySeconds, Limit limit, int max) {}

  private CallRecord refuse(Call call, @Nullable Slice id, Refused refused, String message) {
    counts.reached(refused.limit());
    var data =
        new JsonWriter()
            .beginObject()
            .member("limit", refused.limit().label())
            .member("max", refused.max())
            .member("retryAfterSeconds", refused.retrySeconds())
            .endObject()
            .toSlice();
    var retry = new Reply.Header("Retry-After", Integer.toString(refused.retrySeconds()));
    var error = Replies.error(id, ErrorCode.OVERLOADED, message, data);
    call.reply().whole(refused.status(), List.of(retry), error);
    return call.record(Outcome.OVERLOADED);
  }
}

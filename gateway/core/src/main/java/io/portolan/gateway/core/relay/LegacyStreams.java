package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.session.SessionLimits;
import io.portolan.gateway.core.session.SessionStream;
import io.portolan.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/*
 * A client that comes back with an id we do not know must not be given another stream instead: it
 * would wait there for an answer that never comes. One that comes back to a stream of which nothing
 * is left, because its call was cancelled, is told what tells an EventSource to stay away: 204. An
 * empty stream would bring it back, and back again, and an error would look like one.
 */

/** Serves a legacy client's GET: a session's standalone stream, or one that is resumed. */
final class LegacyStreams {
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final SessionLinks links;
  private final Duration keepAlive;
  private final News news;
  private final OverLimit overLimit;
  private final AtomicInteger open = new AtomicInteger();

  LegacyStreams(SessionLinks links, Duration keepAlive, News news, OverLimit overLimit) {
    this.links = links;
    this.keepAlive = keepAlive;
    this.news = news;
    this.overLimit = overLimit;
  }

  /** Writes the stream the client asks for until either side ends it. */
  CallRecord serve(Call call, LegacySession session, SessionLimits limits)
      throws InterruptedException {
    if (call.inbound().headers().first(LAST_EVENT_ID) == null) {
      session.standalone().takeOver(); // the reader before, if any, ends and makes room
    }
    if (!session.startReading(limits)) {
      return overLimit.streams(
          call, null, Limit.STREAMS_PER_PRINCIPAL, limits.streamsPerPrincipalMax());
    }
    var found = find(call, session);
    if (found == null) {
      session.stopReading();
      return call.error(
          400,
          null,
          ErrorCode.INVALID_REQUEST,
          "Header Last-Event-ID: no stream of this session can be resumed after the event sent");
    }
    if (!found.stream().hasMore(found.after())) {
      session.stopReading();
      call.reply().empty(204, List.of());
      return call.record(Outcome.OK);
    }
    session.enter();
    open.incrementAndGet();
    var writing = new Writing(session, found, call.reply(), call.record(Outcome.OK));
    return call.reply().stand(() -> write(writing));
  }

  /** How many streams are being read. */
  int open() {
    return open.get();
  }

  private record From(SessionStream stream, long after) {}

  private static @Nullable From find(Call call, LegacySession session) {
    var lastEventId = call.inbound().headers().first(LAST_EVENT_ID);
    if (lastEventId == null || lastEventId.isEmpty()) {
      return new From(session.standalone(), session.standalone().last());
    }
    var position = SessionStream.parse(lastEventId);
    var resumed = position == null ? null : session.stream(position.stream());
    return position == null || resumed == null || position.sequence() > resumed.last()
        ? null
        : new From(resumed, position.sequence());
  }

  /** All that is held while a stream stands: there may be as many as there are sessions. */
  private record Writing(LegacySession session, From from, Reply reply, CallRecord record) {}

  private CallRecord write(Writing writing) throws InterruptedException {
    var session = writing.session();
    try {
      var stream = writing.from().stream();
      var token = stream.takeOver();
      if (stream.number() == LegacySession.STANDALONE && session.startListening()) {
        news.begin(session.caller());
        links.listen(session);
      }
      var writer = new StreamWriter(writing.reply(), stream, keepAlive);
      if (writer.write(token, writing.from().after(), session.version())
          == StreamWriter.Ending.READ_TO_END) {
        session.forget(stream);
      }
      return writing.record();
    } finally {
      open.decrementAndGet();
      session.stopReading();
      session.leave();
    }
  }
}

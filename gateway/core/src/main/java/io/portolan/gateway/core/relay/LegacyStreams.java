package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.session.SessionStream;
import io.portolan.gateway.protocol.ErrorCode;
import java.time.Duration;

/*
 * A client that comes back with an id we do not know must not be given another stream instead: it
 * would wait there for an answer that never comes.
 */

/** Serves a legacy client's GET: a session's standalone stream, or one that is resumed. */
final class LegacyStreams {
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final SessionLinks links;
  private final Duration keepAlive;

  LegacyStreams(SessionLinks links, Duration keepAlive) {
    this.links = links;
    this.keepAlive = keepAlive;
  }

  /** Writes the stream the client asks for until either side ends it. */
  CallRecord serve(Call call, LegacySession session) throws InterruptedException {
    var lastEventId = call.inbound().headers().first(LAST_EVENT_ID);
    if (lastEventId == null || lastEventId.isEmpty()) {
      return write(call, session, session.standalone(), session.standalone().last());
    }
    var position = SessionStream.parse(lastEventId);
    var resumed = position == null ? null : session.stream(position.stream());
    if (position == null || resumed == null || position.sequence() > resumed.last()) {
      return call.error(
          400,
          null,
          ErrorCode.INVALID_REQUEST,
          "Header Last-Event-ID: no stream of this session can be resumed after the event sent");
    }
    return write(call, session, resumed, position.sequence());
  }

  private CallRecord write(Call call, LegacySession session, SessionStream stream, long after)
      throws InterruptedException {
    var token = stream.takeOver();
    if (stream.number() == LegacySession.STANDALONE && session.startListening()) {
      links.listen(session);
    }
    var writer = new StreamWriter(call.reply(), stream, keepAlive);
    if (writer.write(token, after, session.version()) == StreamWriter.Ending.READ_TO_END) {
      session.forget(stream);
    }
    return call.record(CallRecord.Outcome.OK);
  }
}

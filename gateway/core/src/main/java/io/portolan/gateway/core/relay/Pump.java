package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.EventSink;
import io.portolan.gateway.core.session.SessionStream;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Messages go through the session's stream, which keeps them for a client that comes back, and from
 * there to the connection as long as there is one. When the server asks to be polled, so is the
 * client: its connection is closed and the pump goes on without one, on a thread of its own.
 */

/** Carries the streamed answer to one request of a legacy client. Used by one thread at a time. */
final class Pump {
  private static final Duration REFRESH_MAX = Duration.ofSeconds(2);

  private final Federation federation;
  private final LegacyCall ask;
  private final Source from;
  private final ServerMessages messages;
  private final SessionStream out;
  private final long token;
  private @Nullable EventSink sink;
  private long written;
  private boolean over;

  Pump(Federation federation, LegacyCall ask, Source from) {
    this.federation = federation;
    this.ask = ask;
    this.from = from;
    this.messages = new ServerMessages(ask.session(), ask.view(), from.server(), from.link());
    this.out = ask.session().newStream();
    this.token = out.takeOver();
  }

  /** Carries everything, or all until the server asks to be polled. */
  CallRecord answer(MessageStream in) throws InterruptedException {
    var handedOver = false;
    try {
      sink = ask.call().reply().stream(List.of());
      if (ask.session().version().compareTo(ProtocolVersion.V2025_11_25) >= 0) {
        out.prime();
        drain();
      }
      var outcome = carry(in);
      if (outcome == null) {
        ask.session().enter();
        Thread.ofVirtual().name("polled-call").start(() -> carryOn(in));
        handedOver = true;
        return ask.call().record(Outcome.OK);
      }
      return ask.call().record(outcome);
    } finally {
      if (!handedOver) {
        end(in, null);
      }
    }
  }

  private void carryOn(MessageStream in) {
    try {
      Outcome outcome;
      do {
        outcome = carry(in);
      } while (outcome == null);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      end(in, null);
      ask.session().leave();
    }
  }

  /** Carries until the end, which gives the outcome, or until a pause, which gives null. */
  private @Nullable Outcome carry(MessageStream in) throws InterruptedException {
    while (true) {
      switch (in.next()) {
        case MessageStream.Received(Message.Answer _) when isWithdrawn() -> {
          return withdrawn(in);
        }
        case MessageStream.Received(Message.Answer message) -> {
          var answer = Answered.of(message);
          end(in, ask.toClient(answer, from));
          return ask.call().outcome(answer);
        }
        case MessageStream.Received(Message.Call message) -> carry(message);
        case MessageStream.Paused _ when isWithdrawn() -> {
          return withdrawn(in); // so do servers end a stream whose call was cancelled
        }
        case MessageStream.Paused(var retry) -> {
          out.askToRetry(retry);
          drain();
          closeSink();
          return null;
        }
        case MessageStream.Ended _ -> {
          return broken(
              in,
              ask.inFlight().cancellation().isBarred()
                  ? new UpstreamFailure.Barred()
                  : new UpstreamFailure.BrokenOff("stream ended without an answer", true));
        }
        case MessageStream.Broken(var failure) -> {
          return broken(in, ask.told(failure));
        }
      }
    }
  }

  private void carry(Message.Call message) throws InterruptedException {
    var changed = ListKind.changedBy(message.method());
    if (!changed.isEmpty()) {
      // Who hears of a change must find it when asking.
      federation.refresh(from.server().name(), changed, REFRESH_MAX);
      if (ask.session().listening()) {
        return; // the federation tells on the standalone stream, and once is enough
      }
    }
    var payload = messages.toClient(message, from.context());
    if (payload.isPresent()) {
      out.append(payload.get());
      drain();
    }
  }

  private Outcome broken(MessageStream in, UpstreamFailure failure) {
    if (isWithdrawn()) {
      return withdrawn(in);
    }
    Withdrawals.after(failure, from.link(), from.id(), from.context());
    if (Failures.isWorthACheck(failure)) {
      federation.check(from.server().name());
    }
    end(in, Failures.payload(ask.request().id(), from.server().name(), failure));
    return Failures.outcome(failure);
  }

  private boolean isWithdrawn() {
    return ask.inFlight().withdrawn();
  }

  /** The client asked for no answer. */
  private Outcome withdrawn(MessageStream in) {
    end(in, null);
    return Outcome.CANCELLED;
  }

  /** Ends everything, after a last message if there is one. Idempotent. */
  private void end(MessageStream in, @Nullable Payload last) {
    if (over) {
      return;
    }
    over = true;
    in.close();
    ask.end();
    messages.forgetAsked();
    if (last != null) {
      out.append(last);
    }
    out.end();
    drain();
    if (isWithdrawn()) {
      // Not forgotten: a client that comes back because it saw no answer is told that none follows.
      out.discard();
    } else if (sink != null || !ask.session().keeps(out)) {
      // Read to the end by the client it was meant for, or out of reach: nobody asks for it again.
      ask.session().forget(out);
    }
    closeSink();
  }

  /** Writes what the client has not been sent yet, as far as it is there. */
  private void drain() {
    var open = sink;
    if (open == null) {
      return;
    }
    if (!out.isConsumer(token)) {
      closeSink(); // the client came back on another connection
      return;
    }
    var batch = out.poll(token, written);
    written = batch.last();
    if (!batch.frames().isEmpty() && !open.write(Payload.concat(batch.frames()))) {
      closeSink();
    }
  }

  private void closeSink() {
    var open = sink;
    sink = null;
    if (open != null) {
      open.close();
    }
  }
}

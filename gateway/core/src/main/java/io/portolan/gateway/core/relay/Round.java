package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.parked.Conversation;
import io.portolan.gateway.core.parked.Mailbox;
import io.portolan.gateway.core.parked.ParkedCalls;
import io.portolan.gateway.core.parked.Question;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.view.Answered;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client within a conversation: from the request to what ends it, a question or
 * the answer. Used once, by one thread.
 */
final class Round {
  private final ModernCall ask;
  private final Conversation call;
  private final Kept kept;
  private final Federation federation;
  private final CallContext context;
  private final ModernReply reply;
  private boolean takesTask;
  private Deadline patience;

  /**
   * Where the call goes that outlives the round.
   *
   * @param parked calls that wait for their client
   * @param tasks calls that their client asks for now and then
   * @param digest of the request, which a retry must repeat
   */
  record Kept(ParkedCalls parked, ModernTasks tasks, Slice digest) {}

  Round(ModernCall ask, Conversation call, Kept kept, Federation federation) {
    this.ask = ask;
    this.call = call;
    this.kept = kept;
    this.federation = federation;
    this.context = ask.contextFor(call.server());
    this.reply = new ModernReply(ask.call().reply());
    this.takesTask = ModernTasks.isWanted(ask.request());
    this.patience = takesTask ? context.deadline().orIn(kept.tasks().after()) : context.deadline();
  }

  /** Goes on with a call that was parked, after the server was told what its client answered. */
  CallRecord resume(Map<String, Slice> responses) throws InterruptedException {
    var failure = call.answer(responses, context);
    if (failure != null) {
      call.giveUp(failure);
    }
    return run();
  }

  /** Carries what the server sends, until it asks, answers or fails. */
  CallRecord run() throws InterruptedException {
    ask.cancellation().onCancel(() -> call.giveUp(ask.gone()));
    var mailbox = call.mailbox();
    var isParked = false;
    try {
      while (true) {
        switch (mailbox.next(patience)) {
          case Mailbox.Next.Note(var message) -> carry(message);
          case Mailbox.Next.Ask(var questions) -> {
            ask.cancellation().done();
            var task = asTask();
            if (task != null) {
              isParked = true;
              return created(task);
            }
            var state =
                ask.cancellation().isCancelled() ? null : kept.parked().park(call, kept.digest());
            isParked = state != null;
            return state == null ? notParked() : required(questions, state);
          }
          case Mailbox.Next.OutOfTime _ when takesTask && !context.deadline().passed() -> {
            patience = context.deadline();
            if (!mailbox.leave()) {
              continue; // it has just ended
            }
            ask.cancellation().done();
            var task = asTask();
            if (task != null) {
              isParked = true;
              return created(task);
            }
            takesTask = false; // no room: it goes on as it began
            mailbox.resume();
            ask.cancellation().onCancel(() -> call.giveUp(ask.gone()));
          }
          case Mailbox.Next.Over(Mailbox.End.Answered(var message, var status)) -> {
            return answered(message, status);
          }
          case Mailbox.Next.Over(Mailbox.End.Failed(var failure)) -> {
            return failed(failure);
          }
          case Mailbox.Next.OutOfTime _ ->
              call.giveUp(new UpstreamFailure.TimedOut("the round's deadline passed", true));
        }
      }
    } finally {
      if (!isParked) {
        ask.cancellation().done();
        call.giveUp(ask.gone()); // of no effect on a call that is over
        mailbox.discard();
      }
      reply.close();
    }
  }

  private CallRecord notParked() {
    var why =
        ask.cancellation().isCancelled()
            ? ask.gone()
            : new UpstreamFailure.Saturated("too many calls wait for their clients");
    call.giveUp(ask.gone());
    return failed(why);
  }

  // ---- on the way

  private void carry(Message.Notification message) {
    var splice = ask.view().toClient(call.server(), message);
    switch (message.method()) {
      case Methods.PROGRESS -> {
        var theirs = progressToken(message);
        var mine = ask.progressToken();
        if (theirs == null || mine == null) {
          return;
        }
        splice.replace(theirs, mine);
      }
      case Methods.LOG_MESSAGE -> {
        if (!LogLevels.isWanted(ask.request(), message)) {
          return;
        }
      }
      default -> {}
    }
    if (!reply.write(splice.apply())) {
      ask.cancellation().cancel();
    }
  }

  private static @Nullable Slice progressToken(Message.Notification message) {
    var params = message.params();
    return params == null ? null : params.get(MetaKeys.PROGRESS_TOKEN);
  }

  // ---- the end of the round

  /** What tells the client that the call goes on as a task; null when it does not. */
  private @Nullable Slice asTask() {
    return takesTask && !ask.cancellation().isCancelled()
        ? kept.tasks().keep(call, ask.call().inbound().route())
        : null;
  }

  private CallRecord created(Slice task) {
    return reply(200, Replies.result(ask.request().id(), task), Outcome.OK);
  }

  private CallRecord required(List<Question> questions, String state) {
    var asked = InputRequired.of(questions, ask.view(), call.server());
    ask.call().goesOn();
    return reply(200, InputRequired.reply(ask.request().id(), asked, state), Outcome.OK);
  }

  private CallRecord answered(Message.Answer message, int status) {
    var answer = Answered.of(message);
    var urls = InputRequired.urls(message);
    if (urls != null && call.declared().takesUrls()) {
      var state = kept.parked().callAgain(context.principal(), kept.digest());
      ask.call().goesOn();
      return reply(200, InputRequired.reply(ask.request().id(), urls, state), Outcome.OK);
    }
    var lacking = call.lacking();
    if (lacking != null && InputRequired.isFailure(answer)) {
      var error = InputRequired.missing(ask.request().id(), call.server().name(), lacking);
      return reply(400, error, Outcome.BAD_REQUEST);
    }
    var modern = new ModernAnswer(ask, call.server(), Era.LEGACY);
    return reply(
        modern.status(message, status), modern.toClient(answer), ask.call().outcome(answer));
  }

  private CallRecord failed(UpstreamFailure failure) {
    if (failure instanceof UpstreamFailure.GrantNeeded needed && call.declared().takesUrls()) {
      var state = kept.parked().callAgain(context.principal(), kept.digest());
      var asked = GrantRequests.requests(needed);
      ask.call().goesOn();
      return reply(200, InputRequired.reply(ask.request().id(), asked, state), Outcome.OK);
    }
    var server = call.server().name();
    if (Failures.isWorthACheck(failure)) {
      federation.check(server);
    }
    var error = Failures.payload(ask.request().id(), server, failure);
    reply.end(200, Failures.headers(failure), error);
    return ask.call().record(Failures.outcome(failure));
  }

  private CallRecord reply(int status, Payload message, Outcome outcome) {
    reply.end(status, message);
    return ask.call().record(outcome);
  }
}

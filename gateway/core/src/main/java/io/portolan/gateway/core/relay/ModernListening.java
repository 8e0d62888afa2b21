package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.edge.CallRecord;
import io.portolan.gateway.core.edge.CallRecord.Outcome;
import io.portolan.gateway.core.edge.Limit;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.SseFrame;
import java.time.Duration;
import java.util.List;

/** Serves {@code subscriptions/listen}. Thread-safe. */
final class ModernListening {
  private final Subscriptions subscriptions;
  private final Duration keepAlive;
  private final News news;
  private final OverLimit overLimit;

  ModernListening(Subscriptions subscriptions, Duration keepAlive, News news, OverLimit overLimit) {
    this.subscriptions = subscriptions;
    this.keepAlive = keepAlive;
    this.news = news;
    this.overLimit = overLimit;
  }

  /** Serves one request until the client goes, falls behind, or the gateway closes. */
  CallRecord listen(Call call, View view, Message.Request request) throws InterruptedException {
    var filter = SubscriptionFilter.read(request.params());
    if (filter.isEmpty()) {
      return call.error(
          200,
          request.id(),
          ErrorCode.INVALID_PARAMS,
          "subscriptions/listen needs params.notifications, an object");
    }
    try (var resources = new ResourceUpdates(view, call.inbound().context())) {
      var honoured = resources.supported(filter.get());
      var caller = call.inbound().caller();
      var subscription =
          new Subscription(
              call.inbound().route(),
              request.id(),
              honoured,
              (server, kind) -> news.concerns(caller, server, kind));
      news.begin(caller);
      switch (subscriptions.add(subscription, call.inbound().context().principal())) {
        case TOO_MANY -> {
          return overLimit.subscriptions(call, request.id(), subscriptions.openMax());
        }
        case TOO_MANY_OF_CALLER -> {
          var max = subscriptions.perPrincipalMax();
          return overLimit.streams(call, request.id(), Limit.STREAMS_PER_PRINCIPAL, max);
        }
        case OPEN -> {}
      }
      try {
        resources.follow(honoured, subscription);
        return call.record(follow(call, subscription));
      } finally {
        subscriptions.remove(subscription);
      }
    }
  }

  private Outcome follow(Call call, Subscription subscription) throws InterruptedException {
    var cancellation = new Cancellation();
    cancellation.onCancel(subscription::end);
    call.reply().cancelOnDisconnect(cancellation);
    var sink = call.reply().stream(List.of());
    try {
      if (!sink.write(SseFrame.message(null, subscription.acknowledgement()))) {
        return Outcome.OK;
      }
      while (!subscription.ended()) {
        var message = subscription.next(keepAlive);
        if (subscription.ended() && message.isEmpty()) {
          break;
        }
        var frame =
            message.map(payload -> SseFrame.message(null, payload)).orElseGet(SseFrame::keepAlive);
        if (!sink.write(frame)) {
          return Outcome.OK;
        }
      }
      sink.write(SseFrame.message(null, subscription.completion()));
      return Outcome.OK;
    } finally {
      sink.close();
    }
  }
}

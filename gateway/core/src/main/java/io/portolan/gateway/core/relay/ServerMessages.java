package io.portolan.gateway.core.relay;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.session.LegacySession;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.view.View;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.access.ItemKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts what a server sends of its own accord into the terms of one client session: ids and tokens
 * that no other server of the session has, names of the session's view. Used by one thread.
 */
final class ServerMessages {
  private static final Slice NOTHING = Slice.utf8("{}");

  private final LegacySession session;
  private final View view;
  private final Server server;
  private final UpstreamLink link;
  private final List<Long> asked = new ArrayList<>(0); // ids towards the client

  ServerMessages(LegacySession session, View view, Server server, UpstreamLink link) {
    this.session = session;
    this.view = view;
    this.server = server;
    this.link = link;
  }

  /**
   * The message for the client; empty when there is nothing for it, in which case a request has
   * been answered here.
   */
  Optional<Payload> toClient(Message.Call message, CallContext context)
      throws InterruptedException {
    return switch (message) {
      case Message.Request request -> request(request, context);
      case Message.Notification notification -> notification(notification);
    };
  }

  private Optional<Payload> request(Message.Request request, CallContext context)
      throws InterruptedException {
    if (request.method().equals(Methods.PING)) {
      link.send(Replies.result(request.id(), NOTHING), context);
      return Optional.empty();
    }
    if (!view.concernsCaller(server, request)) {
      var why = "Method not found: no client is there whose task this is";
      link.send(Replies.error(request.id(), ErrorCode.METHOD_NOT_FOUND, why), context);
      return Optional.empty();
    }
    if (!isDeclared(request.method())) {
      var why = "Method not found: the client did not declare " + request.method();
      link.send(Replies.error(request.id(), ErrorCode.METHOD_NOT_FOUND, why), context);
      return Optional.empty();
    }
    var token = progressToken(request.params());
    var number = session.expect(link, request.id(), token);
    if (number == 0) {
      var why = "Too many requests to this client are pending";
      link.send(Replies.error(request.id(), ErrorCode.OVERLOADED, why), context);
      return Optional.empty();
    }
    asked.add(number);
    var id = Slice.utf8(Long.toString(number));
    var splice = view.toClient(server, request).replace(request.id(), id);
    if (token != null) {
      splice.replace(token, id);
    }
    return Optional.of(splice.apply());
  }

  /** Whether the client can take a request; what is unknown here is passed on. */
  private boolean isDeclared(String method) {
    var capabilities = JsonView.of(session.identity().opening().capabilities());
    return switch (method) {
      case Methods.SAMPLING_CREATE_MESSAGE -> capabilities.get("sampling") != null;
      case Methods.ELICITATION_CREATE -> capabilities.get("elicitation") != null;
      case Methods.ROOTS_LIST -> capabilities.get("roots") != null;
      default -> true;
    };
  }

  private static @Nullable Slice progressToken(@Nullable JsonView params) {
    var meta = params == null ? null : params.view(MetaKeys.META);
    return meta == null ? null : meta.get(MetaKeys.PROGRESS_TOKEN);
  }

  private Optional<Payload> notification(Message.Notification notification) {
    if (notification.method().equals(Methods.RESOURCES_UPDATED) && !isShown(notification)) {
      return Optional.empty();
    }
    var splice = view.toClient(server, notification);
    if (notification.method().equals(Methods.CANCELLED)) {
      var params = notification.params();
      var id = params == null ? null : params.get("requestId");
      var number = id == null ? 0 : session.takenBack(link, id);
      if (id == null || number == 0) {
        return Optional.empty();
      }
      splice.replace(id, Slice.utf8(Long.toString(number)));
    }
    return Optional.of(splice.apply());
  }

  /** What a client is told of may have been taken from it since it subscribed. */
  private boolean isShown(Message.Notification notification) {
    var params = notification.params();
    var uri = params == null ? null : params.string("uri");
    return uri == null || view.shows(server, ItemKind.RESOURCE, uri);
  }

  /** Forgets what was asked of the client here: the call it was asked for is over. */
  void forgetAsked() {
    asked.forEach(session::forgetReverse);
    asked.clear();
  }
}

package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.catalogue.ModernMetaJson;
import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.view.LegacyTasks;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import java.util.List;

/**
 * The requests of the modern tasks extension, made by the gateway on behalf of a session. Stateless
 * but for ids; thread-safe.
 */
final class TaskRequests {
  private final UpstreamLink server;
  private final SessionOpening client;

  /**
   * @param client what the client said of itself, with the extension declared
   */
  TaskRequests(UpstreamLink server, SessionOpening client) {
    this.server = server;
    this.client = client;
  }

  /** The client as the server is told of it. */
  SessionOpening client() {
    return client;
  }

  /**
   * Sends one and waits for its answer.
   *
   * @param more further members of params, as JSON without braces; may be empty
   */
  Answer send(String method, String taskId, Slice more, Asker asker) throws InterruptedException {
    var params =
        new JsonWriter()
            .beginObject()
            .member(MetaKeys.META, ModernMetaJson.of(client))
            .member("taskId", taskId);
    if (more.length() > 0) {
      params.raw(more);
    }
    var own = OutboundRequest.own(server.nextId(), method, params.endObject().toSlice());
    var named =
        new OutboundRequest(
            own.id(),
            own.message(),
            own.splice(),
            method,
            taskId, // the extension wants the task in Mcp-Name
            List.of(),
            asker.cancellation());
    return switch (server.request(named, asker.context())) {
      case Answer.Streamed(var stream) -> last(stream);
      case Answer answer -> answer;
    };
  }

  /** On whose behalf a request is made. */
  record Asker(CallContext context, Cancellation cancellation) {}

  private static Answer last(MessageStream stream) throws InterruptedException {
    try (stream) {
      while (true) {
        switch (stream.next()) {
          case MessageStream.Received(Message.Answer answer) -> {
            return new Answer.Whole(answer, 200);
          }
          case MessageStream.Received _, MessageStream.Paused _ -> {}
          case MessageStream.Ended _ -> {
            return new Answer.Accepted();
          }
          case MessageStream.Broken(var failure) -> {
            return new Answer.Failed(failure);
          }
        }
      }
    }
  }

  /** The same client, which takes tasks besides. */
  static SessionOpening extended(SessionOpening client) {
    var members = JsonView.of(client.capabilities());
    var json = new JsonWriter().beginObject();
    for (int i = 0; i < members.size(); i++) {
      if (!members.name(i).equals("extensions")) {
        json.member(members.name(i), members.value(i));
      }
    }
    json.name("extensions").beginObject();
    var extensions = members.view("extensions");
    for (int i = 0; extensions != null && i < extensions.size(); i++) {
      json.member(extensions.name(i), extensions.value(i));
    }
    if (extensions == null || extensions.get(LegacyTasks.EXTENSION) == null) {
      json.member(LegacyTasks.EXTENSION, InputRequests.NO_PARAMS);
    }
    var capabilities = json.endObject().endObject().toSlice();
    return new SessionOpening(client.version(), capabilities, client.clientInfo());
  }
}

package io.portolan.gateway.core.view;

import io.portolan.gateway.core.admission.ResultRules;
import io.portolan.gateway.core.catalogue.ListForm;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.access.Decision;
import io.portolan.tenancy.access.ItemKind;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint's window on the catalogue of one moment. Immutable; made per request, which costs
 * nothing.
 */
public sealed interface View permits AdmittedView, FederatedView, SingleView {
  /** Where a request goes, or why it goes nowhere. */
  sealed interface Route {
    /**
     * To a server.
     *
     * @param server the server
     * @param splice the request with names and URIs in the server's own form
     * @param name the server's own name of what is asked for; null where nothing is named
     * @param rule the rule that allows it; null where none was asked
     */
    record To(Server server, Splice splice, @Nullable String name, @Nullable String rule)
        implements Route {
      /** Where no rule is asked. */
      public To(Server server, Splice splice, @Nullable String name) {
        this(server, splice, name, null);
      }

      /** The same, as a rule allows it; an empty name is none. */
      To by(String allowing) {
        return allowing.isEmpty() ? this : new To(server, splice, name, allowing);
      }
    }

    /** Nowhere: the message says what was sent and what would do. */
    record Nowhere(Reason reason, String message) implements Route {}

    /**
     * Nowhere, though what is asked for exists for the caller.
     *
     * @param server where it exists
     * @param what what was asked for, in the caller's words
     * @param decision why it may not be done, or not so
     */
    record Refused(Server server, String what, Decision decision) implements Route {}
  }

  /** Why a request goes nowhere. */
  enum Reason {
    INVALID_PARAMS,
    UNKNOWN_NAME,
    UNKNOWN_RESOURCE,
    UNKNOWN_METHOD
  }

  /** Routes a request: one look-up. */
  Route route(Message.Request request);

  /** Starts rewriting an answer of a server into this view's names. */
  Splice toClient(Server server, Answered answer);

  /** Starts rewriting a request or notification of a server into this view's names. */
  Splice toClient(Server server, Message.Call message);

  /** The server's own id of a task that the caller was told of; null of any other. */
  @Nullable String ownTask(String sent);

  /**
   * Whether the caller was told of a task of a server, or used it, in the time that is remembered.
   */
  boolean knowsTask(Server server, String own);

  /** Whether a message of a server that nobody asked for may be shown to the caller. */
  default boolean concernsCaller(Server server, Message.Call message) {
    var subject =
        message.method().startsWith("notifications/tasks")
            ? TaskNames.subject(message.params())
            : null;
    var related = TaskNames.related(message.params());
    return (subject == null || knowsTask(server, subject.string()))
        && (related == null || knowsTask(server, related.string()));
  }

  /** Whether something of a server that a client was not asked about exists for it. */
  default boolean shows(Server server, ItemKind kind, String name) {
    return true;
  }

  /** What is done with the result of a request; null when nothing is. */
  default @Nullable ResultRules resultRules(Message.Request request) {
    return null;
  }

  /** What is done with results of tasks at a server; null when nothing is. */
  default @Nullable ResultRules resultRulesOfTasks(Server server) {
    return null;
  }

  /** A list, ready to send; null when the view does not offer the list at all. */
  @Nullable Listing list(ListKind kind);

  /** How a legacy client is answered that asks for a list. */
  ListForm legacyForm();

  /** What a list's result says beside the items; null when nothing. */
  @Nullable Slice listExtra(ListKind kind);

  /** The servers that can be seen through the view. */
  Collection<Server> servers();

  /** The {@code initialize} or {@code server/discover} result's capabilities, as JSON. */
  Slice capabilities(Era era);

  /** The result's server info, as JSON. */
  Slice serverInfo(Era era);

  /** The result's instructions; null when there are none. */
  @Nullable String instructions();

  /** Servers that are not up, as a JSON object; null when all are. */
  @Nullable Slice troubles();
}

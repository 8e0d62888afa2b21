package io.portolan.gateway.core.parked;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import java.time.Instant;

/**
 * A call that goes on as a task: its client polls instead of waiting. Thread-safe.
 *
 * @see <a
 *     href="https://modelcontextprotocol.github.io/ext-tasks/specification/2026-07-28/tasks.html">MCP,
 *     tasks extension</a>
 */
public final class CallTask {
  private final String id;
  private final Conversation call;
  private final Instant created;
  private final Instant expires;
  // Guarded by this.
  private String status = "";
  private Instant updated;

  CallTask(String id, Conversation call, Instant created, Instant expires) {
    this.id = id;
    this.call = call;
    this.created = created;
    this.expires = expires;
    this.updated = created;
  }

  /** What the client knows it by: sealed, and bound to the principal and the endpoint. */
  public String id() {
    return id;
  }

  /** The call itself. */
  public Conversation call() {
    return call;
  }

  public Instant created() {
    return created;
  }

  /** When it is forgotten, whatever has become of it. */
  public Instant expires() {
    return expires;
  }

  /** Notes the status that its client is told now, and returns since when that has been known. */
  public synchronized Instant updated(String newStatus, Instant now) {
    if (!newStatus.equals(status)) {
      updated = status.isEmpty() ? created : now;
      status = newStatus;
    }
    return updated;
  }

  /** Gives the call up, also towards the server; of no effect on one that is over. */
  public void cancel() {
    call.giveUp(new UpstreamFailure.Cancelled("its client cancelled the task"));
  }

  boolean isOver() {
    return call.mailbox().look() instanceof Mailbox.Seen.Over;
  }

  void forget() {
    call.giveRoomBack();
    call.giveUp(new UpstreamFailure.Cancelled("nobody asked for the task any more"));
    call.mailbox().discard();
  }
}

package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * A way to exchange messages with one server in one era: a legacy session, or the stateless modern
 * side. Many calls may be under way at a time. Thread-safe; blocking.
 */
public interface UpstreamLink extends AutoCloseable {
  /** The era spoken on this link. */
  Era era();

  /**
   * What the server answered when the session was opened: the {@code initialize} result of this
   * very session, or the remembered {@code server/discover} result.
   */
  JsonView hello();

  /** A request id that no other request on this link has, ever. */
  long nextId();

  /**
   * Sends a request and returns when the answer's head is known: a whole answer, a stream of
   * messages that ends with one, or a failure. Blocks until then, at most until the deadline of
   * {@code context}; the deadline also bounds the stream. Never throws for what the server did.
   */
  Answer request(OutboundRequest request, CallContext context) throws InterruptedException;

  /**
   * Sends a notification, or the answer to a request of the server. Blocks until it is accepted.
   *
   * @return null when the server took it, what went wrong otherwise
   */
  @Nullable UpstreamFailure send(Payload message, CallContext context) throws InterruptedException;

  /**
   * What a legacy server sends outside of calls: the GET stream, or what arrives on standard output
   * and belongs to no call. At most one such stream per link is open at a time; it reconnects by
   * itself until it is closed or the session is lost, and ends at once where the server offers
   * none. On a modern link it ends at once.
   */
  MessageStream listen();

  /** Ends the session (DELETE where the transport has it). Idempotent; does not block for long. */
  @Override
  void close();
}

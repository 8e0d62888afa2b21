package io.portolan.gateway.core.upstream;

import io.portolan.gateway.protocol.Era;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import java.util.List;

/**
 * One MCP server, however it is reached. Connections or child processes are pooled behind it.
 * Thread-safe; blocking methods belong on virtual threads and end when their deadline passes.
 */
public interface Upstream extends AutoCloseable {
  /** What the operator wrote. */
  ServerDefinition definition();

  /**
   * Asks the server which eras it speaks and what it is: {@code server/discover} first, then {@code
   * initialize}. Blocks. The answer is remembered until the next probe.
   *
   * @throws UpstreamUnavailable when the server cannot be reached or speaks neither era
   */
  ServerProfile probe(Deadline deadline) throws UpstreamUnavailable, InterruptedException;

  /**
   * The stateless link to a server that speaks {@link Era#MODERN}. One link, shared by all callers;
   * closing it does nothing.
   */
  UpstreamLink modern();

  /**
   * Opens a session with a server that speaks {@link Era#LEGACY}: sends {@code initialize} and
   * {@code notifications/initialized}. Blocks.
   *
   * @throws UpstreamUnavailable when the server cannot be reached or refuses
   */
  UpstreamLink openSession(SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException;

  /**
   * The same on behalf of a principal, who alone uses the session: where the server is shown
   * credentials, the session's are theirs.
   */
  default UpstreamLink openSession(SessionOpening opening, Principal principal, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    return openSession(opening, deadline);
  }

  /**
   * Whether a request that failed so may be sent once more: it never reached the server, or says of
   * itself that twice is as good as once, and the server has not had too many repetitions. Who is
   * told so has taken one of those.
   */
  default boolean mayRepeat(OutboundRequest request, UpstreamFailure failure) {
    return false;
  }

  /** How the server is doing by the calls made to it. */
  default Condition condition() {
    return Condition.UNWATCHED;
  }

  /**
   * What people should know before they trust the server, in words for them; after a {@link
   * #probe}.
   */
  default List<String> notes() {
    return List.of();
  }

  /** Ends every link, connection and child process. Idempotent; blocks at most a few seconds. */
  @Override
  void close();
}

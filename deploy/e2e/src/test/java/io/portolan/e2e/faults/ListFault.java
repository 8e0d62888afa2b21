package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;
import java.util.Optional;

/**
 * What a server that misbehaves answers when it is asked for a list; nothing for other requests.
 */
@FunctionalInterface
public interface ListFault {
  /** The answer to a request for tools, or nothing. */
  Optional<Answer> to(Received request);
}

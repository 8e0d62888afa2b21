package io.portolan.e2e.faults;

import io.portolan.e2e.upstream.Answer;
import io.portolan.e2e.upstream.Received;

/** What a server that misbehaves does with a call. Stateless. */
@FunctionalInterface
public interface CallFault {
  /** The answer, or what there is in its place. */
  Answer to(Received call);
}

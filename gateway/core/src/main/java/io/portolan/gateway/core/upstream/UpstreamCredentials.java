package io.portolan.gateway.core.upstream;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;

/**
 * What the gateway shows one server to prove on whose behalf it sends a request. Never what the
 * caller came with. Thread-safe. Quick where something good is in memory; blocks otherwise, at most
 * until the deadline.
 */
public interface UpstreamCredentials {
  /** Nothing is shown. */
  Shown NOTHING = new Nothing();

  /** Of a server that is shown nothing. */
  UpstreamCredentials NONE =
      new UpstreamCredentials() {
        @Override
        public Shown of(Principal principal, Deadline deadline) {
          return NOTHING;
        }

        @Override
        public Shown instead(Authorization refused, Principal principal, Deadline deadline) {
          return NOTHING;
        }
      };

  /**
   * What to show for a principal; {@link Principal#GATEWAY} for requests of the gateway's own, such
   * as those for lists.
   */
  Shown of(Principal principal, Deadline deadline) throws InterruptedException;

  /** What to show after the server has refused something with 401. */
  Shown instead(Authorization refused, Principal principal, Deadline deadline)
      throws InterruptedException;

  /** What is shown. */
  sealed interface Shown {}

  /** The server is asked without a credential. */
  record Nothing() implements Shown {}

  /**
   * The value of the header {@code Authorization}.
   *
   * @param value a scheme and a token, without line breaks
   */
  record Authorization(String value) implements Shown {
    @Override
    public String toString() {
      return "Authorization";
    }
  }

  /**
   * There is nothing to show, so the server must not be asked.
   *
   * @param failure why
   */
  record Unavailable(UpstreamFailure failure) implements Shown {}
}

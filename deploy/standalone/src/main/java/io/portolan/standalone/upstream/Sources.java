package io.portolan.standalone.upstream;

import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.UpstreamTokens;

/** Whose token a request to a server carries. */
sealed interface Sources {
  /** The tokens from among which the principal's is taken. */
  UpstreamTokens tokens(Principal principal);

  /** Under which principal it is kept. */
  Principal key(Principal principal);

  /** Every request carries the gateway's own. */
  record Itself(UpstreamTokens own) implements Sources {
    @Override
    public UpstreamTokens tokens(Principal principal) {
      return own;
    }

    @Override
    public Principal key(Principal principal) {
      return Principal.GATEWAY;
    }
  }

  /** A caller's request carries one that stands for the caller; the gateway's own its own. */
  record Exchanging(UpstreamTokens own, UpstreamTokens exchanged) implements Sources {
    @Override
    public UpstreamTokens tokens(Principal principal) {
      return principal.equals(Principal.GATEWAY) ? own : exchanged;
    }

    @Override
    public Principal key(Principal principal) {
      return principal;
    }
  }
}

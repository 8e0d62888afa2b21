package io.portolan.standalone.upstream;

import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.Credential;

/** Shows a server access tokens. Thread-safe. */
final class TokenCredentials implements UpstreamCredentials {
  private static final String SCHEME = "Bearer ";

  private final String server;
  private final Sources sources;

  TokenCredentials(String server, Sources sources) {
    this.server = server;
    this.sources = sources;
  }

  @Override
  public Shown of(Principal principal, Deadline deadline) throws InterruptedException {
    return shown(sources.tokens(principal).of(sources.key(principal), deadline));
  }

  @Override
  public Shown instead(Authorization refused, Principal principal, Deadline deadline)
      throws InterruptedException {
    var token = new Credential.Token(refused.value().substring(SCHEME.length()));
    return shown(sources.tokens(principal).renewed(sources.key(principal), token, deadline));
  }

  private Shown shown(Credential credential) {
    return switch (credential) {
      case Credential.Token(var value) -> new Authorization(SCHEME + value);
      case Credential.Ungranted() ->
          new Unavailable(
              new UpstreamFailure.NoCredential(server + ": the user has not allowed it"));
      case Credential.Unavailable(var why) ->
          new Unavailable(new UpstreamFailure.NoCredential("no access token: " + why));
    };
  }
}

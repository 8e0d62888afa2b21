package io.portolan.standalone.upstream;

import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.auth.upstream.Credential;
import io.portolan.tenancy.auth.upstream.UpstreamTokens;
import org.jspecify.annotations.Nullable;

/** Shows a server what each caller has granted for it, and asks those who have not. Thread-safe. */
final class GrantedCredentials implements UpstreamCredentials {
  private static final String SCHEME = "Bearer ";

  private final String server;
  private final UpstreamTokens tokens;
  private final Consents consents;
  private final @Nullable Principal listsAs;

  /**
   * @param listsAs whose grant the gateway's own requests use; null for none
   */
  GrantedCredentials(
      String server, UpstreamTokens tokens, Consents consents, @Nullable Principal listsAs) {
    this.server = server;
    this.tokens = tokens;
    this.consents = consents;
    this.listsAs = listsAs;
  }

  @Override
  public Shown of(Principal principal, Deadline deadline) throws InterruptedException {
    var whose = whose(principal);
    return whose == null ? NOTHING : shown(principal, whose, tokens.of(whose, deadline));
  }

  @Override
  public Shown instead(Authorization refused, Principal principal, Deadline deadline)
      throws InterruptedException {
    var whose = whose(principal);
    if (whose == null) {
      return NOTHING;
    }
    var token = new Credential.Token(refused.value().substring(SCHEME.length()));
    return shown(principal, whose, tokens.renewed(whose, token, deadline));
  }

  private @Nullable Principal whose(Principal principal) {
    return principal.equals(Principal.GATEWAY) ? listsAs : principal;
  }

  private Shown shown(Principal principal, Principal whose, Credential credential) {
    return switch (credential) {
      case Credential.Token(var value) -> new Authorization(SCHEME + value);
      case Credential.Ungranted() -> new Unavailable(ungranted(principal, whose));
      case Credential.Unavailable(var why) ->
          new Unavailable(new UpstreamFailure.NoCredential("no access token: " + why));
    };
  }

  private UpstreamFailure ungranted(Principal principal, Principal whose) {
    var asked = consents.ask(whose, server);
    return principal.equals(whose)
        ? new UpstreamFailure.GrantNeeded(
            asked.id(),
            asked.url(),
            "Allow this gateway to use the server '" + server + "' for you")
        : new UpstreamFailure.NoCredential(
            "lists are asked for as "
                + whose.subject()
                + ", who has to allow it first at "
                + asked.url());
  }
}

package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.core.edge.Scopes;
import io.portolan.gateway.http.Identity;
import io.portolan.gateway.http.guard.Refusal;
import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authenticator;
import io.portolan.tenancy.auth.Presented;
import io.portolan.tenancy.auth.resource.Challenge;
import io.portolan.tenancy.auth.resource.ProtectedResources;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Puts what came of authentication on the wire: status, message and challenge. Thread-safe. */
final class EdgeIdentity implements Identity {
  private static final String AUTHORIZATION = "Authorization";
  private static final List<Reply.Header> RETRY = List.of(new Reply.Header("Retry-After", "5"));

  private final Authenticator authenticator;
  private final ProtectedResources resources;

  EdgeIdentity(Authenticator authenticator, ProtectedResources resources) {
    this.authenticator = authenticator;
    this.resources = resources;
  }

  @Override
  public Found of(Asked asked) throws InterruptedException {
    var headers = asked.headers();
    if (headers.count(AUTHORIZATION) > 1) {
      return malformed(asked, "Header Authorization was sent more than once");
    }
    return switch (authenticator.authenticate(presented(asked))) {
      case Authentication.Authenticated(var caller) -> new Known(caller);
      case Authentication.Missing() ->
          unknown(
              401,
              "Nobody is signed in; expected Authorization: Bearer with an access token or API key",
              Challenge.missing(metadata(asked), Scopes.READ));
      case Authentication.Invalid(var why) ->
          unknown(401, why, Challenge.invalidToken(metadata(asked), why, Scopes.READ));
      case Authentication.Malformed(var why) -> malformed(asked, why);
      case Authentication.Barred(var why) -> new Unknown(Refusal.of(403, why), List.of());
      case Authentication.Unscoped() ->
          new Unknown(
              Refusal.of(403, "The token has no scope; expected " + Scopes.READ),
              insufficientScope(asked, Scopes.READ));
      case Authentication.Unavailable(var why) ->
          new Unknown(new Refusal(503, ErrorCode.OVERLOADED, why), RETRY);
    };
  }

  private Presented presented(Asked asked) {
    var headers = asked.headers();
    var resource = resources.resource(asked.path(), headers.first("Host"));
    return new Presented(headers.first(AUTHORIZATION), asked.query(), resource);
  }

  @Override
  public BooleanSupplier withdrawal(Asked asked, Caller caller) {
    return authenticator.withdrawal(presented(asked), caller);
  }

  private Found malformed(Asked asked, String why) {
    return unknown(400, why, Challenge.invalidRequest(metadata(asked), why));
  }

  private static Found unknown(int status, String why, String challenge) {
    return new Unknown(Refusal.of(status, why), header(challenge));
  }

  private static List<Reply.Header> header(String challenge) {
    return List.of(new Reply.Header("WWW-Authenticate", challenge));
  }

  private Optional<String> metadata(Asked asked) {
    return resources.metadataUrl(asked.path(), asked.headers().first("Host"));
  }

  @Override
  public List<Reply.Header> insufficientScope(Asked asked, String scopes) {
    return header(Challenge.insufficientScope(metadata(asked), scopes));
  }
}

package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.Identity;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.Gatekeeper;
import io.portolan.standalone.api.ManagementApi;
import io.portolan.standalone.api.Sender;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.Authenticator;
import io.portolan.tenancy.auth.Presented;
import io.portolan.tenancy.auth.resource.Challenge;
import io.portolan.tenancy.auth.resource.ProtectedResources;
import java.util.Optional;

/**
 * Who sends a request to the management API: who has the admin key, or a caller of a tenant. All of
 * the API is one resource, for which access tokens are made. Thread-safe.
 */
final class ApiIdentity implements Gatekeeper {
  /** What a proof with scopes needs for the management API. */
  static final String MANAGE = "manage";

  private static final String AUTHORIZATION = "Authorization";

  private final AdminKey adminKey;
  private final Authenticator authenticator;
  private final Authenticator anonymous;
  private final ProtectedResources resources;

  /**
   * @param authenticator that lets in nobody who is anonymous
   * @param anonymous that lets in whom the gateway serves
   */
  ApiIdentity(
      AdminKey adminKey,
      Authenticator authenticator,
      Authenticator anonymous,
      ProtectedResources resources) {
    this.adminKey = adminKey;
    this.authenticator = authenticator;
    this.anonymous = anonymous;
    this.resources = resources;
  }

  @Override
  public Found of(Identity.Asked asked) throws InterruptedException {
    var headers = asked.headers();
    var sent = headers.first(AUTHORIZATION);
    if (headers.count(AUTHORIZATION) > 1) {
      return malformed(asked, "Header Authorization was sent more than once");
    }
    if (adminKey.isShown(sent)) {
      return new Known(new Sender.Administrator());
    }
    var host = headers.first("Host");
    var presented =
        new Presented(sent, asked.query(), resources.resource(ManagementApi.PATH, host));
    return switch (authenticator.authenticate(presented)) {
      case Authentication.Authenticated(var caller) -> known(asked, caller);
      case Authentication.Missing() -> unproven(asked, presented);
      case Authentication.Invalid(var why) ->
          refused(Answer.error(401, why), Challenge.invalidToken(metadata(asked), why, MANAGE));
      case Authentication.Malformed(var why) -> malformed(asked, why);
      case Authentication.Barred(var why) -> new Refused(Answer.error(403, why));
      case Authentication.Unscoped() -> unscoped(asked);
      case Authentication.Unavailable(var why) ->
          new Refused(Answer.error(503, why).with(new Reply.Header("Retry-After", "5")));
    };
  }

  private Found unproven(Identity.Asked asked, Presented presented) throws InterruptedException {
    var refused =
        refused(
            Answer.error(
                401,
                "Expected Authorization: Bearer with the admin key of the data directory, an API"
                    + " key, or an access token for this API"),
            Challenge.missing(metadata(asked), MANAGE));
    return anonymous.authenticate(presented) instanceof Authentication.Authenticated(var caller)
        ? new Anonymous(new Sender.Member(caller), refused.answer())
        : refused;
  }

  private Found known(Identity.Asked asked, Caller caller) {
    return caller.scopes().isEmpty() || caller.scopes().contains(MANAGE)
        ? new Known(new Sender.Member(caller))
        : unscoped(asked);
  }

  private Found unscoped(Identity.Asked asked) {
    return refused(
        Answer.error(403, "The proof lacks the scope " + MANAGE),
        Challenge.insufficientScope(metadata(asked), MANAGE));
  }

  private Found malformed(Identity.Asked asked, String why) {
    return refused(Answer.error(400, why), Challenge.invalidRequest(metadata(asked), why));
  }

  private static Refused refused(Answer answer, String challenge) {
    return new Refused(answer.with(new Reply.Header("WWW-Authenticate", challenge)));
  }

  private Optional<String> metadata(Identity.Asked asked) {
    return resources.metadataUrl(ManagementApi.PATH, asked.headers().first("Host"));
  }
}

package io.portolan.tenancy.auth.upstream;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trusted;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks an authorization server for tokens. Thread-safe; blocks for some seconds at most. */
final class TokenEndpoint {
  /** How long a token is good for where the server does not say. */
  private static final Duration USUAL = Duration.ofMinutes(5);

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,16384}");

  private final SafeFetch fetch;
  private final InstantSource clock;

  TokenEndpoint(SafeFetch fetch, InstantSource clock) {
    this.fetch = fetch;
    this.clock = clock;
  }

  /** Whether the scopes are asked for: a refresh asks for what was granted. */
  enum Scopes {
    OF_THE_CLIENT,
    AS_GRANTED
  }

  /** Trades a grant for tokens. */
  Issued ask(
      UpstreamClient client, URI endpoint, AuthorizationGrant grant, Scopes scopes, Trusted trusted)
      throws InterruptedException {
    try {
      var request = request(client, endpoint, grant, scopes).toHTTPRequest();
      var headers = new LinkedHashMap<String, String>();
      request.getHeaderMap().forEach((name, values) -> headers.put(name, values.getFirst()));
      var answer =
          fetch.post(endpoint, headers, Objects.requireNonNullElse(request.getBody(), ""), trusted);
      return issued(answer);
    } catch (IOException e) {
      return new Issued.Unreachable(String.valueOf(e.getMessage()));
    }
  }

  private static TokenRequest request(
      UpstreamClient client, URI endpoint, AuthorizationGrant grant, Scopes scopes) {
    var id = new ClientID(client.id());
    var secret = client.secret() == null ? null : new Secret(client.secret());
    var builder =
        switch (client.authentication()) {
          case CLIENT_SECRET_BASIC ->
              new TokenRequest.Builder(endpoint, new ClientSecretBasic(id, secret), grant);
          case CLIENT_SECRET_POST ->
              new TokenRequest.Builder(endpoint, new ClientSecretPost(id, secret), grant);
          case NONE -> new TokenRequest.Builder(endpoint, id, grant);
        };
    if (scopes == Scopes.OF_THE_CLIENT && !client.scopes().isEmpty()) {
      builder.scope(new Scope(client.scopes().toArray(String[]::new)));
    }
    return builder.resource(client.resource()).build();
  }

  private Issued issued(SafeFetch.Answer answer) {
    var response = new HTTPResponse(answer.status());
    try {
      response.setContentType(answer.contentType());
      response.setBody(answer.body());
      var parsed = TokenResponse.parse(response);
      if (!parsed.indicatesSuccess()) {
        var code = parsed.toErrorResponse().getErrorObject().getCode();
        return answer.status() >= 500
            ? new Issued.Unreachable("the authorization server answered " + answer.status())
            : new Issued.Refused(word(code));
      }
      var tokens = parsed.toSuccessResponse().getTokens();
      var access = tokens.getAccessToken();
      if (!access.getType().getValue().toLowerCase(Locale.ROOT).equals("bearer")
          || !TOKEN.matcher(access.getValue()).matches()) {
        return new Issued.Unreachable("the authorization server issued no bearer token");
      }
      var refresh = tokens.getRefreshToken();
      return new Issued.Tokens(
          access.getValue(),
          clock.instant().plus(lifetime(access.getLifetime())),
          refresh == null ? null : refresh.getValue());
    } catch (ParseException _) {
      return new Issued.Unreachable(
          "the authorization server answered " + answer.status() + " and no token response");
    }
  }

  private static Duration lifetime(long seconds) {
    if (seconds <= 0) {
      return USUAL;
    }
    return seconds > LONGEST.toSeconds() ? LONGEST : Duration.ofSeconds(seconds);
  }

  /** An error's code, if it is one of the kind that RFC 6749 has. */
  private static String word(@Nullable String code) {
    return code != null && code.matches("[a-z_]{1,64}") ? code : "an error";
  }
}

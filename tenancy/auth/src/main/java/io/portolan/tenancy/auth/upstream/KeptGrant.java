package io.portolan.tenancy.auth.upstream;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import java.time.Instant;
import java.util.Optional;
import net.minidev.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * What a user has granted, as it is kept.
 *
 * @param issuer who issued the tokens; a refresh token is shown to nobody else
 * @param refresh null where the server gave none
 */
record KeptGrant(String issuer, String access, Instant expiresAt, @Nullable String refresh) {
  static Optional<KeptGrant> read(String json) {
    try {
      var object = JSONObjectUtils.parse(json);
      return Optional.of(
          new KeptGrant(
              JSONObjectUtils.getString(object, "issuer"),
              JSONObjectUtils.getString(object, "access"),
              Instant.ofEpochSecond(JSONObjectUtils.getLong(object, "expires")),
              object.containsKey("refresh") ? JSONObjectUtils.getString(object, "refresh") : null));
    } catch (ParseException _) {
      return Optional.empty(); // of an older build, say: the user is asked again
    }
  }

  String json() {
    var object = new JSONObject();
    object.put("issuer", issuer);
    object.put("access", access);
    object.put("expires", expiresAt.getEpochSecond());
    if (refresh != null) {
      object.put("refresh", refresh);
    }
    return object.toJSONString();
  }

  @Override
  public String toString() {
    return "KeptGrant[" + issuer + "]";
  }
}

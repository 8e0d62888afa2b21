package io.portolan.standalone.access;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Query;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.auth.key.KeyDesk;
import java.util.List;

/**
 * {@code /api/v1/keys}: makes, lists and revokes API keys, and {@code /api/v1/revocations}: revokes
 * access tokens. Thread-safe; blocks on the store.
 */
final class KeyApi {
  static final String KEYS = "/api/v1/keys";
  private static final String REVOCATIONS = "/api/v1/revocations";
  private static final Query.Bounds PAGE = new Query.Bounds(1, KeyDesk.PAGE_MAX, 100);
  private static final Answer UNKNOWN = Answer.notFound("The tenant has no such key");

  private final KeyDesk desk;

  KeyApi(KeyDesk desk) {
    this.desk = desk;
  }

  List<Endpoint> endpoints() {
    var managers = Who.member(OWNER, ADMIN);
    return List.of(
        Endpoint.get(KEYS, Who.member(OWNER, ADMIN, AUDITOR), this::list),
        Endpoint.post(KEYS, managers, this::create),
        Endpoint.delete(KEYS + "/{id}", managers, this::revoke),
        Endpoint.post(REVOCATIONS, managers, this::revokeToken));
  }

  private Answer create(ApiRequest request) throws InterruptedException {
    var grant = KeyJson.grant(request.json());
    var excess = Granting.excess(request.sender(), grant);
    if (excess.isPresent()) {
      return Answer.error(403, excess.get());
    }
    var count = request.json().number("count");
    var made =
        count == null
            ? desk.create(request.tenant(), grant, request.deadline())
            : desk.createAll(
                request.tenant(), grant, Math.clamp(count, -1, 1 << 20), request.deadline());
    return switch (made) {
      case KeyDesk.Made.Full(var max) ->
          Answer.error(409, "The tenant has " + max + " keys, which is all it may have");
      case KeyDesk.Made.CreatedAll(var all) ->
          Answer.created(
              json -> {
                json.name("keys").beginArray();
                for (var each : all) {
                  json.beginObject();
                  json.member("id", each.key().id()).member("key", each.text().text());
                  json.endObject();
                }
                json.endArray();
              });
      case KeyDesk.Made.Created(var text, var key) ->
          Answer.created(
              json -> {
                json.member("key", text.text());
                KeyJson.write(json, key);
              });
    };
  }

  private Answer list(ApiRequest request) throws InterruptedException {
    var limit = request.query().number("limit", PAGE);
    var found = desk.list(request.tenant(), request.query().text("after"), limit);
    return Answer.ok(
        json -> {
          json.name("keys").beginArray();
          for (var key : found) {
            json.beginObject();
            KeyJson.write(json, key);
            json.endObject();
          }
          json.endArray();
          if (found.size() == limit) {
            json.member("next", found.getLast().id());
          }
        });
  }

  private Answer revoke(ApiRequest request) throws InterruptedException {
    return desk.revoke(request.tenant(), request.path("id"), request.deadline())
        ? Answer.ok(json -> json.member("revoked", true))
        : UNKNOWN;
  }

  private Answer revokeToken(ApiRequest request) throws InterruptedException {
    var body = request.json().only("subject", "issuer", "token");
    var subject = body.text("subject");
    var issuer = body.text("issuer");
    var token = body.text("token");
    boolean done;
    if (subject != null && issuer == null && token == null && isShort(subject)) {
      done = desk.revokeSubject(request.tenant(), subject, request.deadline());
    } else if (subject == null && issuer != null && token != null && isShort(issuer + token)) {
      done = desk.revokeToken(request.tenant(), issuer, token, request.deadline());
    } else {
      throw new IllegalArgumentException(
          "expected {\"subject\": ...}, or {\"issuer\": NAME, \"token\": its jti}");
    }
    return done
        ? Answer.ok(json -> json.member("revoked", true))
        : Answer.error(409, "The tenant has as many revocations as it may have");
  }

  private static boolean isShort(String text) {
    return !text.isEmpty() && text.length() <= 255;
  }
}

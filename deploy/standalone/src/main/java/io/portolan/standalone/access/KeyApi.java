package io.portolan.standalone.access;

import io.portolan.gateway.core.edge.Reply;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.gateway.protocol.Payload;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.auth.key.KeyDesk;
import io.portolan.tenancy.auth.key.StoredKeys;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/keys}: makes, lists and revokes API keys, and {@code /api/v1/revocations}: revokes
 * access tokens. For who has the {@link AdminKey}. Thread-safe; blocks on the store.
 */
final class KeyApi {
  static final String KEYS = "/api/v1/keys";
  private static final String REVOCATIONS = "/api/v1/revocations";
  private static final Duration MAX = Duration.ofSeconds(20);
  private static final int PAGE = 100;
  private static final List<Reply.Header> NO_STORE =
      List.of(new Reply.Header("Cache-Control", "no-store"));

  private final Store store;
  private final StoredKeys keys;
  private final AdminKey adminKey;
  private final Clock clock;
  private final SecureRandom random;

  KeyApi(Store store, StoredKeys keys, AdminKey adminKey, Clock clock, SecureRandom random) {
    this.store = store;
    this.keys = keys;
    this.adminKey = adminKey;
    this.clock = clock;
    this.random = random;
  }

  static boolean isHere(String path) {
    return path.equals(KEYS) || path.startsWith(KEYS + "/") || path.equals(REVOCATIONS);
  }

  Pages.Page answer(Pages.Visit visit) throws InterruptedException {
    var headers = visit.asked().headers();
    if (headers.count("Authorization") != 1 || !adminKey.isShown(headers.first("Authorization"))) {
      return new Pages.Page(
          401,
          List.of(new Reply.Header("WWW-Authenticate", "Bearer")),
          error("Expected Authorization: Bearer with the admin key of the data directory"));
    }
    try {
      return managed(visit);
    } catch (IllegalArgumentException e) {
      return page(400, error(String.valueOf(e.getMessage())));
    } catch (StoreUnavailableException e) {
      return page(503, error("The store cannot be used: " + e.getMessage()));
    }
  }

  private Pages.Page managed(Pages.Visit visit) throws InterruptedException {
    var path = visit.asked().path();
    var query = visit.asked().query();
    var tenant = tenant(query);
    if (path.startsWith(KEYS + "/")) {
      return visit.method().equals("DELETE")
          ? revoke(tenant, path.substring(KEYS.length() + 1))
          : page(405, error("Expected DELETE " + KEYS + "/{id}"));
    }
    return switch (visit.method() + " " + path) {
      case "GET " + KEYS -> list(tenant, parameter(query, "after"));
      case "POST " + KEYS -> create(tenant, text(visit));
      case "POST " + REVOCATIONS -> revokeToken(tenant, text(visit));
      default -> page(405, error("Expected GET or POST " + KEYS + ", or POST " + REVOCATIONS));
    };
  }

  private KeyDesk desk() {
    return new KeyDesk(store, keys, clock, random);
  }

  private Pages.Page create(TenantId tenant, String body) throws InterruptedException {
    return switch (desk().create(tenant, KeyJson.grant(body), Deadline.in(MAX))) {
      case KeyDesk.Made.Full(var max) ->
          page(409, error("The tenant has " + max + " keys, which is all it may have"));
      case KeyDesk.Made.Created(var text, var key) -> {
        var json = new JsonWriter().beginObject().member("key", text.text());
        KeyJson.write(json, key);
        yield page(201, Payload.of(json.endObject().toSlice()));
      }
    };
  }

  private Pages.Page list(TenantId tenant, @Nullable String after) throws InterruptedException {
    var found = desk().list(tenant, after, PAGE);
    var json = new JsonWriter().beginObject().name("keys").beginArray();
    for (var key : found) {
      json.beginObject();
      KeyJson.write(json, key);
      json.endObject();
    }
    json.endArray();
    if (found.size() == PAGE) {
      json.member("next", found.getLast().id());
    }
    return page(200, Payload.of(json.endObject().toSlice()));
  }

  private Pages.Page revoke(TenantId tenant, String id) throws InterruptedException {
    return desk().revoke(tenant, id, Deadline.in(MAX))
        ? page(200, Payload.of("{\"revoked\":true}"))
        : page(404, error("The tenant has no such key"));
  }

  private Pages.Page revokeToken(TenantId tenant, String body) throws InterruptedException {
    var object = KeyJson.object(body);
    var subject = KeyJson.text(object, "subject");
    var issuer = KeyJson.text(object, "issuer");
    var token = KeyJson.text(object, "token");
    boolean done;
    if (subject != null && issuer == null && token == null && isShort(subject)) {
      done = desk().revokeSubject(tenant, subject, Deadline.in(MAX));
    } else if (subject == null && issuer != null && token != null && isShort(issuer + token)) {
      done = desk().revokeToken(tenant, issuer, token, Deadline.in(MAX));
    } else {
      throw new IllegalArgumentException(
          "expected {\"subject\": ...}, or {\"issuer\": NAME, \"token\": its jti}");
    }
    return done
        ? page(200, Payload.of("{\"revoked\":true}"))
        : page(409, error("The tenant has as many revocations as it may have"));
  }

  private static boolean isShort(String text) {
    return !text.isEmpty() && text.length() <= 255;
  }

  private static String text(Pages.Visit visit) {
    return new String(
        visit.body().array(), visit.body().from(), visit.body().length(), StandardCharsets.UTF_8);
  }

  private static TenantId tenant(String query) {
    var named = parameter(query, "tenant");
    return named == null ? TenantId.DEVELOPMENT : new TenantId(named);
  }

  private static @Nullable String parameter(String query, String name) {
    for (var pair : query.split("&", 16)) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  private static Pages.Page page(int status, Payload json) {
    return new Pages.Page(status, NO_STORE, json);
  }

  private static Payload error(String message) {
    return Payload.of(
        new JsonWriter().beginObject().member("error", message).endObject().toSlice());
  }
}

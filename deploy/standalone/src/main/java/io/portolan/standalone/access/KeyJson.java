package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.auth.key.ApiKey;
import io.portolan.tenancy.auth.key.KeyGrant;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** API keys as JSON. Stateless. */
final class KeyJson {
  private KeyJson() {}

  /** What a key is asked to be good for. */
  static KeyGrant grant(Fields object) {
    object.only("name", "subject", "agent", "roles", "teams", "scopes", "expiresAt", "count");
    return new KeyGrant(
        Objects.requireNonNullElse(object.text("name"), ""),
        object.text("subject"),
        object.text("agent"),
        object.words("roles", Set.of("caller")),
        object.words("teams", Set.of()),
        object.words("scopes", Set.of()),
        object.instant("expiresAt"));
  }

  static void write(JsonWriter json, KeyGrant grant) {
    json.member("name", grant.name());
    optional(json, "subject", grant.subject());
    optional(json, "agent", grant.agent());
    list(json, "roles", grant.roles());
    list(json, "teams", grant.teams());
    list(json, "scopes", grant.scopes());
    optional(json, "expiresAt", Objects.toString(grant.expiresAt(), null));
  }

  static void write(JsonWriter json, ApiKey key) {
    json.member("id", key.id()).member("tenant", key.tenant().value());
    write(json, key.grant());
    json.member("createdAt", key.createdAt().toString());
    optional(json, "revokedAt", Objects.toString(key.revokedAt(), null));
  }

  static void optional(JsonWriter json, String name, @Nullable String text) {
    if (text != null) {
      json.member(name, text);
    }
  }

  static void list(JsonWriter json, String name, Collection<String> words) {
    json.name(name).beginArray();
    new TreeSet<>(words).forEach(json::value);
    json.endArray();
  }
}

package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.JsonDocument;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Nothing;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.standalone.document.Value.Text;
import io.portolan.tenancy.auth.key.ApiKey;
import io.portolan.tenancy.auth.key.KeyGrant;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** API keys as JSON. Stateless. */
final class KeyJson {
  private static final Set<String> MEMBERS =
      Set.of("name", "subject", "agent", "roles", "teams", "scopes", "expiresAt");

  private KeyJson() {}

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException when it is none; the message is for who sent it
   */
  static Mapping object(String text) {
    var findings = new Findings();
    var value = JsonDocument.parse(Path.of("body"), text, findings);
    if (!findings.problems().isEmpty()) {
      throw new IllegalArgumentException(findings.problems().getFirst().toString());
    }
    if (value.orElse(null) instanceof Mapping mapping) {
      return mapping;
    }
    throw new IllegalArgumentException("the body is no JSON object");
  }

  /** What a key is asked to be good for. */
  static KeyGrant grant(String text) {
    var object = object(text);
    for (var member : object.members()) {
      if (!MEMBERS.contains(member.name())) {
        throw new IllegalArgumentException(
            "unknown member '" + member.name() + "'; expected some of " + new TreeSet<>(MEMBERS));
      }
    }
    var end = text(object, "expiresAt");
    var name = text(object, "name");
    return new KeyGrant(
        name == null ? "" : name,
        text(object, "subject"),
        text(object, "agent"),
        words(object, "roles", Set.of("caller")),
        words(object, "teams", Set.of()),
        words(object, "scopes", Set.of()),
        end == null ? null : instant(end));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "expiresAt is '" + text + "'; expected an instant such as 2027-01-31T00:00:00Z", e);
    }
  }

  static @Nullable String text(Mapping object, String name) {
    return switch (object.find(name).map(Value.Member::value).orElse(null)) {
      case null -> null;
      case Nothing _ -> null;
      case Text text -> text.text();
      case Value other ->
          throw new IllegalArgumentException(name + " is " + other.kind() + "; expected a string");
    };
  }

  private static Set<String> words(Mapping object, String name, Set<String> otherwise) {
    var found = object.find(name);
    if (found.isEmpty()) {
      return otherwise;
    }
    if (!(found.get().value() instanceof Sequence list)) {
      throw new IllegalArgumentException(name + " is no list of strings");
    }
    var words = new LinkedHashSet<String>();
    for (var item : list.items()) {
      if (!(item instanceof Text word)) {
        throw new IllegalArgumentException(name + " is no list of strings");
      }
      words.add(word.text());
    }
    return words;
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

  private static void optional(JsonWriter json, String name, @Nullable String text) {
    if (text != null) {
      json.member(name, text);
    }
  }

  private static void list(JsonWriter json, String name, Collection<String> words) {
    json.name(name).beginArray();
    new TreeSet<>(words).forEach(json::value);
    json.endArray();
  }
}

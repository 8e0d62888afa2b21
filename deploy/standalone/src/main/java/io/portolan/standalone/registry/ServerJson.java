package io.portolan.standalone.registry;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.registry.Publication;
import io.portolan.registry.SecretReferences;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerEntry;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Source;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes servers: as server.json (2025-12-11) and as the management API shows them. Stateless. */
final class ServerJson {
  private static final String SCHEMA =
      "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";

  private ServerJson() {}

  /** What people read. */
  record Words(String title, String description) {}

  /** The server.json of a server that was registered in other words; it shows no secret. */
  static String document(ServerName name, ServerVersion version, Words words, Source source) {
    var json = new JsonWriter().beginObject().member("$schema", SCHEMA);
    json.member("name", name.value()).member("description", words.description());
    if (!words.title().isEmpty()) {
      json.member("title", words.title());
    }
    json.member("version", version.value());
    switch (source) {
      case Source.Remote remote -> {
        json.name("remotes").beginArray();
        remote(json, remote);
        json.endArray();
      }
      case Source.Packages(var packages) -> {
        json.name("packages").beginArray();
        for (var each : packages) {
          json.beginObject()
              .member("registryType", each.registryType())
              .member("identifier", each.identifier())
              .member("version", each.version())
              .name("transport")
              .beginObject()
              .member("type", "stdio")
              .endObject()
              .endObject();
        }
        json.endArray();
      }
      case Source.Converted _, Source.Described _ -> {} // no MCP endpoint that others could reach
    }
    return json.endObject().toSlice().text();
  }

  /** Where a secret stands, whoever uses the document fills in one of their own. */
  private static void remote(JsonWriter json, Source.Remote remote) {
    var url = remote.url().toString().replaceAll("%24%7Bsecret:([^%]*)%7D", "{$1}");
    json.beginObject()
        .member("type", remote.transport() == HttpTransport.SSE ? "sse" : "streamable-http")
        .member("url", url);
    if (!remote.headers().isEmpty()) {
      json.name("headers").beginArray();
      new TreeMap<>(remote.headers())
          .forEach(
              (name, value) -> {
                json.beginObject().member("name", name);
                if (SecretReferences.in(value).isEmpty()) {
                  json.member("value", value);
                } else {
                  json.member("isRequired", true).member("isSecret", true);
                }
                json.endObject();
              });
      json.endArray();
    }
    json.endObject();
  }

  /** The members of a server. */
  static void write(JsonWriter json, ServerEntry entry) {
    json.member("name", entry.name().value()).member("handle", entry.handle());
    var latest = entry.latest();
    if (latest != null) {
      json.member("latest", latest.value());
    }
    json.member("createdAt", entry.createdAt().toString())
        .member("updatedAt", entry.updatedAt().toString());
  }

  /** The members of a version; references to secrets are shown as such. */
  static void write(JsonWriter json, Publication version) {
    var draft = version.draft();
    json.member("version", draft.version().value())
        .member("title", draft.title())
        .member("description", draft.description())
        .member("team", draft.ownerTeam())
        .member("status", version.status().lifecycle().label())
        .member("statusMessage", version.status().message())
        .member("statusChangedAt", version.status().since().toString())
        .member("publishedAt", version.publishedAt().toString());
    switch (draft.source()) {
      case Source.Remote remote -> {
        json.member("url", SecretReferences.decodedInUrl(remote.url().toString()))
            .member("transport", transport(remote.transport()));
        members(json, "headers", remote.headers());
      }
      case Source.Converted(var document, var how) -> {
        json.member("openapi", SecretReferences.decodedInUrl(document.url().toString()));
        members(json, "headers", document.headers());
        var baseUrl = how.baseUrl();
        if (baseUrl != null) {
          json.member("baseUrl", baseUrl.toString());
        }
        words(json, "include", how.include());
        words(json, "exclude", how.exclude());
        members(json, "credentials", how.credentials());
      }
      case Source.Packages(var packages) -> {
        json.name("packages").beginArray();
        packages.forEach(
            each ->
                json.beginObject()
                    .member("registryType", each.registryType())
                    .member("identifier", each.identifier())
                    .member("version", each.version())
                    .endObject());
        json.endArray();
      }
      case Source.Described() -> {}
    }
    json.member("timeoutMillis", draft.terms().callTimeout().toMillis());
    var region = draft.terms().region();
    if (region != null) {
      json.member("region", region);
    }
    json.name("risks").beginObject();
    new TreeMap<>(draft.terms().risks()).forEach((tool, risk) -> json.member(tool, risk.name()));
    json.endObject();
  }

  private static void members(JsonWriter json, String name, Map<String, String> texts) {
    json.name(name).beginObject();
    new TreeMap<>(texts).forEach(json::member);
    json.endObject();
  }

  private static void words(JsonWriter json, String name, List<String> words) {
    json.name(name).beginArray();
    words.forEach(json::value);
    json.endArray();
  }

  static String transport(HttpTransport transport) {
    return switch (transport) {
      case DETECT -> "detect";
      case STREAMABLE -> "streamable-http";
      case SSE -> "sse";
    };
  }
}

package io.portolan.standalone.registry;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Source;
import io.portolan.registry.Terms;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.document.Value;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server.json (schema 2025-12-11) that somebody publishes. Throws {@link
 * IllegalArgumentException} in words for the sender. Stateless.
 */
final class PublishedDocument {
  private static final String PUBLISHER = "io.modelcontextprotocol.registry/publisher-provided";
  private static final int META_MAX = 4096;

  private PublishedDocument() {}

  /** The draft; the gateway reaches its first remote that needs nothing filled in. */
  static ServerDraft draft(Value.Mapping sent) {
    var fields = Fields.of(sent);
    var name = new ServerName(fields.required("name"));
    var version = new ServerVersion(fields.required("version"));
    var title = fields.text("title");
    DocumentForm.check(sent);
    return new ServerDraft(
        name,
        version,
        null,
        title == null ? "" : title,
        fields.required("description"),
        "",
        source(fields.objects("remotes")),
        Terms.DEFAULT,
        kept(sent));
  }

  private static Source source(List<Fields> remotes) {
    Source found = new Source.Described();
    for (var remote : remotes) {
      var reached = reached(remote, remote.required("type"));
      if (reached != null && found instanceof Source.Described) {
        found = reached;
      }
    }
    return found;
  }

  private static @Nullable Source reached(Fields remote, String type) {
    var url = remote.required("url");
    var headers = constants(remote.objects("headers"));
    if (headers == null || url.contains("{")) {
      return null; // whoever uses it fills in something of their own
    }
    try {
      var transport = type.equals("sse") ? HttpTransport.SSE : HttpTransport.STREAMABLE;
      return new Source.Remote(new URI(url), transport, headers, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "the url of a remote is no URL: " + e.getReason() + "; expected https://...", e);
    }
  }

  /** Null where a header has to be filled in. */
  private static @Nullable Map<String, String> constants(List<Fields> headers) {
    var values = new LinkedHashMap<String, String>();
    var isWhole = true;
    for (var header : headers) {
      var name = header.required("name");
      var value = header.text("value");
      var isRequired = Boolean.TRUE.equals(header.flag("isRequired"));
      if (value != null && !value.contains("{")) {
        values.put(name, value);
      } else if (value != null || isRequired) {
        isWhole = false;
      }
    }
    return isWhole ? values : null;
  }

  /** What is shown afterwards: all but members of _meta that are not the publisher's. */
  private static String kept(Value.Mapping sent) {
    var json = new JsonWriter().beginObject();
    for (var member : sent.members()) {
      if (!member.name().equals("_meta")) {
        json.name(member.name());
        ValueJson.write(json, member.value());
      } else if (member.value() instanceof Value.Mapping meta) {
        meta.find(PUBLISHER).ifPresent(provided -> provided(json, provided));
      }
    }
    return json.endObject().toSlice().text();
  }

  private static void provided(JsonWriter json, Value.Member provided) {
    var meta = new JsonWriter();
    ValueJson.write(meta, provided.value());
    var text = meta.toSlice();
    if (text.length() > META_MAX) {
      throw new IllegalArgumentException(
          PUBLISHER + " has " + text.length() + " bytes; expected at most " + META_MAX);
    }
    json.name("_meta").beginObject().member(PUBLISHER, text).endObject();
  }
}

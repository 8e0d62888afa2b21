package io.portolan.tenancy.auth.upstream;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trusted;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import net.minidev.json.JSONObject;

/** Reads which authorization server an MCP server trusts (RFC 9728). */
final class ResourceMetadata {
  private ResourceMetadata() {}

  /**
   * The first authorization server that the MCP server at a URL names.
   *
   * @throws IOException when it names none, or one that may not be asked
   */
  static URI issuer(URI server, SafeFetch fetch, Trusted trusted)
      throws IOException, InterruptedException {
    var path =
        server.getRawPath() == null || server.getRawPath().equals("/") ? "" : server.getRawPath();
    var document = document(server, fetch, trusted, path);
    try {
      var resource = JSONObjectUtils.getString(document, "resource");
      if (!isOf(resource, server)) {
        throw new IOException("the metadata of the server is about another one: " + resource);
      }
      var servers = JSONObjectUtils.getStringList(document, "authorization_servers");
      var issuer = URI.create(servers.isEmpty() ? "" : servers.getFirst());
      fetch.check(issuer, trusted);
      return issuer;
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException("the metadata of the server names no authorization server", e);
    }
  }

  /** At the place for the path, or at the one for the whole host. */
  private static JSONObject document(URI server, SafeFetch fetch, Trusted trusted, String path)
      throws IOException, InterruptedException {
    var places = path.isEmpty() ? List.of("") : List.of(path, "");
    for (var place : places) {
      var uri = server.resolve("/.well-known/oauth-protected-resource" + place);
      var answer = fetch.get(uri, trusted);
      if (answer.status() == 200) {
        try {
          return JSONObjectUtils.parse(answer.body());
        } catch (ParseException e) {
          throw new IOException("the metadata of the server is not valid", e);
        }
      }
    }
    throw new IOException("the server has no metadata; name its authorization server as issuer");
  }

  /** Whether a server is the resource, or is below it. */
  private static boolean isOf(String resource, URI server) {
    var whole = server.toString();
    var base = resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
    return whole.equals(base) || whole.startsWith(base + "/");
  }
}

package io.portolan.tenancy.auth.resource;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints as OAuth clients know them: each MCP path is a resource of its own, and so is all
 * of the management API, with a metadata document that names the authorization servers. Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728">RFC 9728, protected resource metadata</a>
 */
public final class ProtectedResources {
  /** Where the documents are: this, followed by the path of the resource. */
  public static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

  private static final String MCP = "/mcp";
  private static final String MANAGEMENT = "/api/v1";
  private static final String SINGLE = "/mcp/s/";
  private static final int SERVER_CHARS_MAX = 256;

  private final @Nullable String publicUrl;
  private final List<String> authorizationServers;
  private final Supported supported;

  /**
   * What clients may ask an authorization server for.
   *
   * @param mcp scopes of the MCP endpoints
   * @param management scopes of the management API
   */
  public record Supported(List<String> mcp, List<String> management) {
    public Supported {
      mcp = List.copyOf(mcp);
      management = List.copyOf(management);
    }
  }

  /**
   * @param publicUrl scheme, host and port under which clients reach the gateway; null for http and
   *     whatever Host says, which a guard must have checked
   * @param authorizationServers the issuers; may be empty, then there are no documents
   * @param supported scopes
   */
  public ProtectedResources(
      @Nullable URI publicUrl, List<URI> authorizationServers, Supported supported) {
    this.publicUrl = publicUrl == null ? null : ResourceUri.canonical(publicUrl.toString());
    this.authorizationServers = authorizationServers.stream().map(URI::toString).toList();
    this.supported = supported;
  }

  /** The canonical URI of the endpoint at a path. */
  public String resource(String path, @Nullable String host) {
    return base(host) + path;
  }

  private String base(@Nullable String host) {
    if (publicUrl != null) {
      return publicUrl;
    }
    var name = host == null ? "localhost" : host.toLowerCase(Locale.ROOT);
    return "http://" + (name.endsWith(":80") ? name.substring(0, name.length() - 3) : name);
  }

  /** Where the document of the endpoint at a path is; empty when there is none. */
  public Optional<String> metadataUrl(String path, @Nullable String host) {
    return authorizationServers.isEmpty()
        ? Optional.empty()
        : Optional.of(base(host) + WELL_KNOWN + path);
  }

  /**
   * The document at a path, as JSON; empty where there is none. There is one for each name that a
   * server could have, so that nobody learns which servers there are. At the bare well-known path,
   * where some clients look last, is the one of {@code /mcp}.
   */
  public Optional<String> document(String path, @Nullable String host) {
    if (authorizationServers.isEmpty() || !path.startsWith(WELL_KNOWN)) {
      return Optional.empty();
    }
    var of = path.substring(WELL_KNOWN.length());
    var resource = of.isEmpty() || of.equals("/") ? MCP : of;
    var managed = resource.equals(MANAGEMENT);
    if (!resource.equals(MCP) && !managed && !isSingle(resource)) {
      return Optional.empty();
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("resource", resource(resource, host));
    json.put("authorization_servers", authorizationServers);
    json.put("scopes_supported", managed ? supported.management() : supported.mcp());
    json.put("bearer_methods_supported", List.of("header"));
    json.put("resource_name", "Portolan");
    return Optional.of(JSONObjectUtils.toJSONString(json));
  }

  private static boolean isSingle(String path) {
    return path.startsWith(SINGLE)
        && path.length() > SINGLE.length()
        && path.length() <= SINGLE.length() + SERVER_CHARS_MAX
        && path.indexOf('/', SINGLE.length()) < 0;
  }
}

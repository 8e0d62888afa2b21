package io.portolan.tenancy.auth.resource;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of a resource's URI, in which two that mean the same are equal: scheme and
 * host in lower case, no default port, no slash at the end. Stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8707#section-2">RFC 8707, section 2</a>
 */
public final class ResourceUri {
  private ResourceUri() {}

  /** The canonical form; null for what is no absolute http or https URI, or has a fragment. */
  public static @Nullable String canonical(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException _) {
      return null;
    }
    if (uri.getScheme() == null || uri.getHost() == null || uri.getRawFragment() != null) {
      return null;
    }
    var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("https") || scheme.equals("http")) || uri.getRawUserInfo() != null) {
      return null;
    }
    var standard = scheme.equals("https") ? 443 : 80;
    var port = uri.getPort() < 0 || uri.getPort() == standard ? "" : ":" + uri.getPort();
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return scheme
        + "://"
        + uri.getHost().toLowerCase(Locale.ROOT)
        + port
        + withoutSlash(uri.getRawPath())
        + query;
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}

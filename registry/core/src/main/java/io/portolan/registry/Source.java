package io.portolan.registry;

import io.portolan.registry.ServerDefinition.HttpTransport;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a version of a server is to be had. Immutable. */
public sealed interface Source {
  /**
   * A server that runs somewhere, reached over HTTP.
   *
   * @param url an absolute http or https URL without a user; may hold references to secrets
   * @param headers sent with every request; what is secret in them is referred to
   * @param authorization how the gateway gets its access tokens; null where it shows none
   */
  record Remote(
      URI url,
      HttpTransport transport,
      Map<String, String> headers,
      @Nullable Authorization authorization)
      implements Source {
    /** Most headers. */
    public static final int HEADERS_MAX = 50;

    /** Names of headers whose values open doors. */
    private static final Set<String> CREDENTIALS =
        Set.of(
            "authorization",
            "proxy-authorization",
            "cookie",
            "x-api-key",
            "api-key",
            "x-auth-token",
            "x-access-token");

    public Remote {
      headers = Map.copyOf(headers);
      if (headers.size() > HEADERS_MAX) {
        throw new IllegalArgumentException(headers.size() + " headers; at most " + HEADERS_MAX);
      }
      if (url.getRawUserInfo() != null) {
        throw new IllegalArgumentException(
            "url holds a user name or password; expected a URL without them: credentials belong in"
                + " headers, as ${secret:NAME}");
      }
      headers.forEach(
          (name, value) -> {
            if (CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))
                && SecretReferences.in(value).isEmpty()) {
              throw new IllegalArgumentException(
                  "the header "
                      + name
                      + " holds a credential; keep it with: portolan secret set NAME, and write"
                      + " ${secret:NAME} in its place");
            }
          });
    }

    @Override
    public String toString() {
      return "Remote[" + url.getHost() + " headers=" + headers.keySet() + "]";
    }
  }

  /**
   * An HTTP API whose operations are tools.
   *
   * @param document where its OpenAPI document is, and what is shown there and to the API
   * @param terms never with a file; what is secret in them is referred to
   */
  record Converted(Remote document, OpenApiTerms terms) implements Source {
    public Converted {
      if (terms.file() != null) {
        throw new IllegalArgumentException(
            "the document is a file; expected a URL: files are taken from the operator's own"
                + " configuration only");
      }
      terms
          .credentials()
          .forEach(
              (scheme, value) -> {
                if (SecretReferences.in(value).isEmpty()) {
                  throw new IllegalArgumentException(
                      "the credential for "
                          + scheme
                          + " is a secret itself; keep it with: portolan secret set NAME, and"
                          + " write ${secret:NAME} in its place");
                }
              });
    }
  }

  /**
   * Packages that somebody can run. They are described here and run by nobody but an operator,
   * whose own file says how.
   *
   * @param packages at least one
   */
  record Packages(List<PackageReference> packages) implements Source {
    public Packages {
      packages = List.copyOf(packages);
      if (packages.isEmpty()) {
        throw new IllegalArgumentException("packages are missing; expected at least one");
      }
    }
  }

  /** It is described by its document; the gateway does not reach it. */
  record Described() implements Source {}

  /**
   * A package in a package registry.
   *
   * @param registryType npm, pypi, oci, nuget, cargo or mcpb
   */
  record PackageReference(String registryType, String identifier, String version) {}
}

package io.portolan.standalone.registry;

import io.portolan.registry.Authorization;
import io.portolan.registry.Authorization.ClientAuthentication;
import io.portolan.registry.Authorization.Grant;
import io.portolan.registry.OpenApiTerms;
import io.portolan.registry.SecretReferences;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.registry.ServerDraft;
import io.portolan.registry.ServerName;
import io.portolan.registry.ServerVersion;
import io.portolan.registry.Source;
import io.portolan.registry.Terms;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.document.Quantity;
import io.portolan.tenancy.access.Risk;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what somebody sends to register a server. Stateless; throws in words for the sender. */
final class DraftJson {
  private static final List<String> PACKAGE_TYPES =
      List.of("npm", "pypi", "oci", "nuget", "cargo", "mcpb");

  private DraftJson() {}

  static ServerDraft draft(Fields body) {
    body.only(
        "name",
        "version",
        "handle",
        "title",
        "description",
        "team",
        "url",
        "transport",
        "headers",
        "authorization",
        "packages",
        "openapi",
        "baseUrl",
        "include",
        "exclude",
        "credentials",
        "timeout",
        "region",
        "risks");
    var name = new ServerName(body.required("name"));
    var version = new ServerVersion(or(body.text("version"), "1.0.0"));
    var title = or(body.text("title"), "");
    var description = or(body.text("description"), title.isEmpty() ? name.value() : title);
    var source = source(body);
    var terms = terms(body);
    return new ServerDraft(
        name,
        version,
        body.text("handle"),
        title,
        description.length() > 100 && body.text("description") == null ? name.own() : description,
        or(body.text("team"), ""),
        source,
        terms,
        ServerJson.document(name, version, new ServerJson.Words(title, description), source));
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private static Source source(Fields body) {
    var url = body.text("url");
    var document = body.text("openapi");
    var packages = packages(body.objects("packages"));
    var ways = (url == null ? 0 : 1) + (document == null ? 0 : 1) + (packages.isEmpty() ? 0 : 1);
    if (ways != 1) {
      throw new IllegalArgumentException(
          "expected one of url, where a server runs, openapi, where the document of an HTTP API is,"
              + " or packages, which describe one; a command to run is taken from the operator's"
              + " own file only");
    }
    if (document != null) {
      return converted(body, url(document));
    }
    for (var name : List.of("baseUrl", "include", "exclude", "credentials")) {
      if (body.has(name)) {
        throw new IllegalArgumentException(
            "there is " + name + ", which is for openapi only; expected openapi in place of url");
      }
    }
    if (url == null) {
      return new Source.Packages(packages);
    }
    var at = url(url);
    return new Source.Remote(
        at, transport(body.text("transport")), headers(body), authorization(body, at));
  }

  private static Source converted(Fields body, URI document) {
    if (body.has("transport")) {
      throw new IllegalArgumentException("there is a transport; openapi has none");
    }
    var baseUrl = uri(body, "baseUrl");
    var credentials = body.texts("credentials");
    credentials
        .values()
        .forEach(
            value ->
                SecretReferences.mistake(value)
                    .ifPresent(
                        mistake -> {
                          throw new IllegalArgumentException("credentials have " + mistake);
                        }));
    return new Source.Converted(
        new Source.Remote(
            document,
            HttpTransport.DETECT,
            headers(body),
            authorization(body, baseUrl == null ? document : baseUrl)),
        new OpenApiTerms(
            null,
            baseUrl,
            List.copyOf(body.words("include", Set.of())),
            List.copyOf(body.words("exclude", Set.of())),
            credentials));
  }

  private static URI url(String text) {
    try {
      var url = new URI(SecretReferences.encodedInUrl(text.strip()));
      var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      if (!Set.of("http", "https").contains(scheme) || url.getHost() == null) {
        throw new IllegalArgumentException(
            "url is no address of a server; expected one such as https://example.com/mcp");
      }
      return url;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "url is no URL: " + e.getReason() + "; expected one such as https://example.com/mcp", e);
    }
  }

  private static HttpTransport transport(@Nullable String text) {
    return switch (text) {
      case null -> HttpTransport.DETECT;
      case "streamable-http" -> HttpTransport.STREAMABLE;
      case "sse" -> HttpTransport.SSE;
      default ->
          throw new IllegalArgumentException(
              "transport is '" + text + "'; expected streamable-http or sse, or none to find out");
    };
  }

  private static Map<String, String> headers(Fields body) {
    var headers = body.texts("headers");
    headers.forEach(
        (name, value) -> {
          if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
              || !value.matches("[\\x20-\\x7E\\t\\x80-\\xFF]{0,8192}")) {
            throw new IllegalArgumentException(
                "the header '"
                    + name
                    + "' cannot be sent; expected a name such as X-Api-Key, and"
                    + " one line of text");
          }
          SecretReferences.mistake(value)
              .ifPresent(
                  mistake -> {
                    throw new IllegalArgumentException("the header " + name + " has " + mistake);
                  });
        });
    return headers;
  }

  private static List<Source.PackageReference> packages(List<Fields> sent) {
    var packages = new ArrayList<Source.PackageReference>();
    for (var each : sent) {
      each.only("registryType", "identifier", "version");
      var type = each.required("registryType");
      var identifier = each.required("identifier");
      var version = each.required("version");
      if (!PACKAGE_TYPES.contains(type)) {
        throw new IllegalArgumentException(
            "registryType is '" + type + "'; expected one of " + PACKAGE_TYPES);
      }
      if (!identifier.matches("\\S{1,255}") || !version.matches("\\S{1,255}")) {
        throw new IllegalArgumentException(
            "a package's identifier and version have 1 to 255 characters and no spaces");
      }
      packages.add(new Source.PackageReference(type, identifier, version));
    }
    return packages;
  }

  private static Terms terms(Fields body) {
    var text = body.text("timeout");
    var timeout = text == null ? Terms.DEFAULT.callTimeout() : duration(text);
    var risks = new LinkedHashMap<String, Risk>();
    body.texts("risks")
        .forEach(
            (tool, risk) -> {
              if (!risk.matches("L[0-3]")) {
                throw new IllegalArgumentException(
                    "the risk of '" + tool + "' is '" + risk + "'; expected L0, L1, L2 or L3");
              }
              risks.put(tool, Risk.valueOf(risk));
            });
    return new Terms(timeout, body.text("region"), risks);
  }

  private static Duration duration(String text) {
    return Quantity.duration(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "timeout is '" + text + "'; expected a time with its unit such as 30s"));
  }

  private static @Nullable Authorization authorization(Fields body, URI url) {
    var sent = body.object("authorization");
    if (sent == null) {
      return null;
    }
    sent.only(
        "grant",
        "issuer",
        "tokenEndpoint",
        "clientId",
        "clientSecret",
        "clientAuthentication",
        "scopes",
        "resource",
        "audience");
    var secret = sent.text("clientSecret");
    if (secret != null && SecretReferences.in(secret).isEmpty()) {
      throw new IllegalArgumentException(
          "clientSecret is a secret itself; keep it with: portolan secret set NAME, and write"
              + " ${secret:NAME} in its place");
    }
    var grant = word("grant", sent.required("grant"), Grant.class);
    var shown = sent.text("clientAuthentication");
    return new Authorization(
        grant,
        uri(sent, "issuer"),
        uri(sent, "tokenEndpoint"),
        sent.required("clientId"),
        secret,
        shown == null
            ? ClientAuthentication.CLIENT_SECRET_BASIC
            : word("clientAuthentication", shown, ClientAuthentication.class),
        List.copyOf(sent.words("scopes", Set.of())),
        Objects.requireNonNullElse(uri(sent, "resource"), url),
        sent.text("audience"),
        null);
  }

  private static <E extends Enum<E>> E word(String name, String text, Class<E> type) {
    var words = new ArrayList<String>();
    for (var constant : type.getEnumConstants()) {
      var word = constant.name().toLowerCase(Locale.ROOT);
      if (word.equals(text)) {
        return constant;
      }
      words.add(word);
    }
    throw new IllegalArgumentException(name + " is '" + text + "'; expected one of " + words);
  }

  private static @Nullable URI uri(Fields sent, String name) {
    var text = sent.text(name);
    try {
      return text == null ? null : new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name + " is no URL: " + e.getReason(), e);
    }
  }
}

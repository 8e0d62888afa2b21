package io.portolan.standalone.servers;

import io.portolan.registry.SecretReferences;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value.Member;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks what goes on the wire to a remote server: its URL and its headers. */
final class RemoteText {
  private static final String URL_EXPECTED = "an absolute URL such as https://example.com/mcp";
  private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7E\\t\\x80-\\xFF]*");

  private RemoteText() {}

  static Optional<URI> url(Member member, String text, Findings findings) {
    var at = member.value().at();
    try {
      var url = new URI(SecretReferences.encodedInUrl(text.strip()));
      var scheme = url.getScheme();
      if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
        var wrong = scheme == null ? "has no scheme" : "has the scheme " + scheme;
        findings.problem(at, "\"" + member.name() + "\" " + wrong, URL_EXPECTED);
      } else if (url.getHost() == null) {
        findings.problem(at, "\"" + member.name() + "\" names no host", URL_EXPECTED);
      } else if (url.getRawUserInfo() != null) {
        findings.problem(
            at,
            "\"" + member.name() + "\" holds a user name or password",
            "a URL without them; credentials belong in \"headers\"");
      } else {
        return Optional.of(lowerCaseScheme(url));
      }
    } catch (URISyntaxException e) {
      // The URL may hold a key: only the reason is shown.
      findings.problem(
          at, "\"" + member.name() + "\" is not a URL: " + e.getReason(), URL_EXPECTED);
    }
    return Optional.empty();
  }

  private static URI lowerCaseScheme(URI url) {
    var scheme = url.getScheme().toLowerCase(Locale.ROOT);
    return URI.create(scheme + url.toString().substring(scheme.length()));
  }

  static Map<String, String> headers(
      Member member, Map<String, String> headers, Findings findings) {
    headers.forEach(
        (name, value) -> {
          if (!HEADER_NAME.matcher(name).matches()) {
            findings.problem(
                member.at(),
                "\"" + name + "\" cannot be the name of a header",
                "such as X-Api-Key");
          } else if (!HEADER_VALUE.matcher(value).matches()) {
            findings.problem(
                member.at(),
                "the value of the header " + name + " holds a line break or control character",
                "one line of text");
          }
        });
    return headers;
  }
}

package io.portolan.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/*
 * A definition as it was written holds ${secret:NAME} as text; in a URL, where braces cannot stand,
 * percent-encoded. What is filled into a URL is percent-encoded too, so that no value can change
 * where the URL leads.
 */

/** References to secrets in the texts of a definition, and their values put in their place. */
public final class SecretReferences {
  private static final Pattern ANY = Pattern.compile("\\$\\{secret:([^}]*)(}?)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
  private static final Pattern IN_TEXT = Pattern.compile("\\$\\{secret:(" + NAME + ")}");
  private static final Pattern IN_URL = Pattern.compile("%24%7Bsecret:(" + NAME + ")%7D");
  private static final Pattern ONE_LINE = Pattern.compile("[\\x20-\\x7E\\t\\x80-\\xFF]*");
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private SecretReferences() {}

  /** The names of the secrets that a text refers to. */
  public static Set<String> in(String text) {
    return found(IN_TEXT, text);
  }

  /** What is wrong with the references of a text; empty when nothing is. */
  public static Optional<String> mistake(String text) {
    var matcher = ANY.matcher(text);
    while (matcher.find()) {
      if (matcher.group(2).isEmpty() || !NAME.matcher(matcher.group(1)).matches()) {
        return Optional.of("a reference to a secret that has no name or no end");
      }
    }
    return Optional.empty();
  }

  /** The text of a URL with its references written as a URL can hold them. */
  public static String encodedInUrl(String url) {
    return IN_TEXT.matcher(url).replaceAll("%24%7Bsecret:$1%7D");
  }

  /** The text of a URL with its references as people write them. */
  public static String decodedInUrl(String url) {
    return IN_URL.matcher(url).replaceAll("\\${secret:$1}");
  }

  /** The names of all secrets that a definition refers to. */
  public static Set<String> in(ServerDefinition definition) {
    var names = new LinkedHashSet<String>();
    switch (definition) {
      case ServerDefinition.Http http -> inHttp(http, names);
      case ServerDefinition.OpenApi api -> {
        inHttp(api.at(), names);
        api.terms().credentials().values().forEach(value -> names.addAll(in(value)));
      }
      case ServerDefinition.Stdio stdio -> {
        stdio.args().forEach(value -> names.addAll(in(value)));
        stdio.env().values().forEach(value -> names.addAll(in(value)));
      }
      case ServerDefinition.Unusable _ -> {}
    }
    return names;
  }

  private static void inHttp(ServerDefinition.Http http, Set<String> names) {
    names.addAll(found(IN_URL, http.url().toString()));
    http.headers().values().forEach(value -> names.addAll(in(value)));
    names.addAll(in(secretOf(http)));
  }

  /**
   * The definition with values in place of its references.
   *
   * @param values has a value for each name of {@link #in(ServerDefinition)}
   * @throws IllegalArgumentException when a value cannot stand where it is referred to; the message
   *     says where and shows no value
   */
  public static ServerDefinition filled(ServerDefinition definition, Map<String, String> values) {
    var names = in(definition);
    if (names.isEmpty()) {
      return definition;
    }
    var secrets = new HashSet<String>();
    names.forEach(name -> secrets.add(value(name, values)));
    return switch (definition) {
      case ServerDefinition.Http http -> filled(http, values, secrets);
      case ServerDefinition.OpenApi api ->
          new ServerDefinition.OpenApi(
              filled(api.at(), values, secrets),
              api.terms().with(credentials(api.terms().credentials(), values)));
      case ServerDefinition.Stdio stdio ->
          new ServerDefinition.Stdio(
              stdio.name(),
              stdio.command(),
              eachFilled(stdio.args(), values),
              eachFilled(stdio.env(), values),
              stdio.workingDirectory(),
              stdio.callTimeout(),
              secrets);
      case ServerDefinition.Unusable unusable -> unusable;
    };
  }

  private static ServerDefinition.Http filled(
      ServerDefinition.Http http, Map<String, String> values, Set<String> secrets) {
    var headers = new LinkedHashMap<String, String>();
    http.headers()
        .forEach(
            (name, text) -> {
              var value = filled(text, values);
              if (!ONE_LINE.matcher(value).matches()) {
                throw new IllegalArgumentException(
                    "the secret in header " + name + " is not one line of text");
              }
              headers.put(name, value);
            });
    var url =
        replaced(
            IN_URL,
            http.url().toString(),
            name -> {
              var encoded = percentEncoded(value(name, values));
              secrets.add(encoded);
              return encoded;
            });
    var authorization = http.authorization();
    return new ServerDefinition.Http(
        http.name(),
        URI.create(url),
        http.transport(),
        headers,
        http.callTimeout(),
        authorization == null || authorization.clientSecret() == null
            ? authorization
            : authorization.withSecret(filled(authorization.clientSecret(), values)),
        secrets,
        http.namedBy());
  }

  private static Map<String, String> credentials(
      Map<String, String> texts, Map<String, String> values) {
    var filled = new LinkedHashMap<String, String>();
    texts.forEach(
        (scheme, text) -> {
          var value = filled(text, values);
          if (!ONE_LINE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                "the secret for the scheme " + scheme + " is not one line of text");
          }
          filled.put(scheme, value);
        });
    return filled;
  }

  private static String secretOf(ServerDefinition.Http http) {
    var authorization = http.authorization();
    var secret = authorization == null ? null : authorization.clientSecret();
    return secret == null ? "" : secret;
  }

  private static List<String> eachFilled(List<String> texts, Map<String, String> values) {
    var filled = new ArrayList<String>(texts.size());
    texts.forEach(text -> filled.add(ofProcess(filled(text, values))));
    return filled;
  }

  private static Map<String, String> eachFilled(
      Map<String, String> texts, Map<String, String> values) {
    var filled = new LinkedHashMap<String, String>();
    texts.forEach((name, text) -> filled.put(name, ofProcess(filled(text, values))));
    return filled;
  }

  private static String ofProcess(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a secret for a program holds a NUL character");
    }
    return text;
  }

  private static String filled(String text, Map<String, String> values) {
    return replaced(IN_TEXT, text, name -> value(name, values));
  }

  private static String value(String name, Map<String, String> values) {
    var value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no value is given for secret " + name);
    }
    return value;
  }

  private static String replaced(Pattern pattern, String text, UnaryOperator<String> valueOf) {
    return pattern
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(valueOf.apply(match.group(1))));
  }

  private static Set<String> found(Pattern pattern, String text) {
    var names = new LinkedHashSet<String>();
    var matcher = pattern.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static String percentEncoded(String text) {
    var out = new StringBuilder();
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(b) >= 0) {
        out.append((char) b);
      } else {
        out.append(String.format("%%%02X", b & 0xff));
      }
    }
    return out.toString();
  }
}

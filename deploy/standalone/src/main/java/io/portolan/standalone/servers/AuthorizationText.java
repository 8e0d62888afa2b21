package io.portolan.standalone.servers;

import io.portolan.registry.Authorization;
import io.portolan.registry.Authorization.ClientAuthentication;
import io.portolan.registry.Authorization.Grant;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the {@code authorization} of an entry: how the gateway gets access tokens to a server. */
final class AuthorizationText {
  private static final Set<String> KEYS =
      Set.of(
          "grant",
          "issuer",
          "token-endpoint",
          "client-id",
          "client-secret",
          "client-authentication",
          "scopes",
          "resource",
          "audience",
          "lists-as");
  private static final Map<String, Grant> GRANTS =
      Map.of(
          "client-credentials", Grant.CLIENT_CREDENTIALS,
          "token-exchange", Grant.TOKEN_EXCHANGE,
          "authorization-code", Grant.AUTHORIZATION_CODE);

  private final Findings findings;
  private final EntryText text;

  AuthorizationText(Findings findings, EntryText text) {
    this.findings = findings;
    this.text = text;
  }

  /**
   * The section; empty when it is wrong, which the findings say.
   *
   * @param server the server's URL
   */
  Optional<Authorization> read(Member section, URI server) {
    if (!(section.value() instanceof Mapping members)) {
      text.wrongType(section, "keys with values, \"grant\" among them");
      return Optional.empty();
    }
    var before = findings.problems().size();
    rejectUnknown(members);
    var grant = members.find("grant").flatMap(this::grant).orElse(null);
    var secret = members.find("client-secret").flatMap(text::string).orElse(null);
    var issuer = url(members, "issuer");
    var tokens = url(members, "token-endpoint");
    var id = members.find("client-id").flatMap(text::withoutSecrets).orElse("");
    var authentication =
        members
            .find("client-authentication")
            .flatMap(this::authentication)
            .orElse(ClientAuthentication.CLIENT_SECRET_BASIC);
    var resource = url(members, "resource");
    var audience = members.find("audience").flatMap(text::withoutSecrets).orElse(null);
    var listsAs = members.find("lists-as").flatMap(text::withoutSecrets).orElse(null);
    var scopes = members.find("scopes").map(text::strings).orElse(List.of());
    if (findings.problems().size() > before) {
      return Optional.empty();
    }
    if (grant == null) {
      missing(section, "grant", String.join(", ", GRANTS.keySet().stream().sorted().toList()));
      return Optional.empty();
    }
    if (id.isBlank()) {
      missing(section, "client-id", "the gateway's id at the authorization server");
    }
    if (secret == null && grant != Grant.AUTHORIZATION_CODE) {
      missing(section, "client-secret", "client-secret: ${secret:NAME}");
    }
    if (issuer == null && tokens == null && grant != Grant.AUTHORIZATION_CODE) {
      missing(section, "issuer", "issuer, or token-endpoint");
    }
    if (audience != null && grant != Grant.TOKEN_EXCHANGE) {
      findings.problem(section.at(), "there is an \"audience\"", "one with token-exchange only");
    }
    if (listsAs != null && grant != Grant.AUTHORIZATION_CODE) {
      findings.problem(section.at(), "there is \"lists-as\"", "it with authorization-code only");
    }
    return findings.problems().size() > before
        ? Optional.empty()
        : Optional.of(
            new Authorization(
                grant,
                issuer,
                tokens,
                id,
                secret,
                authentication,
                scopes,
                resource == null ? server : resource,
                audience,
                listsAs));
  }

  private void missing(Member section, String key, String expected) {
    findings.problem(section.at(), "\"authorization\" has no \"" + key + "\"", expected);
  }

  private void rejectUnknown(Mapping members) {
    for (var member : members.members()) {
      if (!KEYS.contains(member.name())) {
        findings.problem(
            member.at(),
            "\"authorization\" has an unknown key \"" + member.name() + "\"",
            "one of " + String.join(", ", KEYS.stream().sorted().toList()));
      }
    }
  }

  private Optional<Grant> grant(Member member) {
    return choice(member, GRANTS::get, GRANTS.keySet());
  }

  private Optional<ClientAuthentication> authentication(Member member) {
    var known =
        Map.of(
            "client_secret_basic", ClientAuthentication.CLIENT_SECRET_BASIC,
            "client_secret_post", ClientAuthentication.CLIENT_SECRET_POST);
    return choice(member, known::get, known.keySet());
  }

  private <T> Optional<T> choice(
      Member member, Function<String, @Nullable T> of, Set<String> known) {
    var word = text.withoutSecrets(member).map(value -> value.toLowerCase(Locale.ROOT));
    if (word.isEmpty()) {
      return Optional.empty();
    }
    var found = of.apply(word.get());
    if (found == null) {
      findings.problem(
          member.value().at(),
          "\"" + member.name() + "\" is \"" + word.get() + "\"",
          "one of " + String.join(", ", known.stream().sorted().toList()));
    }
    return Optional.ofNullable(found);
  }

  private @Nullable URI url(Mapping members, String key) {
    var member = members.find(key);
    return member
        .flatMap(text::withoutSecrets)
        .flatMap(value -> RemoteText.url(member.orElseThrow(), value, findings))
        .orElse(null);
  }
}

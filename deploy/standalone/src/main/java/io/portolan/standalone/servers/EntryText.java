package io.portolan.standalone.servers;

import io.portolan.registry.SecretReferences;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Flag;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.Value.Nothing;
import io.portolan.standalone.document.Value.Numeral;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.standalone.document.Value.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes the strings out of an entry's values: of the right type, with references replaced. */
final class EntryText {
  /** Whether a header or environment value may name a file that holds it. */
  enum SecretFiles {
    /** {@code file:PATH} is replaced by that file's content. */
    READ,
    /** {@code file:...} is text like any other. */
    PLAIN_TEXT
  }

  private final Findings findings;
  private final Expansion expansion;
  private final SecretFiles secretFiles;
  private final Path workspace;

  EntryText(Findings findings, Expansion expansion, SecretFiles secretFiles, Path workspace) {
    this.findings = findings;
    this.expansion = expansion;
    this.secretFiles = secretFiles;
    this.workspace = workspace;
  }

  /** Whether the entry stands in the gateway's own file, not in an IDE's. */
  boolean isOwn() {
    return secretFiles == SecretFiles.READ;
  }

  /** A string; empty when the value is something else or refers to what is not there: a finding. */
  Optional<String> string(Member member) {
    if (member.value() instanceof Text text) {
      var expanded = expand(text);
      return expanded.failures().isEmpty() ? Optional.of(expanded.text()) : Optional.empty();
    }
    wrongType(member, "a string");
    return Optional.empty();
  }

  /** A string that names a file or program, which no secret has a place in. */
  Optional<String> withoutSecrets(Member member) {
    var text = string(member);
    if (text.isPresent() && !SecretReferences.in(text.get()).isEmpty()) {
      findings.problem(
          member.value().at(),
          "\"" + member.name() + "\" refers to a secret",
          "secrets in \"headers\", \"env\", \"args\" or the path and query of \"url\"");
      return Optional.empty();
    }
    return text;
  }

  List<String> strings(Member member) {
    if (!(member.value() instanceof Sequence sequence)) {
      wrongType(member, "an array of strings");
      return List.of();
    }
    var texts = new ArrayList<String>();
    for (var item : sequence.items()) {
      scalar(item)
          .ifPresentOrElse(
              texts::add,
              () ->
                  findings.problem(
                      item.at(),
                      "an item of \"" + member.name() + "\" is " + item.kind(),
                      "strings only"));
    }
    return texts;
  }

  /** Names with their values. Numbers and booleans count as their text, as IDEs have it. */
  Map<String, String> pairs(Member member) {
    if (!(member.value() instanceof Mapping mapping)) {
      wrongType(member, "an object with strings");
      return Map.of();
    }
    var pairs = new LinkedHashMap<String, String>();
    for (var pair : mapping.members()) {
      scalar(pair.value())
          .ifPresentOrElse(
              text -> pairs.put(pair.name(), secret(pair, text)),
              () ->
                  findings.problem(
                      pair.value().at(),
                      "\""
                          + pair.name()
                          + "\" in \""
                          + member.name()
                          + "\" is "
                          + pair.value().kind(),
                      "a string"));
    }
    return pairs;
  }

  private Optional<String> scalar(Value value) {
    return switch (value) {
      case Text text -> Optional.of(expand(text).text());
      case Numeral number -> Optional.of(number.literal());
      case Flag flag -> Optional.of(String.valueOf(flag.value()));
      case Nothing _, Sequence _, Mapping _ -> Optional.empty();
    };
  }

  private Expansion.Expanded expand(Text text) {
    var expanded = expansion.expand(text.text());
    SecretReferences.mistake(expanded.text())
        .ifPresent(
            mistake ->
                findings.problem(
                    text.at(),
                    mistake,
                    "${secret:NAME}; a name has 1 to 128 of A-Z a-z 0-9 _ . -"));
    for (var failure : expanded.failures()) {
      findings.problem(
          text.at(), failure, "a variable that is set, or a default as in ${NAME:-default}");
    }
    return expanded;
  }

  private String secret(Member pair, String text) {
    if (secretFiles == SecretFiles.PLAIN_TEXT || !text.startsWith("file:")) {
      return text;
    }
    var file = workspace.resolve(text.substring("file:".length()));
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      findings.problem(
          pair.value().at(),
          "cannot read " + file + " for \"" + pair.name() + "\": " + e.getClass().getSimpleName(),
          "file: and the path of a UTF-8 file that holds the secret");
      return "";
    }
  }

  void wrongType(Member member, String expected) {
    findings.problem(
        member.value().at(), "\"" + member.name() + "\" is " + member.value().kind(), expected);
  }
}

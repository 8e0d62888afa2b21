package io.portolan.standalone.document;

import io.portolan.standalone.document.Value.Flag;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.Value.Nothing;
import io.portolan.standalone.document.Value.Numeral;
import io.portolan.standalone.document.Value.Sequence;
import io.portolan.standalone.document.Value.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads JSON as editors write their settings: comments and trailing commas are accepted. Depth,
 * token count and lengths are bounded.
 */
public final class JsonDocument {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(SourceText.BYTES_MAX)
                  .maxNestingDepth(64)
                  .maxTokenCount(100_000)
                  .maxStringLength(1 << 20)
                  .maxNumberLength(100)
                  .build())
          .build();

  private final Path file;
  private final Findings findings;

  private JsonDocument(Path file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  /** Reads a file; empty when it cannot be read or is not JSON, which the findings then say. */
  public static Optional<Value> read(Path file, Findings findings) {
    return SourceText.read(file, findings).flatMap(text -> parse(file, text, findings));
  }

  /** Reads text that stands in, or for, a file. */
  public static Optional<Value> parse(Path file, String text, Findings findings) {
    return new JsonDocument(file, findings).root(text);
  }

  private Optional<Value> root(String text) {
    try (var parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      try {
        if (parser.nextToken() == null) {
          findings.problem(Place.startOf(file), "the file is empty", "a JSON object");
          return Optional.empty();
        }
        var root = value(parser);
        if (parser.nextToken() != null) {
          findings.problem(
              here(parser.currentTokenLocation()),
              "there is something after the end of the JSON value",
              "one JSON value, nothing after it");
          return Optional.empty();
        }
        return Optional.of(root);
      } catch (JacksonException e) {
        var location = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        findings.problem(here(location), "not valid JSON: " + reason(e), "valid JSON");
        return Optional.empty();
      }
    }
  }

  private Value value(JsonParser parser) {
    var at = here(parser.currentTokenLocation());
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(parser, at);
      case START_ARRAY -> sequence(parser, at);
      case VALUE_STRING -> new Text(at, parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Numeral(at, parser.getString());
      case VALUE_TRUE -> new Flag(at, true);
      case VALUE_FALSE -> new Flag(at, false);
      case VALUE_NULL -> new Nothing(at);
      default ->
          throw new IllegalStateException("not the start of a value: " + parser.currentToken());
    };
  }

  private Mapping mapping(JsonParser parser, Place at) {
    var members = new LinkedHashMap<String, Member>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      var nameAt = here(parser.currentTokenLocation());
      parser.nextToken();
      var member = new Member(nameAt, name, value(parser));
      var first = members.putIfAbsent(name, member);
      if (first != null) {
        findings.problem(
            nameAt,
            "\"" + name + "\" is already given in line " + first.at().line(),
            "each name once in an object");
      }
    }
    return new Mapping(at, new ArrayList<>(members.values()));
  }

  private Sequence sequence(JsonParser parser, Place at) {
    var items = new ArrayList<Value>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return new Sequence(at, items);
  }

  private Place here(TokenStreamLocation location) {
    return new Place(file, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  /** Jackson's own words without the location, which it appends and we show in front. */
  private static String reason(JacksonException e) {
    var text = e.getOriginalMessage();
    var end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}

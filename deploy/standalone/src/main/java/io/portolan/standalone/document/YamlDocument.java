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
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads YAML 1.2. Only plain data: no tags, and aliases are refused, which bounds the size. */
public final class YamlDocument {
  private static final int DEPTH_MAX = 64;

  private final Path file;
  private final Findings findings;

  private YamlDocument(Path file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  /**
   * Reads a file; empty when it cannot be read or is not YAML, which the findings then say. A file
   * without content is an empty object: all settings have defaults.
   */
  public static Optional<Value> read(Path file, Findings findings) {
    return SourceText.read(file, findings).flatMap(text -> parse(file, text, findings));
  }

  static Optional<Value> parse(Path file, String text, Findings findings) {
    return new YamlDocument(file, findings).root(text);
  }

  private Optional<Value> root(String text) {
    var settings =
        LoadSettings.builder()
            .setLabel(file.toString())
            .setCodePointLimit(SourceText.BYTES_MAX)
            .setMaxAliasesForCollections(0)
            .build();
    try {
      var node = new Compose(settings).composeString(text);
      return Optional.of(
          node.map(root -> value(root, 0))
              .orElseGet(() -> new Mapping(Place.startOf(file), List.of())));
    } catch (MarkedYamlEngineException e) {
      var mark = e.getProblemMark().or(e::getContextMark);
      findings.problem(place(mark), "not valid YAML: " + e.getProblem(), "valid YAML");
    } catch (YamlEngineException e) {
      findings.problem(Place.startOf(file), "not valid YAML: " + e.getMessage(), "valid YAML");
    }
    return Optional.empty();
  }

  private Value value(Node node, int depth) {
    var at = place(node.getStartMark());
    if (depth > DEPTH_MAX) {
      // Reached by an alias inside its own anchor, too.
      findings.problem(at, "nested deeper than " + DEPTH_MAX + " levels", "a flat configuration");
      return new Nothing(at);
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, at, depth);
      case SequenceNode sequence ->
          new Sequence(
              at, sequence.getValue().stream().map(item -> value(item, depth + 1)).toList());
      case ScalarNode scalar -> scalar(scalar, at);
      default ->
          throw new IllegalStateException("an unknown kind of YAML node: " + node.getNodeType());
    };
  }

  private Mapping mapping(MappingNode node, Place at, int depth) {
    var members = new LinkedHashMap<String, Member>();
    for (var tuple : node.getValue()) {
      var keyAt = place(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        findings.problem(keyAt, "a key is not a plain word", "key: value");
        continue;
      }
      var member = new Member(keyAt, key.getValue(), value(tuple.getValueNode(), depth + 1));
      var first = members.putIfAbsent(member.name(), member);
      if (first != null) {
        findings.problem(
            keyAt,
            "'" + member.name() + "' is already given in line " + first.at().line(),
            "each key once");
      }
    }
    return new Mapping(at, new ArrayList<>(members.values()));
  }

  private static Value scalar(ScalarNode node, Place at) {
    var tag = node.getTag();
    if (tag.equals(Tag.NULL)) {
      return new Nothing(at);
    }
    if (tag.equals(Tag.BOOL)) {
      return new Flag(at, node.getValue().equalsIgnoreCase("true"));
    }
    return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)
        ? new Numeral(at, node.getValue())
        : new Text(at, node.getValue());
  }

  private Place place(Optional<Mark> mark) {
    return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> Place.startOf(file));
  }
}

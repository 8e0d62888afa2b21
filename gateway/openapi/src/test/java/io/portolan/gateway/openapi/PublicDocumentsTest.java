package io.portolan.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.portolan.gateway.openapi.call.SchemaCheck;
import io.portolan.gateway.openapi.convert.ApiTool;
import io.portolan.gateway.openapi.convert.Conversion;
import io.portolan.gateway.openapi.convert.Converter;
import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import io.portolan.gateway.openapi.document.OtherDocuments;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Public documents become tools without a loss. They are not ours to pass on: docs/openapi.md says
 * which, and where they are to be had. Run with {@code -Dportolan.openapi.documents=FOLDER}, which
 * has a line {@code NAME PATH} for each in {@code documents.txt}.
 */
@EnabledIfSystemProperty(named = "portolan.openapi.documents", matches = ".+")
class PublicDocumentsTest {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final Schema META =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

  /** Some documents come in thousands of files, which nobody would fetch one by one. */
  private static final DocumentLimits MANY =
      new DocumentLimits(16 << 20, 10_000, 5_000, 64, 128 << 10, 16 << 10, 24 << 20);

  /** What came of one document. */
  private record Row(
      String name,
      String version,
      int operations,
      Conversion conversion,
      int outputs,
      int arguments,
      long millis,
      List<String> losses) {}

  @Test
  void publicDocumentsConvertWithoutALoss() throws Exception {
    var folder = Path.of(System.getProperty("portolan.openapi.documents", ""));
    var rows = new ArrayList<Row>();
    for (var line : Files.readAllLines(folder.resolve("documents.txt"))) {
      var words = line.strip().split("\\s+");
      rows.add(row(words[0], folder.resolve(words[1])));
    }
    print(rows);
    assertThat(rows).hasSizeGreaterThanOrEqualTo(10);
    assertThat(rows.stream().mapToInt(Row::operations).sum()).isGreaterThanOrEqualTo(300);
    for (var row : rows) {
      assertThat(row.losses()).as(row.name()).isEmpty();
      // An operation may say that its address is known to callers only: base-url says it, then.
      assertThat(row.conversion().leftOut().values())
          .as(row.name())
          .allMatch(why -> why.startsWith("the server '"));
      assertThat(row.conversion().tools())
          .as(row.name())
          .hasSize(row.operations() - row.conversion().leftOut().size());
    }
  }

  private static Row row(String name, Path file) throws Exception {
    var bytes = Files.readAllBytes(file);
    var began = System.nanoTime();
    OtherDocuments beside =
        uri -> {
          try {
            return Files.readAllBytes(Path.of(uri.getPath()));
          } catch (IOException e) {
            throw new DocumentRefusedException("no document " + uri, e);
          }
        };
    var at = URI.create("https://documents.example" + file.toAbsolutePath());
    var document = ApiDocument.of(bytes, at, beside, MANY);
    var conversion =
        new Converter(document, Converter.Rules.NONE, DocumentLimits.DEFAULT).convert();
    var millis = (System.nanoTime() - began) / 1_000_000;
    var losses = new ArrayList<String>();
    var outputs = 0;
    var arguments = 0;
    for (var tool : conversion.tools()) {
      losses.addAll(wrong(tool));
      outputs += tool.output() == null ? 0 : 1;
      arguments += tool.input().path("properties").size();
    }
    var declared = declared(document);
    if (declared != arguments && conversion.leftOut().isEmpty()) {
      losses.add(arguments + " arguments of " + declared + " parameters and bodies");
    }
    return new Row(
        name,
        document.root().path("openapi").asString(""),
        operations(document),
        conversion,
        outputs,
        arguments,
        millis,
        losses);
  }

  /** Schemas that are not valid, refer to nothing, or cannot be used. */
  private static List<String> wrong(ApiTool tool) {
    var wrong = new ArrayList<String>();
    for (var schema : new JsonNode[] {tool.input(), tool.output()}) {
      if (schema == null) {
        continue;
      }
      META.validate(schema).forEach(error -> wrong.add(tool.name() + ": " + error));
      if (!schema.path("type").asString("").equals("object")) {
        wrong.add(tool.name() + ": a root that is no object");
      }
      references(schema, schema, tool.name(), wrong);
    }
    // Reads the whole schema, so that what the validator does not understand is seen here.
    var _ = SchemaCheck.of(tool.input()).mismatch(JsonNodeFactory.instance.objectNode());
    var _ = SchemaCheck.of(tool.output()).mismatch(JsonNodeFactory.instance.objectNode());
    if (!tool.name().matches("[A-Za-z0-9_.-]{1,64}")) {
      wrong.add(tool.name() + ": a bad name");
    }
    return wrong;
  }

  private static void references(JsonNode node, JsonNode root, String tool, List<String> wrong) {
    var reference = node.path("$ref");
    if (reference.isString()) {
      var name = reference.stringValue().substring("#/$defs/".length());
      if (!root.path("$defs").has(name)) {
        wrong.add(tool + ": refers to nothing: " + name);
      }
    }
    node.forEach(each -> references(each, root, tool, wrong));
  }

  private static int operations(ApiDocument document) throws DocumentRefusedException {
    var count = 0;
    for (var path : document.root().path("paths").properties()) {
      for (var member : document.followed(path.getValue()).properties()) {
        count += METHODS.contains(member.getKey()) ? 1 : 0;
      }
    }
    return count;
  }

  /** Counted anew from the document: what a caller can say, all operations together. */
  private static int declared(ApiDocument document) throws DocumentRefusedException {
    var count = 0;
    for (var path : document.root().path("paths").properties()) {
      var item = document.followed(path.getValue());
      for (var member : item.properties()) {
        if (!METHODS.contains(member.getKey())) {
          continue;
        }
        var seen = new HashSet<String>();
        var operation = document.followed(member.getValue());
        for (var holder : List.of(item, operation)) {
          for (var each : holder.path("parameters")) {
            var parameter = document.followed(each);
            var name = parameter.path("name").asString("");
            var in = parameter.path("in").asString("");
            var isTheGateways =
                in.equals("header")
                    && Set.of("accept", "content-type", "authorization")
                        .contains(name.toLowerCase(Locale.ROOT));
            if (!isTheGateways) {
              seen.add(in + " " + name);
            }
          }
        }
        count += seen.size();
        var body = operation.path("requestBody");
        var found = body.isObject() ? document.followed(body) : body;
        count += found.path("content").isEmpty() ? 0 : 1;
      }
    }
    return count;
  }

  private static void print(List<Row> rows) {
    System.out.println(
        "| document | OpenAPI | operations | tools | left out | arguments | with output schema |"
            + " schemas cut | ms |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (var row : rows) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %d | %d | %d | %d | %d | %d | %d |%n",
          row.name(),
          row.version(),
          row.operations(),
          row.conversion().tools().size(),
          row.conversion().leftOut().size(),
          row.arguments(),
          row.outputs(),
          row.conversion().outlined().size(),
          row.millis());
      row.losses().stream().limit(5).forEach(loss -> System.out.println("  lost: " + loss));
      row.conversion().leftOut().entrySet().stream()
          .limit(5)
          .forEach(left -> System.out.println("  left out: " + left));
    }
    System.out.printf(
        Locale.ROOT,
        "| all | | %d | %d | | | | | |%n",
        rows.stream().mapToInt(Row::operations).sum(),
        rows.stream().mapToInt(row -> row.conversion().tools().size()).sum());
  }
}

package io.portolan.gateway.openapi;

import io.portolan.gateway.openapi.convert.ApiTool;
import io.portolan.gateway.openapi.convert.Conversion;
import io.portolan.gateway.openapi.convert.Converter;
import io.portolan.gateway.openapi.document.ApiDocument;
import io.portolan.gateway.openapi.document.DocumentLimits;
import io.portolan.gateway.openapi.document.DocumentRefusedException;
import io.portolan.gateway.openapi.document.OtherDocuments;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Converts documents as the gateway does. */
public final class Converting {
  public static final URI AT = URI.create("https://api.example.com/v1/openapi.yaml");

  private Converting() {}

  /** The document in a text. */
  public static ApiDocument document(String text)
      throws DocumentRefusedException, InterruptedException {
    return ApiDocument.of(
        text.getBytes(StandardCharsets.UTF_8), AT, OtherDocuments.NONE, DocumentLimits.DEFAULT);
  }

  /** What the document in a text becomes. */
  public static Conversion conversion(String text)
      throws DocumentRefusedException, InterruptedException {
    return new Converter(document(text), Converter.Rules.NONE, DocumentLimits.DEFAULT).convert();
  }

  /** A document of 3.0 with these lines below {@code paths}. */
  public static String paths(String lines) {
    return "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n" + lines.indent(2);
  }

  /** The only tool of a document. */
  public static ApiTool tool(String text) throws DocumentRefusedException, InterruptedException {
    var tools = conversion(text).tools();
    if (tools.size() != 1) {
      throw new AssertionError("expected one tool: " + tools);
    }
    return tools.getFirst();
  }
}

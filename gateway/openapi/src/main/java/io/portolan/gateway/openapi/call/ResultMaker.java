package io.portolan.gateway.openapi.call;

import io.portolan.gateway.openapi.convert.ApiTool;
import io.portolan.gateway.openapi.convert.ApiTool.Wrapping;
import io.portolan.gateway.openapi.convert.MediaTypes;
import io.portolan.gateway.openapi.document.DocumentText;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the result of a call of what an API answered. Stateless. */
public final class ResultMaker {
  private static final Pattern CHARSET = Pattern.compile("charset=\"?([A-Za-z0-9._-]{1,40})");

  private ResultMaker() {}

  /** The result of an answer, as {@code tools/call} has it. */
  public static ObjectNode result(ApiTool tool, SchemaCheck output, ApiAnswer answer) {
    if (answer.status() < 200 || answer.status() >= 300) {
      return failed(said(answer));
    }
    var json = json(answer);
    if (json == null) {
      return tool.output() == null
          ? content(answer)
          : failed(
              "The API answered with status "
                  + answer.status()
                  + ", but not in JSON, as its description promises. "
                  + said(answer));
    }
    var structured = structured(tool, json);
    var mismatch = output.mismatch(structured);
    if (mismatch != null) {
      return failed(
          "The API answered with status "
              + answer.status()
              + ", but what it answered does not fit its own description: "
              + mismatch
              + ". It was: "
              + json);
    }
    var result = text(string(answer));
    result.set("structuredContent", structured);
    return result;
  }

  /** A result that says what went wrong. */
  public static ObjectNode failed(String why) {
    return text(why).put("isError", true);
  }

  private static ObjectNode text(String text) {
    var result = JsonNodeFactory.instance.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }

  private static JsonNode structured(ApiTool tool, JsonNode json) {
    var isPlain =
        json.isObject() && (tool.output() == null || tool.call().wrapping() == Wrapping.PLAIN);
    if (isPlain) {
      return json;
    }
    var wrapped = JsonNodeFactory.instance.objectNode();
    wrapped.set("result", json);
    return wrapped;
  }

  private static @Nullable JsonNode json(ApiAnswer answer) {
    if (!MediaTypes.isJson(answer.contentType()) || answer.body().length == 0) {
      return null;
    }
    try {
      return DocumentText.JSON.readTree(answer.body());
    } catch (JacksonException _) {
      return null; // it says that it is JSON, and is text
    }
  }

  private static ObjectNode content(ApiAnswer answer) {
    if (answer.body().length == 0) {
      return text("The API answered with status " + answer.status() + " and no content.");
    }
    var essence = MediaTypes.essence(answer.contentType());
    if (isText(answer)) {
      return text(string(answer));
    }
    var data = Base64.getEncoder().encodeToString(answer.body());
    var result = JsonNodeFactory.instance.objectNode();
    var content = result.putArray("content").addObject();
    if (essence.startsWith("image/") || essence.startsWith("audio/")) {
      content.put("type", essence.substring(0, 5)).put("data", data).put("mimeType", essence);
    } else {
      content
          .put("type", "resource")
          .putObject("resource")
          .put("uri", "attachment:answer")
          .put("mimeType", essence.isEmpty() ? "application/octet-stream" : essence)
          .put("blob", data);
    }
    return result;
  }

  private static boolean isText(ApiAnswer answer) {
    return MediaTypes.isText(answer.contentType())
        || MediaTypes.isJson(answer.contentType())
        || MediaTypes.essence(answer.contentType()).equals("application/x-www-form-urlencoded")
        || (answer.contentType().isEmpty() && isUtf8(answer.body()));
  }

  private static boolean isUtf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).indexOf('\uFFFD') < 0;
  }

  private static String string(ApiAnswer answer) {
    var matcher = CHARSET.matcher(answer.contentType());
    var charset = StandardCharsets.UTF_8;
    try {
      charset = matcher.find() ? Charset.forName(matcher.group(1)) : charset;
    } catch (IllegalArgumentException _) {
      // Nobody knows it: read as most are.
    }
    return new String(answer.body(), charset);
  }

  private static String said(ApiAnswer answer) {
    var head = "Status " + answer.status();
    if (answer.body().length == 0) {
      return head + ", without a body.";
    }
    if (!isText(answer)) {
      return head + ", with a body of type " + MediaTypes.essence(answer.contentType()) + ".";
    }
    return head
        + (answer.cut() == ApiAnswer.Cut.BEGINNING ? ", of whose body this is the start: " : ": ")
        + string(answer);
  }
}

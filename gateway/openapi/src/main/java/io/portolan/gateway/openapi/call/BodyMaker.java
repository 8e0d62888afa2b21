package io.portolan.gateway.openapi.call;

import io.portolan.gateway.openapi.convert.Parameter.Explode;
import io.portolan.gateway.openapi.convert.Parameter.Style;
import io.portolan.gateway.openapi.convert.RequestBody;
import io.portolan.gateway.openapi.convert.RequestBody.Content;
import io.portolan.gateway.openapi.convert.RequestBody.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Writes the body of a request. Stateless. */
final class BodyMaker {
  private static final Encoding PLAIN = new Encoding(null, null, Explode.EACH, Content.VALUE);

  private BodyMaker() {}

  static ApiRequest.Body body(RequestBody body, JsonNode value) throws ArgumentException {
    var path = "/" + body.argument();
    return switch (body.form()) {
      case JSON ->
          new ApiRequest.Body(body.mediaType(), value.toString().getBytes(StandardCharsets.UTF_8));
      case TEXT ->
          new ApiRequest.Body(
              body.mediaType().contains("charset")
                  ? body.mediaType()
                  : body.mediaType() + "; charset=utf-8",
              StyledValue.text(value).getBytes(StandardCharsets.UTF_8));
      case BINARY -> new ApiRequest.Body(body.mediaType(), decoded(path, value));
      case URLENCODED -> new ApiRequest.Body(body.mediaType(), urlencoded(body, path, value));
      case MULTIPART -> multipart(body, path, value);
    };
  }

  static byte[] decoded(String path, JsonNode value) throws ArgumentException {
    try {
      var text = StyledValue.text(value);
      return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
          ? Base64.getUrlDecoder().decode(text)
          : Base64.getMimeDecoder().decode(checked(text));
    } catch (IllegalArgumentException _) {
      throw new ArgumentException(path, "is not base64; expected the bytes in base64");
    }
  }

  /** Line breaks may stand in it; the decoder would pass over anything else as well. */
  private static String checked(String text) {
    if (!text.matches("[A-Za-z0-9+/=\\r\\n]*")) {
      throw new IllegalArgumentException("not base64");
    }
    return text;
  }

  private static byte[] urlencoded(RequestBody body, String path, JsonNode value)
      throws ArgumentException {
    requireObject(path, value);
    var parts = new ArrayList<String>();
    for (var member : value.properties()) {
      var encoding = body.encodings().getOrDefault(member.getKey(), PLAIN);
      for (var pair : fields(member.getKey(), member.getValue(), encoding)) {
        parts.add(pair.name() + "=" + pair.value());
      }
    }
    return String.join("&", parts).getBytes(StandardCharsets.US_ASCII);
  }

  private static List<StyledValue.Pair> fields(String name, JsonNode value, Encoding encoding) {
    var style = encoding.style();
    if (style != null) {
      return StyledValue.pairs(name, value, style, encoding.explode(), Percent::encoded);
    }
    // Without a style of its own a list is repeated, and an object is written as JSON.
    return value.isObject()
        ? List.of(new StyledValue.Pair(Percent.encoded(name), Percent.encoded(value.toString())))
        : StyledValue.pairs(name, value, Style.FORM, Explode.EACH, Percent::encoded);
  }

  private static ApiRequest.Body multipart(RequestBody body, String path, JsonNode value)
      throws ArgumentException {
    requireObject(path, value);
    var parts = new Multipart();
    for (var member : value.properties()) {
      var encoding = body.encodings().getOrDefault(member.getKey(), PLAIN);
      var at = path + "/" + member.getKey();
      if (member.getValue().isArray()) {
        for (var item : member.getValue()) {
          part(parts, member.getKey(), at, item, encoding);
        }
      } else {
        part(parts, member.getKey(), at, member.getValue(), encoding);
      }
    }
    return parts.body();
  }

  private static void part(
      Multipart parts, String name, String path, JsonNode value, Encoding encoding)
      throws ArgumentException {
    var type = encoding.contentType();
    if (encoding.content() == Content.BASE64) {
      parts.file(name, type == null ? "application/octet-stream" : type, decoded(path, value));
    } else if (value.isContainer()) {
      parts.field(name, type == null ? "application/json" : type, value.toString());
    } else {
      parts.field(name, type == null ? "" : type, StyledValue.text(value));
    }
  }

  private static void requireObject(String path, JsonNode value) throws ArgumentException {
    if (!value.isObject()) {
      throw new ArgumentException(path, "is no object; expected one, since it is sent as a form");
    }
  }
}

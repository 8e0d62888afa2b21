package io.portolan.gateway.openapi.call;

import io.portolan.gateway.openapi.call.ApiRequest.Header;
import io.portolan.gateway.openapi.convert.ApiTool;
import io.portolan.gateway.openapi.convert.MediaTypes;
import io.portolan.gateway.openapi.convert.Parameter;
import io.portolan.gateway.openapi.convert.Parameter.Reserved;
import io.portolan.gateway.openapi.convert.Security;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/*
 * No argument can change where a request goes: what stands in a path is encoded, and a segment that
 * would lead up ("..") or away is refused; a header has no line break; credentials are the gateway's.
 */

/** Makes the request of a call. The arguments fit the tool's schema. Stateless. */
public final class RequestMaker {
  private static final Pattern IN_PATH = Pattern.compile("\\{([^{}]+)}");

  private RequestMaker() {}

  /** What came of making one. */
  public sealed interface Made {
    /** It can be sent. */
    record Ready(ApiRequest request) implements Made {}

    /**
     * An argument cannot be sent.
     *
     * @param why for the caller, with the path of the argument
     */
    record Refused(String why) implements Made {}
  }

  /** The request that a call with these arguments is. */
  public static Made request(ApiTool.Call call, ObjectNode arguments, Credentials credentials) {
    try {
      return new Made.Ready(made(call, arguments, credentials));
    } catch (ArgumentException e) {
      return new Made.Refused(String.valueOf(e.getMessage()));
    }
  }

  private static ApiRequest made(ApiTool.Call call, ObjectNode arguments, Credentials credentials)
      throws ArgumentException {
    var path = new HashMap<String, String>();
    var query = new ArrayList<String>();
    var headers = new ArrayList<Header>();
    var cookies = new ArrayList<String>();
    for (var parameter : call.parameters()) {
      var value = arguments.get(parameter.argument());
      if (value == null) {
        continue;
      }
      switch (parameter.in()) {
        case PATH -> path.put(parameter.name(), inPath(parameter, value));
        case QUERY -> pairs(parameter, value).forEach(each -> query.add(joined(each)));
        case HEADER -> headers.add(header(parameter, value));
        case COOKIE -> pairs(parameter, value).forEach(each -> cookies.add(joined(each)));
      }
    }
    for (var security : credentials.way(call.security())) {
      show(security, credentials.of(security), query, headers, cookies);
    }
    if (!cookies.isEmpty()) {
      headers.add(new Header("Cookie", String.join("; ", cookies)));
    }
    headers.add(new Header("Accept", accept(call.accept())));
    var body = call.body();
    var sent = body == null ? null : arguments.get(body.argument());
    return new ApiRequest(
        call.method(),
        url(call, path, query),
        headers,
        body == null || sent == null ? null : BodyMaker.body(body, sent));
  }

  private static String joined(StyledValue.Pair pair) {
    return pair.name() + "=" + pair.value();
  }

  private static void show(
      Security security,
      String value,
      List<String> query,
      List<Header> headers,
      List<String> cookies) {
    switch (security.kind()) {
      case KEY_IN_HEADER -> headers.add(new Header(security.name(), value));
      case KEY_IN_QUERY ->
          query.add(Percent.encoded(security.name()) + "=" + Percent.encoded(value));
      case KEY_IN_COOKIE -> cookies.add(security.name() + "=" + Percent.encoded(value));
      case BASIC, BEARER -> headers.add(new Header("Authorization", value));
    }
  }

  private static String accept(List<String> said) {
    return said.isEmpty() ? "application/json, */*;q=0.5" : String.join(", ", said) + ", */*;q=0.1";
  }

  private static String inPath(Parameter parameter, JsonNode value) throws ArgumentException {
    var text =
        parameter.mediaType() == null
            ? StyledValue.inPlace(
                parameter.name(), value, parameter.style(), parameter.explode(), Percent::encoded)
            : Percent.encoded(StyledValue.text(value));
    if (text.isEmpty()) {
      throw new ArgumentException(
          "/" + parameter.argument(), "is empty; expected a text, since it stands in the path");
    }
    return text;
  }

  private static List<StyledValue.Pair> pairs(Parameter parameter, JsonNode value) {
    UnaryOperator<String> encoded =
        parameter.reserved() == Reserved.ALLOWED ? Percent::reserved : Percent::encoded;
    if (parameter.mediaType() != null) {
      var isText = value.isString() && !MediaTypes.isJson(parameter.mediaType());
      var text = isText ? value.stringValue() : value.toString();
      return List.of(new StyledValue.Pair(Percent.encoded(parameter.name()), encoded.apply(text)));
    }
    return StyledValue.pairs(
        parameter.name(), value, parameter.style(), parameter.explode(), encoded);
  }

  private static Header header(Parameter parameter, JsonNode value) throws ArgumentException {
    var text =
        parameter.mediaType() == null
            ? StyledValue.inPlace(
                parameter.name(),
                value,
                parameter.style(),
                parameter.explode(),
                UnaryOperator.identity())
            : value.toString();
    if (!text.matches("[\\x20-\\x7E\\t\\x80-\\xFF]*")) {
      throw new ArgumentException(
          "/" + parameter.argument(),
          "holds a line break or another character that no header can; expected one line");
    }
    if (!parameter.name().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new ArgumentException(
          "/" + parameter.argument(), "cannot be sent: its name is not one of a header");
    }
    return new Header(parameter.name(), text);
  }

  private static URI url(ApiTool.Call call, Map<String, String> path, List<String> query)
      throws ArgumentException {
    var filled = new StringBuilder();
    var matcher = IN_PATH.matcher(call.path());
    var at = 0;
    while (matcher.find()) {
      filled.append(Percent.path(call.path().substring(at, matcher.start())));
      filled.append(path.getOrDefault(matcher.group(1), ""));
      at = matcher.end();
    }
    filled.append(Percent.path(call.path().substring(at)));
    for (var segment : filled.toString().split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw new ArgumentException(
            "/", "make a part of the path '" + segment + "', which would lead elsewhere");
      }
    }
    var url = new StringBuilder(call.server().toString()).append(filled);
    if (!query.isEmpty()) {
      url.append(filled.indexOf("?") >= 0 ? '&' : '?').append(String.join("&", query));
    }
    return URI.create(url.toString());
  }
}

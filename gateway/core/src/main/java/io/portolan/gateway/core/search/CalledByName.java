package io.portolan.gateway.core.search;

import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.protocol.HeaderField;
import io.portolan.gateway.protocol.HeaderText;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.ModernHeaders;
import io.portolan.gateway.protocol.ParamHeaders;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/*
 * A call through call_tool becomes the call that it asks for before anything looks at it: so it is
 * admitted, counted, charged, approved and recorded as that one, and there is no second way to a
 * tool that could be guarded less.
 */

/** Turns a call of {@link ToolFinder#CALL} into the call of the tool that it names. Stateless. */
public final class CalledByName {
  private static final Slice NOTHING = Slice.utf8("{}");

  private CalledByName() {}

  /**
   * The request with the tool's own name and arguments, and with header fields that say the same;
   * null when it names no tool, or its arguments are no object.
   *
   * @param repeated which arguments of a tool header fields repeat, by the tool's name
   */
  public static @Nullable Inbound unwrapped(
      Inbound inbound, Message.Request request, Function<String, ParamHeaders> repeated) {
    var params = request.params();
    var name = params == null ? null : params.get("name");
    var outer = params == null ? null : params.get("arguments");
    var asked = params == null ? null : params.view("arguments");
    var tool = asked == null ? null : asked.get("name");
    if (name == null || outer == null || asked == null || tool == null || !tool.isString()) {
      return null;
    }
    var arguments = asked.get("arguments");
    if (arguments != null && !arguments.isObject()) {
      return null;
    }
    var inner = arguments == null ? NOTHING : arguments;
    var body = new Splice(request.bytes()).replace(name, tool).replace(outer, inner);
    var text = tool.string();
    var fields = repeated.apply(text).produce(inner);
    return new Inbound(
        inbound.route(),
        inbound.caller(),
        inbound.context(),
        new Renamed(inbound.headers(), text, fields),
        body.apply().join(),
        inbound.barred());
  }

  /** The headers as a client that had called the tool itself would have sent them. */
  private record Renamed(RequestHeaders sent, String tool, List<HeaderField> fields)
      implements RequestHeaders {
    @Override
    public @Nullable String first(String name) {
      if (isParam(name)) {
        return fields.stream()
            .filter(field -> field.name().equalsIgnoreCase(name))
            .map(HeaderField::value)
            .findFirst()
            .orElse(null);
      }
      var value = sent.first(name);
      return name.equalsIgnoreCase(ModernHeaders.NAME) && ToolFinder.CALL.equals(value)
          ? HeaderText.encode(tool)
          : value;
    }

    @Override
    public int count(String name) {
      return isParam(name) ? first(name) == null ? 0 : 1 : sent.count(name);
    }

    @Override
    public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {
      if (!isParam(lowerCasePrefix)) {
        sent.eachWithPrefix(lowerCasePrefix, action);
        return;
      }
      for (var field : fields) {
        var name = field.name().toLowerCase(Locale.ROOT);
        if (name.startsWith(lowerCasePrefix)) {
          action.accept(name, field.value());
        }
      }
    }

    private static boolean isParam(String name) {
      return name.regionMatches(true, 0, ParamHeaders.PREFIX, 0, ParamHeaders.PREFIX.length());
    }
  }
}

package io.portolan.gateway.core.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.ParamHeaders;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TraceContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalledByNameTest {
  private static final Route ALL = new Route.Federated();
  private static final Caller NOBODY = Caller.ANONYMOUS;

  private record Sent(TreeMap<String, String> fields) implements RequestHeaders {
    static Sent of(Map<String, String> fields) {
      var sent = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
      sent.putAll(fields);
      return new Sent(sent);
    }

    @Override
    public @Nullable String first(String name) {
      return fields.get(name);
    }

    @Override
    public int count(String name) {
      return fields.containsKey(name) ? 1 : 0;
    }

    @Override
    public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {
      fields.forEach(
          (name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith(lowerCasePrefix)) {
              action.accept(name.toLowerCase(Locale.ROOT), value);
            }
          });
    }
  }

  private static Message.Request request(String params) throws Exception {
    var json =
        "{\"jsonrpc\":\"2.0\", \"id\":7,\"method\":\"tools/call\",\"params\":" + params + "}";
    return (Message.Request) new MessageReader(JsonLimits.INBOUND).read(Slice.utf8(json));
  }

  private static @Nullable Inbound unwrapped(
      String params, Map<String, String> headers, ParamHeaders repeated) throws Exception {
    var request = request(params);
    var context =
        new CallContext(
            NOBODY.principal(), Deadline.in(Duration.ofMinutes(1)), TraceContext.start());
    var inbound = new Inbound(ALL, NOBODY, context, Sent.of(headers), request.bytes(), () -> false);
    return CalledByName.unwrapped(inbound, request, _ -> repeated);
  }

  private static Inbound call(String params, Map<String, String> headers, ParamHeaders repeated)
      throws Exception {
    return Objects.requireNonNull(unwrapped(params, headers, repeated));
  }

  @Test
  void nameAndArgumentsAreThoseOfTheToolAndAllElseStays() throws Exception {
    var inbound =
        call(
            "{\"_meta\":{\"progressToken\":1} ,\"name\":\"call_tool\", \"arguments\":{\"arguments\":"
                + "{\"a\": [1,2.50]},\"name\":\"s__t\"},\"task\":{\"ttl\":5}}",
            Map.of("Mcp-Name", "call_tool", "Mcp-Method", "tools/call"),
            ParamHeaders.none());
    assertThat(inbound.body().text())
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\", \"id\":7,\"method\":\"tools/call\",\"params\":{\"_meta\":"
                + "{\"progressToken\":1} ,\"name\":\"s__t\", \"arguments\":{\"a\": [1,2.50]},"
                + "\"task\":{\"ttl\":5}}}");
    assertThat(inbound.headers().first("mcp-name")).isEqualTo("s__t");
    assertThat(inbound.headers().first("mcp-method")).isEqualTo("tools/call");
  }

  @Test
  void headerFieldsRepeatTheArgumentsAndNothingThatWasSent() throws Exception {
    var schema =
        Slice.utf8(
            "{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\","
                + "\"x-mcp-header\":\"Region\"}}}");
    var repeated = ((ParamHeaders.Reading.Valid) ParamHeaders.read(schema)).headers();
    var inbound =
        call(
            "{\"name\":\"call_tool\",\"arguments\":{\"name\":\"s__t\",\"arguments\":"
                + "{\"region\":\"eu\"}}}",
            Map.of("Mcp-Param-Region", "us", "Mcp-Param-Other", "x"),
            repeated);
    assertThat(inbound.headers().first("mcp-param-region")).isEqualTo("eu");
    assertThat(inbound.headers().count("Mcp-Param-Region")).isEqualTo(1);
    assertThat(inbound.headers().first("Mcp-Param-Other")).isNull();
    var passed = new TreeMap<String, String>();
    inbound.headers().eachWithPrefix("mcp-param-", passed::put);
    assertThat(passed).containsExactly(Map.entry("mcp-param-region", "eu"));
  }

  @Test
  void aFieldThatDoesNotSayCallToolIsLeftToBeRefused() throws Exception {
    var inbound =
        call(
            "{\"name\":\"call_tool\",\"arguments\":{\"name\":\"s__t\"}}",
            Map.of("Mcp-Name", "s__other"),
            ParamHeaders.none());
    assertThat(inbound.headers().first("Mcp-Name")).isEqualTo("s__other");
    assertThat(inbound.body().text()).contains("\"name\":\"s__t\"", "\"arguments\":{}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"call_tool\"}",
        "{\"name\":\"call_tool\",\"arguments\":[]}",
        "{\"name\":\"call_tool\",\"arguments\":{}}",
        "{\"name\":\"call_tool\",\"arguments\":{\"name\":3}}",
        "{\"name\":\"call_tool\",\"arguments\":{\"name\":\"s__t\",\"arguments\":\"{}\"}}",
        "{\"name\":\"call_tool\",\"arguments\":{\"name\":\"s__t\",\"arguments\":null}}"
      })
  void whatNamesNoToolIsNoCall(String params) throws Exception {
    assertThat(unwrapped(params, Map.of(), ParamHeaders.none())).isNull();
  }

  @Test
  void theNamesAreOursAtTheEndpointOfAllServersOnly() throws Exception {
    var call = request("{\"name\":\"call_tool\"}");
    assertThat(ToolFinder.named(ALL, call)).isEqualTo("call_tool");
    assertThat(ToolFinder.named(new Route.Single("s"), call)).isNull();
    assertThat(ToolFinder.named(ALL, request("{\"name\":\"s__call_tool\"}"))).isNull();
  }
}

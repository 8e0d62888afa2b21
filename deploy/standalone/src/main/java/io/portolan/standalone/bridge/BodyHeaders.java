package io.portolan.standalone.bridge;

import io.portolan.gateway.protocol.HeaderText;
import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ModernHeaders;
import io.portolan.gateway.protocol.ParamHeaders;
import io.portolan.gateway.protocol.Slice;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers that the modern era demands over HTTP, taken from a message that came over stdio
 * without them. Which arguments a tool wants repeated is learned from the lists that pass by. Safe
 * for many threads.
 */
final class BodyHeaders {
  /** So many tools are remembered at most; those beyond are called without repeated arguments. */
  private static final int TOOLS_MAX = 10_000;

  private final Map<String, ParamHeaders> byTool = new ConcurrentHashMap<>();

  /** The protocol version a message names, or null when it is not of the modern era. */
  static @Nullable String version(Message.Call call) {
    var params = call.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    return meta == null ? null : meta.string(MetaKeys.PROTOCOL_VERSION);
  }

  Map<String, String> of(Message.Call call, String version) {
    var headers = new LinkedHashMap<String, String>();
    headers.put(ModernHeaders.PROTOCOL_VERSION, HeaderText.encode(version));
    headers.put(ModernHeaders.METHOD, HeaderText.encode(call.method()));
    ModernHeaders.nameOf(call)
        .ifPresent(name -> headers.put(ModernHeaders.NAME, HeaderText.encode(name)));
    var params = call.params();
    if (params != null && call.method().equals(Methods.TOOLS_CALL)) {
      var wanted = byTool.get(String.valueOf(params.string("name")));
      if (wanted != null) {
        wanted.produce(params.get("arguments")).forEach(f -> headers.put(f.name(), f.value()));
      }
    }
    return headers;
  }

  /** Looks into an answer for what later requests must carry. */
  void learn(String method, Slice result) {
    var tools =
        method.equals(Methods.TOOLS_LIST) && result.isObject()
            ? JsonView.of(result).get("tools")
            : null;
    if (tools != null && tools.isArray()) {
      for (var tool : JsonList.items(tools)) {
        if (tool.isObject()) {
          learnTool(JsonView.of(tool));
        }
      }
    }
  }

  private void learnTool(JsonView tool) {
    var name = tool.string("name");
    var schema = tool.get("inputSchema");
    if (name == null || schema == null) {
      return;
    }
    if (ParamHeaders.read(schema) instanceof ParamHeaders.Reading.Valid(var headers)
        && !headers.isEmpty()
        && byTool.size() < TOOLS_MAX) {
      byTool.put(name, headers);
    } else {
      byTool.remove(name);
    }
  }
}

package io.portolan.gateway.protocol;

import io.portolan.gateway.protocol.HeaderCheck.Mismatch;
import io.portolan.gateway.protocol.HeaderCompare.Presence;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The header fields in which a request of the modern era repeats parts of its body. Whoever reads
 * the body must refuse a request whose fields say something else (2026-07-28, Streamable HTTP,
 * server validation). Stateless.
 */
public final class ModernHeaders {
  public static final String PROTOCOL_VERSION = "MCP-Protocol-Version";
  public static final String METHOD = "Mcp-Method";
  public static final String NAME = "Mcp-Name";

  private ModernHeaders() {}

  /** Checks all three fields in the order in which the specification names them. */
  public static HeaderCheck check(HeaderSource headers, Message.Call call) {
    var params = call.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var version = meta == null ? null : meta.string(MetaKeys.PROTOCOL_VERSION);
    if (version != null && version(headers, version) instanceof Mismatch mismatch) {
      return mismatch;
    }
    return method(headers, call) instanceof Mismatch mismatch ? mismatch : name(headers, call);
  }

  /** Compares {@link #PROTOCOL_VERSION} with the version that the body asks for. */
  public static HeaderCheck version(HeaderSource headers, String version) {
    return HeaderCompare.plain(headers, PROTOCOL_VERSION, version);
  }

  /** Compares {@link #METHOD} with the body's method. */
  public static HeaderCheck method(HeaderSource headers, Message.Call call) {
    return HeaderCompare.plain(headers, METHOD, call.method());
  }

  /**
   * Compares {@link #NAME} with what the body names. A call without the member to compare with is
   * left to whoever checks params. For tasks the field is the extension's rule and one for clients,
   * so only a field that is there is compared.
   */
  public static HeaderCheck name(HeaderSource headers, Message.Call call) {
    var expected = nameOf(call);
    return expected.isEmpty()
        ? HeaderCheck.OK
        : HeaderCompare.encoded(
            headers,
            NAME,
            expected.get(),
            isCore(call.method()) ? Presence.REQUIRED : Presence.OPTIONAL);
  }

  /** The text that {@link #NAME} must carry for a call, before {@link HeaderText#encode}. */
  public static Optional<String> nameOf(Message.Call call) {
    var member = memberFor(call.method());
    var params = call.params();
    return member == null || params == null
        ? Optional.empty()
        : Optional.ofNullable(params.string(member));
  }

  private static boolean isCore(String method) {
    return switch (method) {
      case Methods.TOOLS_CALL, Methods.PROMPTS_GET, Methods.RESOURCES_READ -> true;
      default -> false;
    };
  }

  private static @Nullable String memberFor(String method) {
    return switch (method) {
      case Methods.TOOLS_CALL, Methods.PROMPTS_GET -> "name";
      case Methods.RESOURCES_READ -> "uri";
      case Methods.TASKS_GET, Methods.TASKS_UPDATE, Methods.TASKS_CANCEL -> "taskId";
      default -> null;
    };
  }
}

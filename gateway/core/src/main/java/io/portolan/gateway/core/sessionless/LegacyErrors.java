package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.protocol.ErrorCode;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives a failure of a modern server the code that a legacy client knows it by. Message and data
 * stay as they are. Stateless.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic">MCP 2026-07-28,
 *     error codes</a>
 */
final class LegacyErrors {
  private LegacyErrors() {}

  /** The answer to {@code method} as the older client knows it; mostly the very same. */
  static Message.Answer of(String method, Message.Answer answer) {
    return answer instanceof Message.Failure failure ? failure(method, failure) : answer;
  }

  private static Message.Answer failure(String method, Message.Failure failure) {
    var code = JsonView.of(failure.error()).get("code");
    var known = code == null ? null : known(method, code);
    if (code == null || known == null) {
      return failure;
    }
    var json =
        new Splice(failure.bytes())
            .replace(code, Slice.utf8(Integer.toString(known.value())))
            .apply()
            .join();
    var members = JsonView.of(json);
    return new Message.Failure(
        json,
        Objects.requireNonNull(members.get("id")),
        Objects.requireNonNull(members.get("error")));
  }

  private static @Nullable ErrorCode known(String method, Slice code) {
    if (is(code, ErrorCode.INVALID_PARAMS)) {
      return method.equals(Methods.RESOURCES_READ) ? ErrorCode.RESOURCE_NOT_FOUND : null;
    }
    if (is(code, ErrorCode.MISSING_CLIENT_CAPABILITY)) {
      return ErrorCode.INVALID_REQUEST; // it must declare more when it opens a session
    }
    // Headers and version are what the gateway itself said to the server.
    return is(code, ErrorCode.HEADER_MISMATCH) || is(code, ErrorCode.UNSUPPORTED_PROTOCOL_VERSION)
        ? ErrorCode.INTERNAL_ERROR
        : null;
  }

  private static boolean is(Slice number, ErrorCode code) {
    return number.is(Integer.toString(code.value()));
  }
}

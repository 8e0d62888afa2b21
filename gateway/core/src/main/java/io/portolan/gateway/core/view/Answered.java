package io.portolan.gateway.core.view;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer and the members of its result, which were found while it was read.
 *
 * @param message the answer
 * @param result the members of its result; null when it failed or the result is no object
 */
public record Answered(Message.Answer message, @Nullable JsonView result) {

  /** Looks at an answer. */
  public static Answered of(Message.Answer message) {
    return new Answered(
        message, message instanceof Message.Result result ? result.members() : null);
  }

  /** Whether it is no result yet: the server asks the client something first. */
  public boolean asksForInput() {
    return asksForInput(result);
  }

  /** Whether the members of a result say that it is none yet. */
  public static boolean asksForInput(@Nullable JsonView result) {
    return result != null && "input_required".equals(result.string("resultType"));
  }

  /** Whether a tool ran and failed. */
  public boolean isToolError() {
    var flag = result == null ? null : result.get("isError");
    return flag != null && flag.is("true");
  }
}

package io.portolan.gateway.core.sessionless;

import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.Slice;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Progress of one call over several rounds. Each round may count from the start, and the client
 * sees one call only, whose progress must increase. Used by one thread.
 */
final class Progress {
  private static final int DIGITS_MAX = 40;

  private @Nullable BigDecimal furthest;

  /** Whether a message reports progress that was reported before. */
  boolean isStepBack(MessageStream.Next next) {
    if (!(next instanceof MessageStream.Received(Message.Notification message))
        || !message.method().equals(Methods.PROGRESS)) {
      return false;
    }
    var params = message.params();
    var value = params == null ? null : params.get("progress");
    if (value == null || !value.isNumber() || value.length() > DIGITS_MAX) {
      return false; // not ours to judge
    }
    var step = number(value);
    if (step == null) {
      return false;
    }
    if (furthest != null && step.compareTo(furthest) <= 0) {
      return true;
    }
    furthest = step;
    return false;
  }

  private static @Nullable BigDecimal number(Slice json) {
    try {
      return new BigDecimal(json.text());
    } catch (NumberFormatException _) {
      return null; // an exponent beyond all reason
    }
  }
}

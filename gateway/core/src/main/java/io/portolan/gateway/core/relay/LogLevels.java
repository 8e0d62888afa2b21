package io.portolan.gateway.core.relay;

import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import java.util.List;

/** The levels of log messages (RFC 5424), least severe first. Stateless. */
final class LogLevels {
  static final List<String> ALL =
      List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  private LogLevels() {}

  /** The level that a request names, of those there are; an empty text when it names none. */
  static String wanted(Message.Request request) {
    var params = request.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var level = meta == null ? null : meta.string(MetaKeys.LOG_LEVEL);
    return level != null && ALL.contains(level) ? level : "";
  }

  /**
   * Whether a log message goes to a modern client: only when it named a level in the very request,
   * and the message is not below it. A legacy server knows nothing of that level.
   */
  static boolean isWanted(Message.Request request, Message.Notification message) {
    var params = request.params();
    var meta = params == null ? null : params.view(MetaKeys.META);
    var least = meta == null ? null : meta.string(MetaKeys.LOG_LEVEL);
    if (least == null) {
      return false;
    }
    var said = message.params();
    var level = said == null ? null : said.string("level");
    // A level of the server's own invention is not for us to judge.
    return level == null || !ALL.contains(level) || ALL.indexOf(level) >= ALL.indexOf(least);
  }
}

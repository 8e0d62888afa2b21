package io.portolan.standalone.servers;

import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Quantity;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.Value.Numeral;
import io.portolan.standalone.document.Value.Text;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * The {@code timeout} of an entry. IDEs disagree on its unit: Cline and Roo write seconds, from 1
 * to 3600; Claude Code and Gemini CLI write milliseconds. A bare number up to 3600 counts as
 * seconds, a larger one as milliseconds; a string carries its unit ("30s").
 */
final class EntryTimeout {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final BigDecimal SECONDS_MAX = BigDecimal.valueOf(3600);

  private EntryTimeout() {}

  static Optional<Duration> read(Member member, Findings findings) {
    var duration =
        switch (member.value()) {
          case Numeral number -> ofNumber(new BigDecimal(number.literal()));
          case Text text -> Quantity.duration(text.text());
          default -> Optional.<Duration>empty();
        };
    if (duration.isEmpty() || !duration.get().isPositive()) {
      findings.problem(
          member.value().at(),
          "\"" + member.name() + "\" is " + shown(member),
          "seconds (up to 3600), milliseconds, or a text such as \"30s\"");
      return Optional.empty();
    }
    if (duration.get().compareTo(LONGEST) > 0) {
      findings.notice(
          member.value().at(),
          "\"" + member.name() + "\" is cut to 10 minutes, the longest there is");
      return Optional.of(LONGEST);
    }
    return duration;
  }

  private static Optional<Duration> ofNumber(BigDecimal number) {
    var millis = number.compareTo(SECONDS_MAX) <= 0 ? number.movePointRight(3) : number;
    // Past a day the exact figure does not matter and might not fit.
    return Optional.of(Duration.ofMillis(millis.min(BigDecimal.valueOf(86_400_000)).longValue()));
  }

  private static String shown(Member member) {
    return member.value() instanceof Text text ? "\"" + text.text() + "\"" : member.value().kind();
  }
}

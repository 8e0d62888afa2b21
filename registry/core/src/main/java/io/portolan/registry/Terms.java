package io.portolan.registry;

import io.portolan.tenancy.access.Risk;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a server is used. Immutable.
 *
 * @param callTimeout more than zero, at most 10 minutes
 * @param region where it runs; null where that does not matter
 * @param risks the risk level of tools by their own names, as a person confirmed them; at most
 *     1,000
 */
public record Terms(Duration callTimeout, @Nullable String region, Map<String, Risk> risks) {
  /** Most tools with a risk level. */
  public static final int RISKS_MAX = 1_000;

  private static final Duration CALL_MAX = Duration.ofMinutes(10);
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

  /** A minute for a call, anywhere, and no risk levels. */
  public static final Terms DEFAULT = new Terms(Duration.ofMinutes(1), null, Map.of());

  public Terms {
    risks = Map.copyOf(risks);
    if (!callTimeout.isPositive() || callTimeout.compareTo(CALL_MAX) > 0) {
      throw new IllegalArgumentException(
          "the time of a call is "
              + callTimeout
              + "; expected more than zero, at most "
              + CALL_MAX);
    }
    if (region != null && !REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          "region is '" + region + "'; expected 1 to 64 of A-Z a-z 0-9 _ . -");
    }
    if (risks.size() > RISKS_MAX) {
      throw new IllegalArgumentException(risks.size() + " risk levels; at most " + RISKS_MAX);
    }
    for (var tool : risks.keySet()) {
      if (tool.isBlank() || tool.length() > 128) {
        throw new IllegalArgumentException(
            "the name of a tool has " + tool.length() + " characters; expected 1 to 128");
      }
    }
  }
}

package io.portolan.gateway.core.cost;

import io.portolan.gateway.protocol.JsonView;
import io.portolan.tenancy.Cost;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call of one tool costs, or of all tools of a server. Immutable.
 *
 * @param server the server's name
 * @param tool the tool's own name; null for all tools of the server that have no price of their own
 * @param perCall millionths of the operator's unit of money, whatever the call uses
 * @param tokens how many a call is expected to use
 * @param tokensAt names of members, from the result on, that lead to how many it did use: first
 *     {@code _meta} or {@code structuredContent}; empty where no result says
 * @param perThousandTokens millionths of the unit of money
 */
public record Price(
    String server,
    @Nullable String tool,
    long perCall,
    long tokens,
    List<String> tokensAt,
    long perThousandTokens) {
  /** Most tokens and millionths of a price. */
  public static final long MOST = 1_000_000_000_000L;

  /** Most that one call is taken to have used or cost, whatever its result says. */
  private static final BigDecimal CALL_MOST = BigDecimal.valueOf(1_000_000_000_000_000L);

  private static final int DEPTH_MAX = 8;
  private static final int DIGITS_MAX = 18;

  public Price {
    tokensAt = List.copyOf(tokensAt);
    if (perCall < 0 || perCall > MOST || tokens < 0 || tokens > MOST) {
      throw new IllegalArgumentException("a price is 0 to " + MOST);
    }
    if (perThousandTokens < 0 || perThousandTokens > MOST) {
      throw new IllegalArgumentException("a price is 0 to " + MOST);
    }
    if (tokensAt.size() == 1 || tokensAt.size() > DEPTH_MAX) {
      throw new IllegalArgumentException("tokens are at 2 to " + DEPTH_MAX + " names, or nowhere");
    }
  }

  /** What to reserve for a call: at least a token where the result says how many it used. */
  public Cost estimate() {
    return of(tokensAt.isEmpty() ? tokens : Math.max(1, tokens));
  }

  /** What a call with this result cost: the estimate, where the result does not say. */
  public Cost of(@Nullable JsonView result) {
    var used = used(result);
    return used < 0 ? estimate() : of(used);
  }

  private Cost of(long used) {
    var money =
        BigDecimal.valueOf(used)
            .multiply(BigDecimal.valueOf(perThousandTokens))
            .movePointLeft(3)
            .setScale(0, RoundingMode.CEILING)
            .add(BigDecimal.valueOf(perCall));
    return new Cost(
        BigDecimal.valueOf(used).min(CALL_MOST).longValueExact(),
        money.min(CALL_MOST).longValueExact());
  }

  /** How many tokens a result names; -1 where it names no such number. */
  private long used(@Nullable JsonView result) {
    var at = result;
    for (int i = 0; i < tokensAt.size() - 1 && at != null; i++) {
      at = at.view(tokensAt.get(i));
    }
    var number = at == null || tokensAt.isEmpty() ? null : at.get(tokensAt.getLast());
    if (number == null || !number.isNumber() || number.length() > DIGITS_MAX) {
      return -1;
    }
    for (int i = 0; i < number.length(); i++) {
      if (number.at(i) < '0' || number.at(i) > '9') {
        return -1;
      }
    }
    return Long.parseLong(number.text());
  }
}

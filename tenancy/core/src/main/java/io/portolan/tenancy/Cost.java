package io.portolan.tenancy;

/**
 * What something costs, in units of whoever pays.
 *
 * @param tokens of a model, 0 to 10^15
 * @param microMoney millionths of the operator's unit of money, 0 to 10^15
 */
public record Cost(long tokens, long microMoney) {
  /** Nothing. */
  public static final Cost FREE = new Cost(0, 0);

  private static final long MOST = 1_000_000_000_000_000L;

  public Cost {
    if (tokens < 0 || tokens > MOST || microMoney < 0 || microMoney > MOST) {
      throw new IllegalArgumentException(
          "a cost has 0 to 10^15 tokens and millionths: " + tokens + ", " + microMoney);
    }
  }
}

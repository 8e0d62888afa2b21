package io.portolan.gateway.protocol;

/**
 * What a JSON text may contain. Every bound is finite.
 *
 * @param bytesMax largest text in bytes
 * @param depthMax deepest nesting of objects and arrays, 1 to 1,000
 * @param tokensMax most values and member names
 * @param numberBytesMax longest number
 * @param duplicates what to do with an object that has a name twice
 */
public record JsonLimits(
    int bytesMax, int depthMax, int tokensMax, int numberBytesMax, Duplicates duplicates) {

  /** Whether an object may have the same name twice. */
  public enum Duplicates {
    /** Refuse: two readers could see two different messages. For what clients send. */
    REFUSE,
    /** Pass on: what a server answers is relayed as it is, and read only in its envelope. */
    ALLOW
  }

  /** For messages of clients: 4 MiB, 64 deep, 100,000 tokens. */
  public static final JsonLimits INBOUND =
      new JsonLimits(4 << 20, 64, 100_000, 100, Duplicates.REFUSE);

  /** For answers of servers: 64 MiB, 512 deep, 20 million tokens. */
  public static final JsonLimits OUTBOUND =
      new JsonLimits(64 << 20, 512, 20_000_000, 10_000, Duplicates.ALLOW);

  public JsonLimits {
    if (bytesMax < 2 || depthMax < 1 || depthMax > 1_000 || tokensMax < 1 || numberBytesMax < 1) {
      throw new IllegalArgumentException(
          "limits out of range: " + bytesMax + ", " + depthMax + ", " + tokensMax);
    }
  }

  /** The same limits with another size. */
  public JsonLimits withBytesMax(int bytes) {
    return new JsonLimits(bytes, depthMax, tokensMax, numberBytesMax, duplicates);
  }
}

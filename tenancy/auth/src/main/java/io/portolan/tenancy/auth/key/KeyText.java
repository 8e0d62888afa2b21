package io.portolan.tenancy.auth.key;

import io.portolan.tenancy.store.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;

/*
 * The secret has 256 random bits, so nobody can guess it from its hash, however fast the hash is. A
 * slow one (bcrypt, Argon2) makes guessing passwords dear; here it would only make each call dear.
 */

/**
 * An API key as its owner has it: {@code ptl_<id>_<secret><checksum>}. The id has 128 random bits
 * and names the key; the secret has 256 and is stored as its SHA-256 only; the checksum (CRC-32)
 * lets a typing error, or a scanner that looks for leaked keys, tell a key from other text.
 *
 * @param id 22 characters
 * @param secret 43 characters
 */
public record KeyText(String id, String secret) {
  private static final String PREFIX = "ptl_";
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger RADIX = BigInteger.valueOf(DIGITS.length());
  private static final int ID_CHARS = 22;
  private static final int SECRET_CHARS = 43;
  private static final int SUM_CHARS = 6;
  private static final int CHARS = PREFIX.length() + ID_CHARS + 1 + SECRET_CHARS + SUM_CHARS;

  /** Whether a token can only be meant as an API key. */
  public static boolean isOne(String token) {
    return token.startsWith(PREFIX);
  }

  /** A new key. */
  public static KeyText random(SecureRandom random) {
    return new KeyText(
        digits(new BigInteger(128, random), ID_CHARS),
        digits(new BigInteger(256, random), SECRET_CHARS));
  }

  /** Reads a key; empty when it is none, or was mistyped. */
  public static Optional<KeyText> parse(String text) {
    if (text.length() != CHARS
        || !text.startsWith(PREFIX)
        || text.charAt(PREFIX.length() + ID_CHARS) != '_') {
      return Optional.empty();
    }
    var sumAt = CHARS - SUM_CHARS;
    if (!text.substring(sumAt).equals(checksum(text.substring(0, sumAt)))) {
      return Optional.empty();
    }
    var secretAt = PREFIX.length() + ID_CHARS + 1;
    return Optional.of(
        new KeyText(
            text.substring(PREFIX.length(), secretAt - 1), text.substring(secretAt, sumAt)));
  }

  /** The whole key. Shown to its owner, once. */
  public String text() {
    var text = PREFIX + id + "_" + secret;
    return text + checksum(text);
  }

  /** What is stored instead of the secret. */
  Bytes secretHash() {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      return Bytes.of(hash.digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String checksum(String text) {
    var sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.US_ASCII));
    return digits(BigInteger.valueOf(sum.getValue()), SUM_CHARS);
  }

  private static String digits(BigInteger number, int length) {
    var text = new StringBuilder(length);
    var rest = number;
    for (int i = 0; i < length; i++) {
      var parts = rest.divideAndRemainder(RADIX);
      text.append(DIGITS.charAt(parts[1].intValue()));
      rest = parts[0];
    }
    return text.reverse().toString();
  }

  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "KeyText[" + id + "]";
  }
}

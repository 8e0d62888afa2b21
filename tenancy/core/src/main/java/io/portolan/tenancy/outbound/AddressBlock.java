package io.portolan.tenancy.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A block of addresses. Immutable.
 *
 * @param prefix the first address in hexadecimal, 8 digits of IPv4, 32 of IPv6
 * @param bits how many leading bits all addresses share
 */
public record AddressBlock(String prefix, int bits) {
  private static final Pattern CIDR =
      Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/(\\d{1,3})");

  public AddressBlock {
    var bitsMax = prefix.length() * 4;
    if ((bitsMax != 32 && bitsMax != 128) || bits < 0 || bits > bitsMax) {
      throw new IllegalArgumentException("no block of addresses: " + prefix + "/" + bits);
    }
  }

  /**
   * Reads a block in the notation of CIDR, such as {@code 10.0.0.0/8} or {@code fc00::/7}.
   *
   * @throws IllegalArgumentException for any other text, and where bits behind the prefix are set
   */
  public static AddressBlock of(String cidr) {
    var matcher = CIDR.matcher(cidr);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + cidr + "' is no block of addresses; expected one such as 10.0.0.0/8 or fc00::/7");
    }
    try {
      var start = InetAddress.getByName(matcher.group(1)).getAddress(); // a literal: not looked up
      var block =
          new AddressBlock(HexFormat.of().formatHex(start), Integer.parseInt(matcher.group(2)));
      if (!isZeroBehind(start, block.bits())) {
        throw new IllegalArgumentException(
            "'" + cidr + "' has bits behind its prefix; expected the block's first address");
      }
      return block;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + cidr + "' holds no address", e);
    }
  }

  private static boolean isZeroBehind(byte[] address, int bits) {
    for (int i = bits; i < address.length * 8; i++) {
      if ((address[i / 8] & (0x80 >> (i % 8))) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether an address is in it; one of the other family never is. */
  public boolean holds(byte[] address) {
    if (address.length * 2 != prefix.length()) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      var digit = Character.digit(prefix.charAt(i / 4), 16);
      var bit = digit >> (3 - i % 4) & 1;
      if (bit != (address[i / 8] >> (7 - i % 8) & 1)) {
        return false;
      }
    }
    return true;
  }
}

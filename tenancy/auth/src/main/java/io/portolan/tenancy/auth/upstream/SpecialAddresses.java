package io.portolan.tenancy.auth.upstream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;

/*
 * The JDK's own predicates miss unique local addresses, shared address space, addresses that stand
 * for IPv4 ones (NAT64, 6to4, Teredo) and more. So the table is the IANA's, over the bytes.
 */

/**
 * Tells addresses of the public internet from all others: IANA's special-purpose registries.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry/">IPv6</a>
 */
final class SpecialAddresses {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(byte[] start, int bits) {
    boolean holds(byte[] address) {
      for (int i = 0; i < bits; i++) {
        var mask = 0x80 >> (i % 8);
        if ((start[i / 8] & mask) != (address[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Block> V4 =
      List.of(
          block("00000000", 8), // this network
          block("0a000000", 8), // private
          block("64400000", 10), // shared (carrier-grade NAT)
          block("7f000000", 8), // loopback
          block("a9fe0000", 16), // link local, cloud metadata
          block("ac100000", 12), // private
          block("c0000000", 24), // protocol assignments
          block("c0000200", 24), // documentation
          block("c0586300", 24), // 6to4 relays
          block("c0a80000", 16), // private
          block("c6120000", 15), // benchmarks
          block("c6336400", 24), // documentation
          block("cb007100", 24), // documentation
          block("e0000000", 4), // multicast
          block("f0000000", 4)); // reserved, broadcast

  /** All global unicast addresses are in it. */
  private static final Block V6_GLOBAL = block("20000000000000000000000000000000", 3);

  private static final List<Block> V6_SPECIAL =
      List.of(
          block("20010000000000000000000000000000", 23), // protocol assignments, Teredo
          block("20010db8000000000000000000000000", 32), // documentation
          block("20020000000000000000000000000000", 16), // 6to4
          block("3fff0000000000000000000000000000", 20)); // documentation

  private SpecialAddresses() {}

  private static Block block(String start, int bits) {
    return new Block(HexFormat.of().parseHex(start), bits);
  }

  /** Whether anybody on the internet has this address. */
  static boolean isPublic(InetAddress address) {
    var bytes = address.getAddress(); // an IPv4 address in IPv6's clothes is an Inet4Address
    if (address instanceof Inet4Address) {
      return V4.stream().noneMatch(block -> block.holds(bytes));
    }
    return V6_GLOBAL.holds(bytes) && V6_SPECIAL.stream().noneMatch(block -> block.holds(bytes));
  }
}

package io.portolan.tenancy.outbound;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/*
 * The JDK's own predicates miss unique local addresses, shared address space, cloud metadata over
 * IPv6, and addresses that stand for IPv4 ones. So the table is the IANA's, over the bytes, with
 * multicast; of IPv6 only 2000::/3 is handed out, so that everything else is special to begin with.
 * An address of the translators' well-known prefix (NAT64) is what it stands for: in a network with
 * IPv6 only, it is how the IPv4 internet is reached. Tunnels (6to4, Teredo) are refused whatever is
 * in them: nobody offers a service behind one, and their relays lead anywhere.
 */

/**
 * Tells addresses of the public internet from all others.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry/">IPv6</a>
 */
final class SpecialPurpose {
  static final List<AddressBlock> V4 =
      blocks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // shared, carrier-grade NAT
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link local, cloud metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.31.196.0/24", // AS112
          "192.52.193.0/24", // AMT
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "192.175.48.0/24", // AS112
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  /** All that are handed out as global unicast are in it. */
  private static final AddressBlock V6_GLOBAL = AddressBlock.of("2000::/3");

  static final List<AddressBlock> V6 =
      blocks(
          "2001::/23", // protocol assignments, Teredo, ORCHID
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4
          "2620:4f:8000::/48", // AS112
          "3fff::/20"); // documentation

  private static final AddressBlock MAPPED =
      new AddressBlock("00000000000000000000ffff00000000", 96);
  private static final AddressBlock NAT64 = AddressBlock.of("64:ff9b::/96");

  private SpecialPurpose() {}

  private static List<AddressBlock> blocks(String... cidrs) {
    return Stream.of(cidrs).map(AddressBlock::of).toList();
  }

  /** Whether anybody on the internet has this address. */
  static boolean isPublic(byte[] address) {
    var bytes = unwrapped(address);
    if (bytes.length == 4) {
      return V4.stream().noneMatch(block -> block.holds(bytes));
    }
    return V6_GLOBAL.holds(bytes) && V6.stream().noneMatch(block -> block.holds(bytes));
  }

  /** The IPv4 address that is reached by way of an IPv6 one; otherwise the address itself. */
  static byte[] unwrapped(byte[] address) {
    return MAPPED.holds(address) || NAT64.holds(address)
        ? Arrays.copyOfRange(address, 12, 16)
        : address;
  }
}

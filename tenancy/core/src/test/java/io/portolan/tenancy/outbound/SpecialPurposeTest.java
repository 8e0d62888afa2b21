package io.portolan.tenancy.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecialPurposeTest {
  private static boolean isPublic(String literal) throws Exception {
    return SpecialPurpose.isPublic(InetAddress.getByName(literal).getAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "169.254.169.254",
        "100.100.100.200",
        "172.31.255.255",
        "192.168.0.1",
        "198.19.0.1",
        "192.0.0.192",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::169.254.169.254",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "2001:0:808:808::1",
        "2001:db8::1",
        "100::1",
        "3fff::1",
        "5f00::1",
        "2001:20::1",
        "4000::1"
      })
  void whatIsNotOnThePublicInternetIsNotPublic(String literal) throws Exception {
    assertThat(isPublic(literal)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "1.1.1.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "64:ff9b::8.8.8.8",
        "100.128.0.1"
      })
  void whatIsOnThePublicInternetIs(String literal) throws Exception {
    assertThat(isPublic(literal)).isTrue();
  }

  @Test
  void theEndsOfEachBlockAreInItAndTheirNeighboursAreJudgedByTheOthers() {
    for (var block : SpecialPurpose.V4) {
      var size = BigInteger.ONE.shiftLeft(32 - block.bits());
      var first = new BigInteger(block.prefix(), 16);
      assertThat(isPublic(first)).as("first of " + block).isFalse();
      assertThat(isPublic(first.add(size).subtract(BigInteger.ONE)))
          .as("last of " + block)
          .isFalse();
    }
    for (var edge :
        List.of(
            "09ffffff",
            "0b000000",
            "643fffff",
            "64800000",
            "7effffff",
            "80000000",
            "a9fdffff",
            "a9ff0000",
            "ac0fffff",
            "ac200000",
            "c0a7ffff",
            "c0a90000",
            "c611ffff",
            "c6140000",
            "dfffffff")) {
      assertThat(SpecialPurpose.isPublic(HexFormat.of().parseHex(edge))).as(edge).isTrue();
    }
  }

  private static boolean isPublic(BigInteger address) {
    return SpecialPurpose.isPublic(HexFormat.of().parseHex("%08x".formatted(address)));
  }

  /** Property: no clothes make a special address public, and tunnels never are. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void anAddressInOtherClothesIsWhatItIs(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 5_000; i++) {
      var v4 = new byte[4];
      random.nextBytes(v4);
      if (random.nextBoolean()) { // half of them from a special block
        var block = SpecialPurpose.V4.get(random.nextInt(SpecialPurpose.V4.size()));
        var start = HexFormat.of().parseHex(block.prefix());
        for (int bit = 0; bit < block.bits(); bit++) {
          var mask = 0x80 >> (bit % 8);
          v4[bit / 8] = (byte) ((v4[bit / 8] & ~mask) | (start[bit / 8] & mask));
        }
        assertThat(SpecialPurpose.isPublic(v4)).as("seed " + seed).isFalse();
      }
      var isPublic = SpecialPurpose.isPublic(v4);
      var text = HexFormat.of().formatHex(v4);
      assertThat(v6("00000000000000000000ffff" + text)).as("mapped " + text).isEqualTo(isPublic);
      assertThat(v6("0064ff9b0000000000000000" + text)).as("NAT64 " + text).isEqualTo(isPublic);
      assertThat(v6("000000000000000000000000" + text)).as("compatible " + text).isFalse();
      assertThat(v6("2002" + text + "00000000000000000001")).as("6to4 " + text).isFalse();
      assertThat(v6("20010000" + text + "00000000" + text)).as("Teredo " + text).isFalse();
    }
  }

  private static boolean v6(String hex) {
    return SpecialPurpose.isPublic(HexFormat.of().parseHex(hex));
  }
}

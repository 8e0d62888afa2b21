package io.portolan.tenancy.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundGuardTest {
  private static final Map<String, String> NAMES =
      Map.of("public.example", "8.8.8.8", "inside.example", "10.1.2.3", "localhost", "127.0.0.1");

  private static List<InetAddress> resolve(String host) throws UnknownHostException {
    if (host.matches("[0-9.]+|.*:.*")) {
      return List.of(InetAddress.getByName(host)); // a literal
    }
    var address = NAMES.get(host);
    if (address == null) {
      throw new UnknownHostException(host);
    }
    return List.of(InetAddress.getByName(address));
  }

  private static OutboundGuard guard(OutboundRules rules) {
    return new OutboundGuard(rules, OutboundGuardTest::resolve);
  }

  private static OutboundGuard guard() {
    return guard(OutboundRules.DEFAULT);
  }

  private static URI uri(String text) {
    return URI.create(text);
  }

  @Test
  void aPublicHostMayBeAskedOverTls() throws Exception {
    for (var url :
        List.of("https://public.example/mcp", "https://PUBLIC.example.:8443", "https://8.8.8.8/")) {
      assertThat(guard().addresses(uri(url))).containsExactly(InetAddress.getByName("8.8.8.8"));
    }
    assertThat(guard().addresses(uri("https://[2606:4700::1111]/"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://public.example/",
        "https://public.example:22/",
        "ftp://public.example/",
        "file:///etc/passwd",
        "https://me@public.example/",
        "https://me:pw@public.example/",
        "https://inside.example/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/",
        "https:///x",
        "https://a_b.example/",
        "https://public.example%2f/",
        "mailto:a@b"
      })
  void allElseIsRefusedAndNothingInsideIsShown(String url) {
    assertThatThrownBy(() -> guard().addresses(uri(url)))
        .isInstanceOf(OutboundRefusedException.class)
        .hasMessageNotContaining("10.1.2.3")
        .hasMessageNotContaining("pw");
  }

  @Test
  void aHostOfWhichOneAddressIsPrivateIsRefused() {
    var both =
        new OutboundGuard(
            OutboundRules.DEFAULT,
            _ -> List.of(InetAddress.getByName("8.8.8.8"), InetAddress.getByName("10.0.0.1")));
    assertThatThrownBy(() -> both.addresses(uri("https://both.example/")))
        .isInstanceOf(OutboundRefusedException.class);
  }

  @Test
  void aHostWithoutAddressIsUnknown() {
    assertThatThrownBy(() -> guard().addresses(uri("https://nowhere.example/")))
        .isInstanceOf(UnknownHostException.class);
    var none = new OutboundGuard(OutboundRules.DEFAULT, _ -> List.of());
    assertThatThrownBy(() -> none.addresses(uri("https://nowhere.example/")))
        .isInstanceOf(UnknownHostException.class);
  }

  /** DNS rebinding: what was judged is what is given, and each time is judged anew. */
  @Test
  void aNameThatLeadsElsewhereLaterIsRefusedThen() throws Exception {
    var answers = new ArrayDeque<>(List.of("8.8.8.8", "169.254.169.254", "8.8.4.4"));
    var guard =
        new OutboundGuard(
            OutboundRules.DEFAULT, _ -> List.of(InetAddress.getByName(answers.remove())));
    var url = uri("https://rebinding.example/");
    assertThat(guard.addresses(url)).containsExactly(InetAddress.getByName("8.8.8.8"));
    assertThat(answers).as("one look-up for each time").hasSize(2);
    assertThatThrownBy(() -> guard.addresses(url)).isInstanceOf(OutboundRefusedException.class);
    assertThat(guard.addresses(url)).containsExactly(InetAddress.getByName("8.8.4.4"));
  }

  @Test
  void whatTheOperatorNamedMayBeAsked() throws Exception {
    var origins = Set.of("http://localhost:*", "https://inside.example", "http://[::1]:9000");
    var rules = new OutboundRules(Set.of(443), origins, List.of());
    for (var url :
        List.of("http://localhost:1234/", "https://inside.example/", "http://[::1]:9000/")) {
      assertThat(guard(rules).addresses(uri(url))).as(url).hasSize(1);
    }
    for (var url :
        List.of(
            "https://localhost:1234/",
            "http://inside.example/",
            "https://inside.example:8443/",
            "http://127.0.0.1:1234/",
            "http://[::1]:9001/")) {
      assertThatThrownBy(() -> guard(rules).addresses(uri(url)))
          .as(url)
          .isInstanceOf(OutboundRefusedException.class);
    }
  }

  @Test
  void aPrivateNetworkThatTheOperatorNamedIsReachedOverTls() throws Exception {
    var rules = new OutboundRules(Set.of(443), Set.of(), List.of(AddressBlock.of("10.1.0.0/16")));
    assertThat(guard(rules).addresses(uri("https://inside.example/"))).hasSize(1);
    assertThat(guard(rules).addresses(uri("https://[64:ff9b::a01:203]/"))).hasSize(1);
    assertThatThrownBy(() -> guard(rules).addresses(uri("http://inside.example/")))
        .isInstanceOf(OutboundRefusedException.class);
    assertThatThrownBy(() -> guard(rules).addresses(uri("https://10.2.0.1/")))
        .isInstanceOf(OutboundRefusedException.class);
  }

  @Test
  void rulesThatSayNothingAreRefused() {
    for (var origin : List.of("localhost", "ftp://a", "http://a/path", "https://u@a", "")) {
      assertThatThrownBy(() -> new OutboundRules(Set.of(), Set.of(origin), List.of()))
          .hasMessageContaining("'" + origin + "'");
    }
    assertThatThrownBy(() -> new OutboundRules(Set.of(0), Set.of(), List.of()))
        .hasMessageContaining("port is 0");
  }
}

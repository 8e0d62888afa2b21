package io.portolan.tenancy.auth.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trust;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trusted;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-side request forgery: what metadata names leads nowhere but to the public internet. */
class SsrfTest {
  private final SafeFetch fetch = new SafeFetch(OutboundGuard.DEFAULT, Trust.CONFIGURATION);

  @AfterEach
  void close() {
    fetch.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "169.254.169.254",
        "100.64.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "198.18.0.1",
        "192.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2001::1",
        "100::1",
        "2001:db8::1",
        "ff02::1"
      })
  void aSpecialAddressIsNotPublic(String literal) throws Exception {
    var host = literal.contains(":") ? "[" + literal + "]" : literal;
    assertThatThrownBy(() -> fetch.check(URI.create("https://" + host + "/token"), Trusted.of()))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "2606:4700::1111"})
  void anAddressOfTheInternetIsPublic(String literal) throws Exception {
    var host = literal.contains(":") ? "[" + literal + "]" : literal;
    fetch.check(URI.create("https://" + host + "/token"), Trusted.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://8.8.8.8/token",
        "ftp://8.8.8.8/token",
        "file:///etc/passwd",
        "https://user@8.8.8.8/token",
        "javascript:alert(1)",
        "https:/nohost"
      })
  void onlyHttpsOfAHostIsAsked(String uri) {
    assertThatThrownBy(() -> fetch.check(URI.create(uri), Trusted.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatTheConfigurationNamesMayBeAnywhere() throws Exception {
    var trusted = Trusted.of(URI.create("http://127.0.0.1:8081/issuer"));
    fetch.check(URI.create("http://127.0.0.1:8081/token"), trusted);
    assertThatThrownBy(() -> fetch.check(URI.create("http://127.0.0.1:8082/token"), trusted))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatSomebodyElseNamedMayNotBeAnywhere() {
    var at = URI.create("http://127.0.0.1:8081/token");
    try (var strict = new SafeFetch(OutboundGuard.DEFAULT, Trust.NOBODY)) {
      assertThatThrownBy(() -> strict.check(at, Trusted.of(at))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> strict.get(at, Trusted.of(at))).isInstanceOf(IOException.class);
    }
  }

  /** DNS rebinding: public when it was checked, and inside when the client connects. */
  @Test
  void aNameThatLeadsInsideBetweenCheckAndConnectionIsNotConnectedTo() throws Exception {
    var answers = new ArrayDeque<>(List.of("8.8.8.8", "127.0.0.1"));
    try (var inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var rules = new OutboundRules(Set.of(inside.getLocalPort()), Set.of(), List.of());
      var guard = new OutboundGuard(rules, _ -> List.of(InetAddress.getByName(answers.remove())));
      try (var rebound = new SafeFetch(guard, Trust.NOBODY, Duration.ofMinutes(1))) {
        var at = URI.create("https://rebinding.example:" + inside.getLocalPort() + "/token");
        assertThatThrownBy(() -> rebound.get(at, Trusted.of()))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("not on the public internet");
      }
      assertThat(answers).as("each of them was looked at").isEmpty();
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    var followed = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/there")) {
            followed.incrementAndGet();
          }
          exchange.getResponseHeaders().set("Location", "/there");
          exchange.sendResponseHeaders(307, -1);
          exchange.close();
        });
    server.start();
    var at = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/here");
    try (var fetch = new SafeFetch(OutboundGuard.DEFAULT, Trust.CONFIGURATION)) {
      assertThat(fetch.get(at, Trusted.of(at)).status()).isEqualTo(307);
      assertThat(followed).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anEndlessAnswerIsCutOff() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, SafeFetch.BYTES_MAX + 1);
          try (var body = exchange.getResponseBody()) {
            body.write(new byte[SafeFetch.BYTES_MAX + 1]);
          }
        });
    server.start();
    var at = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    try (var fetch =
        new SafeFetch(OutboundGuard.DEFAULT, Trust.CONFIGURATION, Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> fetch.get(at, Trusted.of(at))).isInstanceOf(IOException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var fetch =
            new SafeFetch(OutboundGuard.DEFAULT, Trust.CONFIGURATION, Duration.ofMillis(200))) {
      var at = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      assertThatThrownBy(() -> fetch.get(at, Trusted.of(at)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not answer");
    }
  }
}

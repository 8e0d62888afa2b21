package io.portolan.tenancy.auth.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.portolan.tenancy.auth.upstream.SafeFetch.Trusted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server-side request forgery: what metadata names leads nowhere but to the public internet. */
class SsrfTest {
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
    assertThat(SpecialAddresses.isPublic(InetAddress.getByName(literal))).isFalse();
    var host = literal.contains(":") ? "[" + literal + "]" : literal;
    assertThatThrownBy(
            () -> SafeFetch.check(URI.create("https://" + host + "/token"), Trusted.of()))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "2606:4700::1111"})
  void anAddressOfTheInternetIsPublic(String literal) throws Exception {
    assertThat(SpecialAddresses.isPublic(InetAddress.getByName(literal))).isTrue();
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
    assertThatThrownBy(() -> SafeFetch.check(URI.create(uri), Trusted.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatTheConfigurationNamesMayBeAnywhere() throws Exception {
    var trusted = Trusted.of(URI.create("http://127.0.0.1:8081/issuer"));
    SafeFetch.check(URI.create("http://127.0.0.1:8081/token"), trusted);
    assertThatThrownBy(() -> SafeFetch.check(URI.create("http://127.0.0.1:8082/token"), trusted))
        .isInstanceOf(IOException.class);
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
    try (var fetch = new SafeFetch()) {
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
    try (var fetch = new SafeFetch(Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> fetch.get(at, Trusted.of(at))).isInstanceOf(IOException.class);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var fetch = new SafeFetch(Duration.ofMillis(200))) {
      var at = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      assertThatThrownBy(() -> fetch.get(at, Trusted.of(at)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not answer");
    }
  }
}

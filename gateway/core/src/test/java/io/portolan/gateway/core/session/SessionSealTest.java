package io.portolan.gateway.core.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionSealTest {
  private final SecureRandom random = new SecureRandom();
  private final SessionSeal seal = new SessionSeal(SessionKey.random(random), random);

  private static SessionOpening opening(int bytes) {
    var capabilities = "{\"x\":\"" + "a".repeat(bytes - 8 - 2) + "\"}";
    return new SessionOpening(
        ProtocolVersion.V2025_06_18, Slice.utf8(capabilities), Slice.utf8("{}"));
  }

  private static SealedSession session(Route route, SessionOpening opening) {
    var principal = new Principal(new TenantId("acme"), "zoë@example.org");
    return new SealedSession(-7, 42, 1_790_000_000_000L, principal, route, opening);
  }

  @Test
  void whatIsSealedIsReadBack() {
    for (var route :
        new Route[] {new Route.Federated(), new Route.Single("files"), new Route.Single("a b/ü")}) {
      var session = session(route, opening(100));
      assertThat(seal.open(seal.seal(session))).isEqualTo(session);
    }
  }

  @Test
  void anIdIsVisibleAsciiAndShowsNothing() {
    var id = seal.seal(session(new Route.Single("files"), opening(100)));
    assertThat(id).matches("[A-Za-z0-9_-]+").hasSizeLessThan(400);
    var bytes = new String(Base64.getUrlDecoder().decode(id), StandardCharsets.ISO_8859_1);
    assertThat(bytes).doesNotContain("acme").doesNotContain("files").doesNotContain("aaaa");
  }

  @Test
  void twoIdsOfOneSessionDiffer() {
    var session = session(new Route.Federated(), opening(50));
    assertThat(seal.seal(session)).isNotEqualTo(seal.seal(session));
  }

  @Test
  void anIdThatWasChangedAnywhereIsNone() {
    var id = seal.seal(session(new Route.Federated(), opening(50)));
    var bytes = Base64.getUrlDecoder().decode(id);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
      assertThat(seal.open(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)))
          .as("byte %d changed", i)
          .isNull();
      bytes[i] ^= 1;
    }
    assertThat(seal.open(id.substring(0, id.length() - 1))).isNull();
    assertThat(seal.open(id + "A")).isNull();
  }

  @Test
  void whatAnotherKeySealedIsNone() {
    var other = new SessionSeal(SessionKey.random(random), random);
    assertThat(other.open(seal.seal(session(new Route.Federated(), opening(50))))).isNull();
  }

  @Test
  void theSameSecretMakesTheSameKey() {
    var secret = new byte[32];
    random.nextBytes(secret);
    var session = session(new Route.Federated(), opening(50));
    var one = new SessionSeal(SessionKey.of(secret), random);
    assertThat(new SessionSeal(SessionKey.of(secret.clone()), random).open(one.seal(session)))
        .isEqualTo(session);
    assertThatThrownBy(() -> SessionKey.of(new byte[31])).hasMessageContaining("32 bytes, has 31");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void whatNobodySealedIsNone(long seed) {
    var bytes = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      var text = new byte[bytes.nextInt(200)];
      bytes.nextBytes(text);
      if (text.length > 0) {
        text[0] = 1;
      }
      assertThat(seal.open(Base64.getUrlEncoder().encodeToString(text))).isNull();
      assertThat(seal.open(new String(text, StandardCharsets.ISO_8859_1))).isNull();
    }
    assertThat(seal.open("A".repeat(SessionSeal.ID_CHARS_MAX + 1))).isNull();
  }

  @Test
  void anOpeningAtTheBoundIsSealedAndOnePastItIsLeftOut() {
    var at = session(new Route.Federated(), opening(SessionSeal.OPENING_BYTES_MAX));
    assertThat(seal.open(seal.seal(at))).isEqualTo(at);
    var past = session(new Route.Federated(), opening(SessionSeal.OPENING_BYTES_MAX + 1));
    var read = requireNonNull(seal.open(seal.seal(past)));
    assertThat(read.opening()).isNull();
    assertThat(read.number()).isEqualTo(-7);
  }
}

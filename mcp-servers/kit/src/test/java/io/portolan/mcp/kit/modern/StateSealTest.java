package io.portolan.mcp.kit.modern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

class StateSealTest {
  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-07-28T00:00:00Z"));
  private final StateSeal seal =
      new StateSeal(
          new Clock() {
            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now.get();
            }
          },
          LIFETIME);

  private String sealed() {
    return seal.seal("request", Json.object().put("key", "value"));
  }

  @Test
  void whatWasSealedComesBack() {
    assertThat(seal.open("request", StringNode.valueOf(sealed())))
        .isEqualTo(Json.object().put("key", "value"));
  }

  @Test
  void everyChangedCharacterIsNoticed() {
    var state = sealed();
    for (var i = 0; i < state.length() - 1; i++) {
      var other = state.charAt(i) == 'A' ? 'B' : 'A';
      var changed = state.substring(0, i) + other + state.substring(i + 1);
      assertThatThrownBy(() -> seal.open("request", StringNode.valueOf(changed)))
          .as("character %s", i)
          .isInstanceOf(ProtocolFailure.class);
    }
    assertThatThrownBy(() -> seal.open("request", StringNode.valueOf(state + "-TAMPERED")))
        .isInstanceOf(ProtocolFailure.class);
    assertThatThrownBy(() -> seal.open("request", StringNode.valueOf("")))
        .isInstanceOf(ProtocolFailure.class);
  }

  @Test
  void aStateOpensOnlyForItsRequest() {
    var state = sealed();
    assertThatThrownBy(() -> seal.open("another request", StringNode.valueOf(state)))
        .isInstanceOf(ProtocolFailure.class);
  }

  @Test
  void aStateOpensUntilItsTimeIsOver() {
    var state = StringNode.valueOf(sealed());
    now.set(now.get().plus(LIFETIME));
    assertThat(seal.open("request", state)).isNotEmpty();
    now.set(now.get().plusMillis(1));
    assertThatThrownBy(() -> seal.open("request", state)).isInstanceOf(ProtocolFailure.class);
  }

  @Test
  void aStateOfAnotherProcessIsRefused() {
    var other = new StateSeal(Clock.systemUTC(), LIFETIME);
    assertThatThrownBy(() -> other.open("request", StringNode.valueOf(sealed())))
        .isInstanceOf(ProtocolFailure.class);
  }
}

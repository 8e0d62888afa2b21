package io.portolan.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.edge.Inbound.Route;
import io.portolan.gateway.core.session.SealedSession;
import io.portolan.gateway.core.session.SessionKey;
import io.portolan.gateway.core.session.SessionSeal;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.standalone.config.AccessLog;
import io.portolan.standalone.config.Auditing;
import io.portolan.standalone.config.Auth;
import io.portolan.standalone.config.Limits;
import io.portolan.standalone.config.Listen;
import io.portolan.standalone.config.Metering;
import io.portolan.standalone.config.PinSection;
import io.portolan.standalone.config.PortolanConfig;
import io.portolan.standalone.config.Resilience;
import io.portolan.standalone.config.ToolSearchSection;
import io.portolan.standalone.config.VaultSection;
import io.portolan.standalone.config.WebAccess;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.outbound.OutboundRules;
import io.portolan.tenancy.policy.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionSecretTest {
  private final SecureRandom random = new SecureRandom();
  private final Path folder;

  SessionSecretTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private SessionKey key(@Nullable Path configured) throws IOException {
    return SessionSecret.of(
        new PortolanConfig(
            Listen.DEFAULT,
            new WebAccess(Set.of(), Set.of()),
            OutboundRules.DEFAULT,
            folder,
            configured,
            List.of(),
            Auth.DEFAULT,
            Limits.DEFAULT,
            Resilience.DEFAULT,
            Metering.NONE,
            AccessLog.OFF,
            Auditing.DEFAULT,
            RuleSet.NONE,
            VaultSection.DEFAULT,
            ToolSearchSection.DEFAULT,
            PinSection.DEFAULT,
            List.of()),
        random);
  }

  private boolean areTheSame(SessionKey one, SessionKey two) {
    var session =
        new SealedSession(
            1, 2, 3, Principal.ANONYMOUS, new Route.Federated(), SessionOpening.GATEWAY);
    var id = new SessionSeal(one, random).seal(session);
    return session.equals(new SessionSeal(two, random).open(id));
  }

  @Test
  void theFirstStartMakesASecretThatLaterOnesUse() throws Exception {
    var first = key(null);
    assertThat(areTheSame(first, key(null))).isTrue();
    var file = folder.resolve("session-secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.size(file)).isEqualTo(32);
    Files.delete(file);
    assertThat(areTheSame(first, key(null))).isFalse();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aSecretThatOthersCanReadIsNotUsed() throws Exception {
    key(null);
    var file = folder.resolve("session-secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> key(null)).hasMessageContaining("0600");
  }

  @Test
  void aConfiguredSecretIsUsedAndNoneIsMade() throws Exception {
    var file = Files.write(folder.resolve("mine"), new byte[32]);
    assertThat(areTheSame(key(file), SessionKey.of(new byte[32]))).isTrue();
    assertThat(folder.resolve("session-secret")).doesNotExist();
  }

  @Test
  void aSecretAtTheBoundIsTakenAndOneBelowIsNot() throws Exception {
    key(Files.write(folder.resolve("enough"), new byte[32]));
    var small = Files.write(folder.resolve("small"), new byte[31]);
    assertThatThrownBy(() -> key(small))
        .hasMessageContaining("31 bytes")
        .hasMessageContaining("32");
  }
}

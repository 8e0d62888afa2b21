package io.portolan.gateway.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.protocol.Era;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PrincipalLinksTest {
  private final PrincipalLinks all = new PrincipalLinks(2);
  private final ScriptedServer server = new ScriptedServer("a", Era.LEGACY);

  private static Principal principal(String subject) {
    return new Principal(TenantId.DEVELOPMENT, subject);
  }

  private PrincipalLinks.Held hold(String subject) {
    return Objects.requireNonNull(all.hold(principal(subject)));
  }

  @Test
  void noTwoPrincipalsShareALink() throws Exception {
    var soon = Deadline.in(Duration.ofSeconds(20));
    try (var one = hold("one");
        var again = hold("one");
        var two = hold("two")) {
      var link = one.links().get("a", server, soon);
      assertThat(again.links().get("a", server, soon)).isSameAs(link);
      assertThat(two.links().get("a", server, soon)).isNotSameAs(link);
    }
  }

  @Test
  void thereAreAtMostSoManyPrincipalsAndTheIdleOnesMakeRoom() throws Exception {
    var one = hold("one");
    var two = hold("two");
    assertThat(all.hold(principal("three"))).isNull();
    var link = one.links().get("a", server, Deadline.in(Duration.ofSeconds(20)));
    one.close();
    try (var three = hold("three")) {
      assertThat(three.links().open()).isEmpty();
      assertThat(server.open()).as("the session of the idle one ended: " + link).isZero();
      assertThat(all.count()).isEqualTo(2);
    }
    two.close();
  }

  @Test
  void whoHasJustCalledDoesNotExpire() {
    hold("one").close();
    all.expire();
    assertThat(all.count()).isEqualTo(1);
  }

  @Test
  void closingEndsEverySession() throws Exception {
    try (var one = hold("one")) {
      var _ = one.links().get("a", server, Deadline.in(Duration.ofSeconds(20)));
      all.close();
    }
    assertThat(server.open()).isZero();
  }
}

package io.portolan.gateway.core.parked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.gateway.core.catalogue.Server;
import io.portolan.gateway.core.edge.ServerStatus.Health;
import io.portolan.gateway.core.testkit.ScriptedServer;
import io.portolan.gateway.core.testkit.Wait;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AskableLinksTest {
  private static final Principal ME = Principal.ANONYMOUS;
  private static final Principal OTHER = new Principal(TenantId.DEVELOPMENT, "other");
  private static final Declared ROOTS = new Declared(Slice.utf8("{\"roots\":{}}"));

  private final ScriptedServer upstream = new ScriptedServer("old", Era.LEGACY);
  private final Server server =
      new Server("old", "old", upstream, Health.UP, Instant.EPOCH, "", null);
  private final AskableLinks links =
      new AskableLinks(new AskableLinks.Limits(2, 3, Duration.ofMinutes(2)));

  private AskableLinks.Lease lease(Principal principal, Declared declared) throws Exception {
    return links.lease(principal, server, declared, Deadline.in(Duration.ofSeconds(20)));
  }

  @Test
  void aLinkIsLentToOneCallAfterTheOther() throws Exception {
    var first = lease(ME, ROOTS);
    first.giveBack();
    var second = lease(ME, ROOTS);
    assertThat(second.link()).isSameAs(first.link());
    assertThat(lease(ME, ROOTS).link()).isNotSameAs(second.link());
    assertThat(upstream.opened()).isEqualTo(2);
    assertThat(links.count()).isEqualTo(2);
  }

  @Test
  void itIsLentToNobodyElseAndToNoOtherCapabilities() throws Exception {
    lease(ME, ROOTS).giveBack();
    lease(OTHER, ROOTS).giveBack();
    lease(ME, Declared.NOTHING).giveBack();
    assertThat(upstream.opened()).isEqualTo(3);
    assertThat(upstream.openings().getLast().takesRequests()).isFalse();
  }

  @Test
  void aDiscardedLinkIsEnded() throws Exception {
    lease(ME, ROOTS).discard();
    assertThat(links.count()).isZero();
    assertThat(upstream.open()).isZero();
  }

  @Test
  void aPrincipalHasItsShareAndAnIdleLinkMakesWay() throws Exception {
    lease(ME, ROOTS);
    lease(ME, Declared.NOTHING).giveBack();
    lease(ME, ROOTS);
    assertThat(links.count()).isEqualTo(2);
    assertThatThrownBy(() -> lease(ME, ROOTS))
        .isInstanceOfSatisfying(
            UpstreamUnavailable.class,
            e -> assertThat(e.failure()).isInstanceOf(UpstreamFailure.Saturated.class));
    assertThat(links.count()).isEqualTo(2);
  }

  @Test
  void thereAreSoManyInAllAndNoMore() throws Exception {
    lease(ME, ROOTS);
    lease(ME, ROOTS);
    lease(OTHER, ROOTS).giveBack();
    var third = new Principal(TenantId.DEVELOPMENT, "third");
    lease(third, ROOTS); // in place of the one that was idle
    assertThatThrownBy(() -> lease(OTHER, ROOTS)).isInstanceOf(UpstreamUnavailable.class);
    assertThat(upstream.open()).isEqualTo(3);
  }

  @Test
  void aFailedOpeningTakesNoRoom() {
    upstream.down();
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> lease(ME, ROOTS)).isInstanceOf(UpstreamUnavailable.class);
    }
    assertThat(links.count()).isZero();
  }

  @Test
  void idleLinksExpire() throws Exception {
    var brief = new AskableLinks(new AskableLinks.Limits(2, 3, Duration.ZERO));
    brief.lease(ME, server, ROOTS, Deadline.in(Duration.ofSeconds(20))).giveBack();
    var lent = brief.lease(ME, server, Declared.NOTHING, Deadline.in(Duration.ofSeconds(20)));
    brief.expire();
    assertThat(brief.count()).as("the one that is lent").isEqualTo(1);
    lent.giveBack();
    brief.expire();
    assertThat(upstream.open()).isZero();
  }

  /** A server that has lost one session has lost the others of its time too. */
  @Test
  void whenOneIsLostTheIdleOnesAreNotTried() throws Exception {
    var one = lease(ME, ROOTS);
    lease(ME, ROOTS).giveBack();
    one.lost();
    assertThat(links.count()).isZero();
  }

  @Test
  void aQuestionForNoCallIsAnsweredWithAnError() throws Exception {
    lease(ME, ROOTS).giveBack();
    upstream.push("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"roots/list\"}");
    upstream.push("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}");
    Wait.until("both are answered", () -> upstream.received().size() == 2);
    assertThat(upstream.received().getFirst()).contains("\"id\":1,\"error\":{\"code\":-32601");
    assertThat(upstream.received().getLast()).contains("\"id\":2,\"result\":{}");
  }

  @Test
  void closingEndsWhatIsIdleAndWhatComesBack() throws Exception {
    var lent = lease(ME, ROOTS);
    lease(OTHER, ROOTS).giveBack();
    links.close();
    lent.giveBack();
    assertThat(upstream.open()).isZero();
    assertThatThrownBy(() -> lease(ME, ROOTS)).isInstanceOf(UpstreamUnavailable.class);
  }
}

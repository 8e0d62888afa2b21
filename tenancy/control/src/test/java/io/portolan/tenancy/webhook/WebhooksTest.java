package io.portolan.tenancy.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.Store;
import io.portolan.tenancy.store.embedded.EmbeddedStore;
import io.portolan.tenancy.vault.LocalKey;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultTables;
import io.portolan.tenancy.webhook.Webhooks.Added;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhooksTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId GLOBEX = new TenantId("globex");
  private static final URI HERE = URI.create("https://billing.example.com/hook");
  private static final Set<EventType> ALL = EnumSet.allOf(EventType.class);

  private final SecureRandom random = new SecureRandom();
  private final Store store;
  private final Vault vault;

  WebhooksTest(@TempDir Path folder) throws Exception {
    var tables = Stream.of(WebhookTables.ALL, VaultTables.ALL).flatMap(List::stream).toList();
    store = EmbeddedStore.open(folder, new Schema(tables), Clock.systemUTC());
    vault = new Vault(store, LocalKey.of(new byte[32], random), random, Clock.systemUTC());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  /** As a process begins with them. */
  private Webhooks webhooks(int waitingMax, Duration... pauses) throws Exception {
    var settings = new WebhookSettings(List.of(pauses), waitingMax, 2, Duration.ofHours(1));
    var webhooks = new Webhooks(store, vault, random, Clock.systemUTC(), settings);
    webhooks.look(soon());
    return webhooks;
  }

  private static Webhook added(Webhooks webhooks, TenantId tenant, Set<EventType> events)
      throws Exception {
    return ((Added.Done) webhooks.add(tenant, HERE, events, soon())).webhook();
  }

  @Test
  void aMessageIsSignedAsTheStandardHasIt() {
    assertThat(
            Signature.of(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1_614_265_330),
                "{\"test\": 2432232314}"))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void whoWantsToHearIsToldAndCanTellThatItIsGenuine() throws Exception {
    var webhooks = webhooks(10);
    var made = (Added.Done) webhooks.add(ACME, HERE, Set.of(EventType.TENANT_SUSPENDED), soon());
    assertThat(made.toString()).doesNotContain(made.secret());
    assertThat(webhooks.tell(ACME, EventType.TENANT_RESUMED, "{}", soon())).isZero();
    assertThat(webhooks.tell(GLOBEX, EventType.TENANT_SUSPENDED, "{}", soon())).isZero();
    assertThat(webhooks.waiting()).isZero();
    assertThat(webhooks.tell(ACME, EventType.TENANT_SUSPENDED, "{\"tenant\":\"acme\"}", soon()))
        .isZero();
    var delivery = webhooks.next();
    assertThat(delivery.body())
        .matches(
            "\\{\"type\":\"tenant.suspended\",\"timestamp\":\"[^\"]+\",\"data\":\\{\"tenant\":\"acme\"}}");
    var proof = webhooks.proof(delivery, soon()).orElseThrow();
    var at = Instant.ofEpochSecond(Long.parseLong(proof.get("webhook-timestamp")));
    assertThat(proof)
        .containsEntry("webhook-id", delivery.event())
        .containsEntry(
            "webhook-signature",
            Signature.of(made.secret(), delivery.event(), at, delivery.body()));
    webhooks.settled(delivery, soon());
    assertThat(webhooks.waiting()).isZero();
    assertThat(webhooks(10).waiting()).isZero();
  }

  @Test
  void whatWasNotToldIsToldByTheNextProcessUnderTheSameId() throws Exception {
    var webhooks = webhooks(10, Duration.ofHours(1));
    added(webhooks, ACME, ALL);
    webhooks.tell(ACME, EventType.TENANT_CREATED, "{}", soon());
    var begun = webhooks.next();
    assertThat(webhooks.failed(begun, soon())).isTrue();
    var next = webhooks(10, Duration.ofHours(1));
    var again = next.next();
    assertThat(again.event()).isEqualTo(begun.event());
    assertThat(again.body()).isEqualTo(begun.body());
    assertThat(again.tries()).isEqualTo(1);
    assertThat(next.failed(again, soon())).as("there is no pause after the last").isFalse();
    assertThat(webhooks(10).waiting()).isZero();
  }

  @Test
  void whatFailsIsTriedAgainAfterThePause() throws Exception {
    var webhooks = webhooks(10, Duration.ofNanos(1), Duration.ofNanos(1));
    added(webhooks, ACME, ALL);
    webhooks.tell(ACME, EventType.TENANT_CREATED, "{}", soon());
    for (int tries = 0; tries < 2; tries++) {
      var delivery = webhooks.next();
      assertThat(delivery.tries()).isEqualTo(tries);
      assertThat(webhooks.failed(delivery, soon())).isTrue();
    }
    assertThat(webhooks.failed(webhooks.next(), soon())).isFalse();
    assertThat(webhooks.waiting()).isZero();
  }

  @Test
  void soManyEventsWaitAndNoMore() throws Exception {
    var webhooks = webhooks(2);
    added(webhooks, ACME, ALL);
    assertThat(webhooks.tell(ACME, EventType.TENANT_CREATED, "{}", soon())).isZero();
    assertThat(webhooks.tell(ACME, EventType.TENANT_CREATED, "{}", soon())).isZero();
    assertThat(webhooks.tell(ACME, EventType.TENANT_CREATED, "{}", soon())).isEqualTo(1);
    assertThat(webhooks.waiting()).isEqualTo(2);
  }

  @Test
  void aTenantHasSoManyWebhooksAndNoMore() throws Exception {
    var webhooks = webhooks(10);
    added(webhooks, ACME, ALL);
    added(webhooks, ACME, ALL);
    assertThat(webhooks.add(ACME, HERE, ALL, soon())).isEqualTo(new Added.Full(2));
    assertThat(webhooks.list(ACME)).hasSize(2);
    added(webhooks, GLOBEX, ALL);
  }

  @Test
  void aWebhookThatIsRemovedIsToldNothingMore() throws Exception {
    var webhooks = webhooks(10);
    var hook = added(webhooks, ACME, ALL);
    webhooks.tell(ACME, EventType.TENANT_CREATED, "{}", soon());
    assertThat(webhooks.remove(GLOBEX, hook.id(), soon())).isFalse();
    assertThat(webhooks.remove(ACME, hook.id(), soon())).isTrue();
    assertThat(webhooks.remove(ACME, hook.id(), soon())).isFalse();
    assertThat(webhooks.waiting()).isZero();
    assertThat(vault.list(TenantId.SYSTEM, soon())).isEmpty();
    assertThat(webhooks(10).list(ACME)).isEmpty();
  }

  @Test
  void theLastEventOfATenantIsThatItWasDeleted() throws Exception {
    var webhooks = webhooks(10);
    var told = added(webhooks, ACME, Set.of(EventType.TENANT_DELETED));
    added(webhooks, ACME, Set.of(EventType.TENANT_CREATED));
    webhooks.tell(ACME, EventType.TENANT_DELETED, "{}", soon());
    assertThat(webhooks.list(ACME)).containsExactly(told);
    var delivery = webhooks.next();
    assertThat(webhooks.proof(delivery, soon())).isPresent();
    webhooks.settled(delivery, soon());
    assertThat(webhooks.list(ACME)).isEmpty();
    assertThat(vault.list(TenantId.SYSTEM, soon())).isEmpty();
  }

  @Test
  void theUsageOfAnHourIsToldOnce() throws Exception {
    var webhooks = webhooks(10);
    var hook = added(webhooks, ACME, Set.of(EventType.USAGE_HOUR));
    assertThat(webhooks.wanting(EventType.USAGE_HOUR)).containsExactly(hook);
    assertThat(webhooks.tellUsage(hook, "{}", soon())).isTrue();
    var first = webhooks.next();
    webhooks.settled(first, soon());
    assertThat(webhooks.tellUsage(hook, "{}", soon())).as("told by another process").isTrue();
    assertThat(webhooks.next().event()).as("the receiver knows it").isEqualTo(first.event());
    assertThat(webhooks.list(ACME).getFirst().usageUntil())
        .isEqualTo(hook.usageUntil().plus(1, ChronoUnit.HOURS));
  }

  @Test
  void aWebhookWantsToHearSomething() {
    assertThatThrownBy(() -> new Webhook(ACME, "1", HERE, Set.of(), Instant.EPOCH, Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("events is empty");
  }
}

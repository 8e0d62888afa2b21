package io.portolan.tenancy.webhook;

import java.time.Instant;
import java.util.UUID;

/**
 * One event that is to be told to one webhook. Immutable.
 *
 * @param id of this delivery
 * @param event the event's id, the same for all webhooks and tries
 * @param body what is sent, as JSON
 * @param since when it happened
 * @param tries how often it was sent in vain
 */
public record Delivery(
    UUID id, Webhook hook, String event, EventType type, String body, Instant since, int tries) {
  Delivery triedAgain() {
    return new Delivery(id, hook, event, type, body, since, tries + 1);
  }
}

package io.portolan.tenancy.webhook;

import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.Partition;
import io.portolan.tenancy.store.Slice;
import io.portolan.tenancy.store.TenantStore;
import io.portolan.tenancy.webhook.WebhookTables.HookKey;
import io.portolan.tenancy.webhook.WebhookTables.HookRow;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Between rows and what they mean. Stateless. */
final class WebhookRows {
  private static final int PAGE_ROWS = 1000;

  private WebhookRows() {}

  static <C extends Record, R extends Record> void each(
      TenantStore store, Partition<C, R> partition, Consumer<R> action)
      throws InterruptedException {
    var slice = Slice.<C>all(PAGE_ROWS);
    while (true) {
      var page = store.slice(partition, slice);
      page.rows().forEach(action);
      if (page.next() == null) {
        return;
      }
      slice = slice.after(page.next());
    }
  }

  static HookKey key(Webhook hook) {
    return new HookKey(hook.tenant().value(), hook.id());
  }

  static HookRow row(Webhook hook) {
    var events =
        hook.events().stream().map(EventType::label).sorted().collect(Collectors.joining(" "));
    return new HookRow(
        key(hook), hook.url().toString(), events, hook.createdAt(), hook.usageUntil());
  }

  static Webhook webhook(HookRow row) {
    var events = EnumSet.noneOf(EventType.class);
    Arrays.stream(row.events().split(" "))
        .forEach(label -> EventType.of(label).ifPresent(events::add));
    return new Webhook(
        new TenantId(row.key().tenant()),
        row.key().id(),
        URI.create(row.url()),
        events,
        row.createdAt(),
        row.usageUntil());
  }
}

package io.portolan.standalone.registry;

import io.portolan.registry.Publication;
import io.portolan.registry.ServerEntry;
import io.portolan.registry.ServerName;
import io.portolan.registry.stored.ServerDesk;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Versions of a tenant's servers in pages, in the order of names and then of versions as text, so
 * that a place in the list stays good while others publish. For one request; blocks on the store.
 */
final class RegistryPages {
  private final ServerDesk desk;
  private final TenantId tenant;
  private final Deadline deadline;

  RegistryPages(ServerDesk desk, TenantId tenant, Deadline deadline) {
    this.desk = desk;
    this.tenant = tenant;
    this.deadline = deadline;
  }

  /** A version, and the server it is of. */
  record Item(ServerEntry entry, Publication publication) {}

  /** A page, and where the next one begins. */
  record Page(List<Item> items, Optional<String> next) {
    Page {
      items = List.copyOf(items);
    }
  }

  Page page(RegistryFilter filter, int limit) throws InterruptedException {
    var items = new ArrayList<Item>();
    var after = filter.after();
    if (after != null) {
      var begun = desk.entry(tenant, after.name(), deadline);
      if (begun.isPresent()) {
        add(items, begun.get(), filter);
      }
    }
    var last = after == null ? null : after.name();
    while (items.size() <= limit) {
      var entries = desk.page(tenant, last, ServerDesk.PAGE_MAX, deadline);
      for (var entry : entries) {
        if (items.size() <= limit) {
          add(items, entry, filter);
        }
      }
      if (entries.size() < ServerDesk.PAGE_MAX) {
        break;
      }
      ServerName end = entries.getLast().name();
      last = end;
    }
    if (items.size() <= limit) {
      return new Page(items, Optional.empty());
    }
    var shown = items.subList(0, limit);
    var end = shown.getLast().publication().draft();
    var next = new RegistryFilter.Position(end.name(), end.version().value()).cursor();
    return new Page(shown, Optional.of(next));
  }

  private void add(List<Item> items, ServerEntry entry, RegistryFilter filter)
      throws InterruptedException {
    if (!filter.mayHold(entry)) {
      return;
    }
    desk.versions(tenant, entry.name(), deadline).stream()
        .filter(each -> filter.holds(entry, each))
        .sorted(Comparator.comparing(each -> each.draft().version().value()))
        .map(each -> new Item(entry, each))
        .forEach(items::add);
  }
}

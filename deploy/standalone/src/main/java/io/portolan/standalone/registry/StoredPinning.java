package io.portolan.standalone.registry;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Pinning;
import io.portolan.gateway.core.catalogue.ServerSnapshot;
import io.portolan.gateway.protocol.JsonText;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.pin.Observed;
import io.portolan.registry.pin.PinBook;
import io.portolan.registry.pin.PinBook.Ruling;
import io.portolan.registry.pin.PinBook.WhenChanged;
import io.portolan.registry.stored.PinDesk;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.webhook.Webhooks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Resources are not pinned: they are content, which comes and goes, and none of it is read by a
 * model before somebody asks for it.
 */

/**
 * Holds servers to the tools, prompts, templates and instructions that somebody approved of, and
 * tells what is new or another. Thread-safe; blocks on the store.
 */
public final class StoredPinning implements Pinning {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final String INSTRUCTIONS = "instructions";
  private static final Map<ListKind, Observed.Kind> PINNED =
      Map.of(
          ListKind.TOOLS, Observed.Kind.TOOL,
          ListKind.PROMPTS, Observed.Kind.PROMPT,
          ListKind.TEMPLATES, Observed.Kind.TEMPLATE);

  private final PinDesk desk;
  private final PinRules rules;
  private final PinNews news;

  /**
   * @param audit has what is new or another recorded
   * @param webhooks are told of what waits for an approval
   */
  public StoredPinning(
      PinDesk desk, PinRules rules, AuditLog audit, Webhooks webhooks, InstantSource clock) {
    this.desk = desk;
    this.rules = rules;
    this.news = new PinNews(audit, webhooks, clock);
  }

  @Override
  public @Nullable InForce of(@Nullable TenantId owner, String handle, ServerSnapshot offered)
      throws PinsUnreadableException, InterruptedException {
    var found = rules.pinned(owner, handle);
    if (found.isEmpty()) {
      return null;
    }
    var pinned = found.get();
    try {
      var deadline = Deadline.in(WITHIN);
      var moved =
          desk.observe(
              pinned.tenant(), pinned.server(), observed(offered), rules.firstSight(), deadline);
      if (!moved.isEmpty()) {
        news.moved(pinned.tenant(), handle, moved, deadline);
      }
      var pins = desk.pins(pinned.tenant(), pinned.server(), deadline);
      return inForce(offered, new PinBook(pins));
    } catch (StoreUnavailableException | StoreDamagedException e) {
      throw new PinsUnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What can be pinned of what a server offers. */
  static List<Observed> observed(ServerSnapshot offered) {
    var all = new ArrayList<Observed>();
    PINNED.forEach(
        (kind, pinned) -> {
          for (var item : offered.list(kind).items()) {
            all.add(new Observed(pinned, item.key(), item.json().text()));
          }
        });
    var instructions = instructions(offered);
    if (instructions != null) {
      all.add(instructions);
    }
    return all;
  }

  private static @Nullable Observed instructions(ServerSnapshot offered) {
    var text = offered.instructions();
    return text == null
        ? null
        : new Observed(Observed.Kind.INSTRUCTIONS, INSTRUCTIONS, JsonText.encode(text).text());
  }

  private InForce inForce(ServerSnapshot offered, PinBook book) {
    Map<ListKind, Listing> lists = new EnumMap<>(ListKind.class);
    for (var kind : ListKind.values()) {
      var pinned = PINNED.get(kind);
      lists.put(kind, pinned == null ? offered.list(kind) : held(offered.list(kind), pinned, book));
    }
    var instructions = instructions(offered);
    var shown =
        instructions != null
            && book.of(instructions, WhenChanged.WITHHOLD) instanceof Ruling.Offered;
    return new InForce(lists, shown);
  }

  private Listing held(Listing offered, Observed.Kind kind, PinBook book) {
    var items = new ArrayList<Item>();
    for (var item : offered.items()) {
      switch (book.of(new Observed(kind, item.key(), item.json().text()), rules.whenChanged())) {
        case Ruling.Offered _ -> items.add(item);
        case Ruling.AsApproved(var json) -> items.add(new Item(item.key(), Slice.utf8(json)));
        case Ruling.Withheld _ -> {}
      }
    }
    return items.equals(offered.items()) ? offered : new Listing(items);
  }
}

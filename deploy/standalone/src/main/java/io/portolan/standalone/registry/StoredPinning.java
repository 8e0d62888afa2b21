package io.portolan.standalone.registry;

import io.portolan.gateway.core.catalogue.Item;
import io.portolan.gateway.core.catalogue.ListKind;
import io.portolan.gateway.core.catalogue.Listing;
import io.portolan.gateway.core.catalogue.Pinning;
import io.portolan.gateway.core.catalogue.ServerSnapshot;
import io.portolan.gateway.protocol.JsonText;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.pin.Observed;
import io.portolan.registry.pin.Pin;
import io.portolan.registry.pin.PinBook;
import io.portolan.registry.pin.PinBook.Ruling;
import io.portolan.registry.pin.PinBook.WhenChanged;
import io.portolan.registry.stored.PinDesk;
import io.portolan.registry.stored.PinDesk.FirstSight;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditEvent.Action;
import io.portolan.tenancy.AuditEvent.Effect;
import io.portolan.tenancy.AuditEvent.Kind;
import io.portolan.tenancy.AuditEvent.Phase;
import io.portolan.tenancy.AuditEvent.Verdict;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Caller;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.TraceContext;
import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Resources are not pinned: they are content, which comes and goes, and none of it is read by a
 * model before somebody asks for it.
 */

/**
 * Holds the servers that tenants registered to the tools, prompts, templates and instructions that
 * somebody approved of; an operator's own servers are free. Each change that is seen is in the
 * tenant's audit log. Thread-safe; blocks on the store.
 */
public final class StoredPinning implements Pinning {
  private static final System.Logger LOG = System.getLogger(StoredPinning.class.getName());
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final String INSTRUCTIONS = "instructions";
  private static final Map<ListKind, Observed.Kind> PINNED =
      Map.of(
          ListKind.TOOLS, Observed.Kind.TOOL,
          ListKind.PROMPTS, Observed.Kind.PROMPT,
          ListKind.TEMPLATES, Observed.Kind.TEMPLATE);

  /**
   * What is held to what.
   *
   * @param firstSight what becomes of what was never seen before
   * @param whenChanged what becomes of what is another than it was approved
   */
  public record Rules(FirstSight firstSight, WhenChanged whenChanged) {}

  private final PinDesk desk;
  private final Rules rules;
  private final AuditLog audit;
  private final InstantSource clock;

  public StoredPinning(PinDesk desk, Rules rules, AuditLog audit, InstantSource clock) {
    this.desk = desk;
    this.rules = rules;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public @Nullable InForce of(@Nullable TenantId owner, String handle, ServerSnapshot offered)
      throws PinsUnreadableException, InterruptedException {
    if (owner == null) {
      return null;
    }
    try {
      var deadline = Deadline.in(WITHIN);
      for (var pin : desk.observe(owner, handle, observed(offered), rules.firstSight(), deadline)) {
        tell(owner, handle, pin);
      }
      return inForce(offered, new PinBook(desk.pins(owner, handle, deadline)));
    } catch (StoreUnavailableException | StoreDamagedException e) {
      throw new PinsUnreadableException(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<Observed> observed(ServerSnapshot offered) {
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
    return items.size() == offered.items().size() && items.equals(offered.items())
        ? offered
        : new Listing(items);
  }

  /** What changed is known to who looks at the log, whether or not anybody decides. */
  private void tell(TenantId owner, String handle, Pin pin) {
    var state = pin.state().name().toLowerCase(Locale.ROOT);
    LOG.log(
        pin.state() == Pin.State.APPROVED ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
        "server {0}/{1}: {2} {3} is {4}",
        owner,
        handle,
        pin.kind(),
        pin.name(),
        state);
    var gateway =
        new Caller(new Principal(owner, "gateway"), "gateway", null, Set.of(), Set.of(), Set.of());
    var action =
        new Action(
            Kind.MANAGEMENT,
            null,
            "pin " + state,
            owner.value() + "/" + handle,
            pin.kind() == Observed.Kind.TOOL ? pin.name() : null,
            null);
    var _ =
        audit.after(
            new AuditEvent(
                clock.instant(),
                gateway,
                action,
                new Verdict(Effect.ALLOW, null),
                new Phase.Ended(pin.change().grade().name().toLowerCase(Locale.ROOT), 0),
                TraceContext.start()));
  }
}

package io.portolan.registry.stored;

import io.portolan.registry.pin.Observed;
import io.portolan.tenancy.store.Consistency;
import io.portolan.tenancy.store.Declaration;
import io.portolan.tenancy.store.NoStatics;
import io.portolan.tenancy.store.SerialTable;
import io.portolan.tenancy.store.Table;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table of pins. A store that keeps them is opened with {@link #ALL}. */
public final class PinTables {
  /** What one server offers. */
  record Of(String server) {}

  /** Names an item; a name that is too long for a key is a digest. */
  record ItemKey(Observed.Kind kind, String item) {}

  /**
   * A pin.
   *
   * @param reasons of the suspicion, a line each
   */
  record PinRow(
      ItemKey key,
      String name,
      @Nullable String approvedSha256,
      @Nullable String approved,
      @Nullable String approvedBy,
      @Nullable Instant approvedAt,
      String seenSha256,
      String seen,
      Instant seenAt,
      int score,
      String reasons,
      long revision) {}

  static final SerialTable<Of, ItemKey, PinRow, NoStatics> PINS =
      Declaration.of("registry_pin", Of.class, ItemKey.class, PinRow.class)
          .serial(Consistency.SERIAL_IN_HOME_REGION, NoStatics.class);

  /** All of them. */
  public static final List<Table<?, ?, ?>> ALL = List.of(PINS);

  private PinTables() {}
}

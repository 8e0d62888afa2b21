package io.portolan.registry.pin;

import io.portolan.registry.pin.Observed.Kind;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The pins of one server as they were read at one time: says what may be offered, without asking a
 * store. Immutable.
 */
public final class PinBook {
  /** Without pins: everything waits for an approval. */
  public static final PinBook EMPTY = new PinBook(List.of());

  private record Key(Kind kind, String name) {}

  private final Map<Key, Pin> pins;

  /** Of these pins. */
  public PinBook(List<Pin> pins) {
    this.pins =
        pins.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    pin -> new Key(pin.kind(), pin.name()), Function.identity()));
  }

  /** What becomes of something whose definition is another than the approved one. */
  public enum WhenChanged {
    /** It is shown as it was approved, as long as its calls are the same. */
    SHOW_APPROVED,
    /** It is not offered. */
    WITHHOLD
  }

  /** What is to be done with something that a server offers. */
  public sealed interface Ruling {
    /** It is offered as it is. */
    record Offered() implements Ruling {}

    /** It is offered with the definition that was approved. */
    record AsApproved(String json) implements Ruling {}

    /** It does not exist for callers. */
    record Withheld(Pin.State state) implements Ruling {}
  }

  /** What is to be done with it. What cannot be compared is withheld. */
  public Ruling of(Observed offered, WhenChanged whenChanged) {
    var pin = pins.get(new Key(offered.kind(), offered.name()));
    var approved = pin == null ? null : pin.approved();
    if (approved == null) {
      return new Ruling.Withheld(Pin.State.QUARANTINED);
    }
    try {
      if (offered.sha256().equals(approved.sha256())) {
        return new Ruling.Offered();
      }
      var isSameCall =
          Change.between(approved.json(), offered.json()).grade() != Change.Grade.BREAKING;
      return whenChanged == WhenChanged.SHOW_APPROVED && isSameCall
          ? new Ruling.AsApproved(approved.json())
          : new Ruling.Withheld(Pin.State.PENDING);
    } catch (IllegalArgumentException _) {
      return new Ruling.Withheld(Pin.State.PENDING);
    }
  }
}

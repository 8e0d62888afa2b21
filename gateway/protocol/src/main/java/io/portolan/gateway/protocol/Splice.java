package io.portolan.gateway.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Replaces regions of a message and keeps every other byte. Edits may be added in any order but
 * must not overlap; an insertion replaces an empty region and goes before a replacement that begins
 * at the same place. Insertions at one place keep the order they were added in. Not thread-safe;
 * use once.
 */
public final class Splice {
  private record Edit(int from, int to, Slice replacement) {
    /** Whether this edit goes after an edit of {@code otherFrom..otherTo}. */
    boolean isAfter(int otherFrom, int otherTo) {
      return from > otherFrom || (from == otherFrom && to > otherTo);
    }
  }

  private static final Slice COMMA = Slice.utf8(",");

  private final Slice original;
  private final List<Edit> edits = new ArrayList<>(4);

  /** Starts with the bytes to keep. */
  public Splice(Slice original) {
    this.original = original;
  }

  /**
   * Replaces {@code region}, which must be a slice of the original's array inside its bounds.
   *
   * @throws IllegalArgumentException when the region is not part of the original or overlaps
   */
  @SuppressWarnings("ReferenceEquality") // the very same array is what makes the indices comparable
  public Splice replace(Slice region, Slice replacement) {
    if (region.array() != original.array()) {
      throw new IllegalArgumentException("the region is not part of the message");
    }
    return edit(region.from(), region.to(), replacement);
  }

  /** Replaces a JSON string's region by the encoding of {@code text}. */
  public Splice replaceString(Slice region, String text) {
    return replace(region, JsonText.encode(text));
  }

  /** Inserts before array index {@code at} of the original's array. */
  public Splice insert(int at, Slice insertion) {
    return edit(at, at, insertion);
  }

  /**
   * Takes members out of an object, with the commas that they leave behind.
   *
   * @return how many members stay
   */
  public int takeOut(JsonView object, Predicate<String> unwanted) {
    var bytes = object.object().array();
    var kept = 0;
    var from = object.object().from() + 1; // behind the last member that stays
    var taken = false;
    for (int i = 0; i < object.size(); i++) {
      if (unwanted.test(object.name(i))) {
        taken = true;
        continue;
      }
      if (taken) {
        var gap = new Slice(bytes, from, object.rawName(i).from());
        replace(gap, kept == 0 ? Slice.empty() : COMMA);
        taken = false;
      }
      from = object.value(i).to();
      kept++;
    }
    if (taken) {
      replace(new Slice(bytes, from, object.object().to() - 1), Slice.empty());
    }
    return kept;
  }

  /** The same edits of the same bytes, to which others can be added. */
  public Splice copy() {
    var copy = new Splice(original);
    copy.edits.addAll(edits);
    return copy;
  }

  private Splice edit(int from, int to, Slice replacement) {
    if (from < original.from() || to > original.to()) {
      throw new IllegalArgumentException(
          from + ".." + to + " is outside " + original.from() + ".." + original.to());
    }
    var at = position(from, to);
    if ((at > 0 && edits.get(at - 1).to() > from)
        || (at < edits.size() && edits.get(at).from() < to)) {
      throw new IllegalArgumentException(from + ".." + to + " overlaps another edit");
    }
    edits.add(at, new Edit(from, to, replacement));
    return this;
  }

  /** Where an edit belongs; most come in order, so the end is tried first. */
  private int position(int from, int to) {
    var high = edits.size();
    if (high == 0 || !edits.getLast().isAfter(from, to)) {
      return high;
    }
    var low = 0;
    while (low < high) {
      var middle = (low + high) >>> 1;
      if (edits.get(middle).isAfter(from, to)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Whether nothing was changed so far. */
  public boolean isEmpty() {
    return edits.isEmpty();
  }

  /** The message with all edits applied, without copying what was kept. */
  public Payload apply() {
    if (edits.isEmpty()) {
      return Payload.of(original);
    }
    var parts = new Slice[2 * edits.size() + 1];
    var count = 0;
    var kept = original.from();
    for (var edit : edits) {
      if (kept < edit.from()) {
        parts[count++] = new Slice(original.array(), kept, edit.from());
      }
      if (edit.replacement().length() > 0) {
        parts[count++] = edit.replacement();
      }
      kept = edit.to();
    }
    if (kept < original.to()) {
      parts[count++] = new Slice(original.array(), kept, original.to());
    }
    return Payload.of(parts, count);
  }
}

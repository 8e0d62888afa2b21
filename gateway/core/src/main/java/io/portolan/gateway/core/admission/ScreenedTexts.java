package io.portolan.gateway.core.admission;

import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonText;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.protocol.Splice;
import io.portolan.tenancy.access.Placeholders;
import io.portolan.tenancy.access.Screening;
import io.portolan.tenancy.access.Screening.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts the texts of one JSON value through a screening: its strings, and its long numbers, which
 * may be those of cards. Names of members are not looked at. Bytes of what passes are not touched.
 * Used by one thread.
 */
public final class ScreenedTexts {
  private static final int NUMBER_LENGTH_MIN = 9;

  /** A placeholder is longer than what it stands for: of one value no more are made or turned. */
  public static final int PLACEHOLDERS_MAX = 10_000;

  /** What is to be put in place of a string or a number. */
  private record Edit(Slice region, Slice replacement) {}

  private final Screening screening;
  private final Placeholders placeholders;
  private final List<Edit> edits = new ArrayList<>(0);
  private Verdict.@Nullable Refused refused;
  private long chars;

  private ScreenedTexts(Screening screening, Placeholders placeholders) {
    this.screening = screening;
    this.placeholders = new FewPlaceholders(placeholders, PLACEHOLDERS_MAX);
  }

  /**
   * Looks at a value that was checked.
   *
   * @param placeholders of the tenant whose call it is
   */
  public static ScreenedTexts of(Screening screening, Slice json, Placeholders placeholders) {
    var texts = new ScreenedTexts(screening, placeholders);
    if (json.length() > Screening.CHARS_MAX && screening.passesUnseen()) {
      return texts;
    }
    texts.value(json);
    return texts;
  }

  private void value(Slice value) {
    if (refused != null) {
      return;
    }
    if (value.isString()) {
      text(value, value.string());
    } else if (value.isNumber() && value.length() >= NUMBER_LENGTH_MIN) {
      text(value, value.text());
    } else if (value.isArray()) {
      JsonList.items(value).forEach(this::value);
    } else if (value.isObject()) {
      var members = JsonView.of(value);
      for (int i = 0; i < members.size(); i++) {
        value(members.value(i));
      }
    }
  }

  private void text(Slice region, String text) {
    chars += text.length();
    if (chars > Screening.CHARS_MAX) {
      refused = new Verdict.Refused("", "more text than is looked at");
      return;
    }
    switch (screening.screen(text, placeholders)) {
      case Verdict.Clean _ -> {}
      case Verdict.Redacted(var other) -> edits.add(new Edit(region, JsonText.encode(other)));
      case Verdict.Refused no -> refused = no;
    }
  }

  /** Why it does not pass; null when it does. */
  public Verdict.@Nullable Refused refused() {
    return refused;
  }

  /** Whether something is to be put in place of something. */
  public boolean isChanged() {
    return !edits.isEmpty();
  }

  /** Makes the changes in a splice of the message that the value is of. */
  public void into(Splice splice) {
    for (var edit : edits) {
      splice.replace(edit.region(), edit.replacement());
    }
  }
}

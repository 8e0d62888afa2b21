package io.portolan.registry.pin;

/** Characters that a person does not see and a model reads. Stateless. */
final class Hidden {
  private Hidden() {}

  /** Whether a character shows nothing, or changes the order of others. */
  static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.FORMAT -> c != 0x200D; // joins the parts of emoji
      case Character.CONTROL -> c != '\n' && c != '\r' && c != '\t';
      case Character.PRIVATE_USE, Character.SURROGATE, Character.UNASSIGNED -> true;
      default -> isFiller(c);
    };
  }

  private static boolean isFiller(int c) {
    return c == 0x115F
        || c == 0x1160
        || c == 0x3164
        || c == 0xFFA0
        || c == 0x2800
        || (c >= 0xFE00 && c <= 0xFE0E)
        || (c >= 0xE0100 && c <= 0xE01EF);
  }
}

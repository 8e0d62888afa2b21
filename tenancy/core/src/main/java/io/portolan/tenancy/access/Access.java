package io.portolan.tenancy.access;

/**
 * The rules that concern one caller, put together once. Callers that the rules cannot tell apart
 * share one; it is compared by identity. Immutable as seen from outside, and thread-safe.
 */
public interface Access {
  /** Everything is allowed. */
  Access OPEN =
      new Access() {
        @Override
        public boolean isOpen() {
          return true;
        }

        @Override
        public boolean mayReach(String server, ItemKind kind) {
          return true;
        }

        @Override
        public Permission on(Item item) {
          return Permission.OPEN;
        }
      };

  /** Whether everything is allowed, so that nothing need be asked. */
  boolean isOpen();

  /** Whether anything of a kind might exist at a server, by what the rules say. */
  boolean mayReach(String server, ItemKind kind);

  /** What the caller may do with an item. */
  Permission on(Item item);
}

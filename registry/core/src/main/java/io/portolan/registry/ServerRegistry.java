package io.portolan.registry;

import io.portolan.tenancy.TenantId;
import java.util.List;
import java.util.Set;

/**
 * The servers that tenants registered, from memory: what the gateway asks, and is told by.
 * Thread-safe; blocks on nothing, and never asks a store.
 */
public interface ServerRegistry {
  /** One in which nobody registers anything. */
  ServerRegistry NONE =
      new ServerRegistry() {
        @Override
        public Servers of(TenantId tenant) {
          return Servers.EMPTY;
        }

        @Override
        public Set<TenantId> tenants() {
          return Set.of();
        }

        @Override
        public Watch watch(Listener listener) {
          return () -> {};
        }
      };

  /**
   * What one tenant has registered, at one time. Immutable.
   *
   * @param version grows with each change of this tenant that this process sees; 0 of a tenant that
   *     never registered anything. Of two processes it says nothing
   * @param servers in the order of their names, without deleted ones; each handle once
   */
  record Servers(long version, List<RegisteredServer> servers) {
    /** Of a tenant that registered none. */
    public static final Servers EMPTY = new Servers(0, List.of());

    public Servers {
      servers = List.copyOf(servers);
    }
  }

  /** Hears that a tenant's servers are others than before. */
  @FunctionalInterface
  interface Listener {
    /**
     * {@link #of} now gives these servers, or newer ones. Told by one thread at a time, in the
     * order of the versions, and with all tenants' servers that there are when the watch begins;
     * must not block for long.
     */
    void changed(TenantId tenant, Servers servers);
  }

  /** Ends what it was given for. Repeating it is safe. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** A tenant's servers as they are now. */
  Servers of(TenantId tenant);

  /** The tenants that ever registered a server. */
  Set<TenantId> tenants();

  /** Tells of changes from now on, until the watch is closed. */
  Watch watch(Listener listener);
}

package io.portolan.standalone.secrets;

import io.portolan.registry.SecretReferences;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.vault.Vault;
import io.portolan.tenancy.vault.VaultSealedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/*
 * A definition with other values is another definition, so a secret that is set anew reaches its
 * server as a changed file does: new calls go to the server as it is now, those under way end in
 * order. No call waits for the lock; it only keeps a reload and a look at the vault apart.
 */

/**
 * Puts the values of secrets in place of {@code ${secret:NAME}} in server definitions, and does so
 * again when a secret, or the definitions, change. A server whose secret cannot be had is {@link
 * ServerDefinition.Unusable}, and tried again; the others are not touched. Thread-safe; blocks on
 * the store.
 */
public final class ServerSecrets implements AutoCloseable {
  private static final Duration READ_WITHIN = Duration.ofSeconds(10);

  private final Vault vault;
  private final TenantId tenant;
  private final Duration interval;
  private final Thread thread = Thread.ofVirtual().name("server-secrets").unstarted(this::watch);

  // All but the thread is guarded by the lock.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean isChanged;
  private List<ServerDefinition> written = List.of();
  private Optional<Map<String, Vault.Entry>> seen = Optional.empty();
  private Consumer<List<ServerDefinition>> told = _ -> {};

  /**
   * Reads nothing yet.
   *
   * @param tenant whose secrets the definitions refer to
   * @param interval how often to look for secrets that another process set
   */
  public ServerSecrets(Vault vault, TenantId tenant, Duration interval) {
    this.vault = vault;
    this.tenant = tenant;
    this.interval = interval;
  }

  /** The definitions with their secrets, as they are now. */
  public List<ServerDefinition> first(List<ServerDefinition> definitions)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      written = List.copyOf(definitions);
      return filled();
    } finally {
      lock.unlock();
    }
  }

  /** Begins to tell of definitions that have changed. */
  public void start(Consumer<List<ServerDefinition>> listener) {
    lock.lock();
    try {
      told = listener;
    } finally {
      lock.unlock();
    }
    thread.start();
  }

  /** Goes on with other definitions, which the listener has been told of when this returns. */
  public void replace(List<ServerDefinition> definitions) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      written = List.copyOf(definitions);
      told.accept(filled());
    } finally {
      lock.unlock();
    }
  }

  /** A secret may have been set or deleted. */
  public void look() {
    lock.lock();
    try {
      isChanged = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    try {
      while (true) {
        lock.lockInterruptibly();
        try {
          if (!isChanged) {
            var _ = changed.await(interval.toNanos(), TimeUnit.NANOSECONDS);
          }
          isChanged = false;
          lookAgain();
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException _) {
      // The gateway is stopping.
    }
  }

  private void lookAgain() throws InterruptedException {
    var names = names();
    if (names.isEmpty()) {
      return;
    }
    Map<String, Vault.Entry> now;
    try {
      now = entries(names);
    } catch (StoreUnavailableException _) {
      return; // what there is stays
    }
    if (seen.isEmpty() || !seen.get().equals(now)) {
      told.accept(filled());
    }
  }

  private Set<String> names() {
    var names = new LinkedHashSet<String>();
    written.forEach(definition -> names.addAll(SecretReferences.in(definition)));
    return names;
  }

  private Map<String, Vault.Entry> entries(Set<String> names) throws InterruptedException {
    var found = new HashMap<String, Vault.Entry>();
    for (var entry : vault.list(tenant, Deadline.in(READ_WITHIN))) {
      if (names.contains(entry.name())) {
        found.put(entry.name(), entry);
      }
    }
    return found;
  }

  /** Reads versions first: a value that is newer than its version is looked at once more. */
  private List<ServerDefinition> filled() throws InterruptedException {
    seen = Optional.empty();
    var names = names();
    var values = new HashMap<String, String>();
    var missing = new HashMap<String, String>();
    if (!names.isEmpty()) {
      try {
        var versions = entries(names);
        for (var name : names) {
          read(name, values, missing);
        }
        seen = Optional.of(versions);
      } catch (StoreUnavailableException e) {
        names.forEach(name -> missing.put(name, "secret " + name + " cannot be read now"));
        System.getLogger(ServerSecrets.class.getName())
            .log(System.Logger.Level.WARNING, "secrets cannot be read: {0}", e.getMessage());
      }
    }
    var definitions = new ArrayList<ServerDefinition>(written.size());
    written.forEach(each -> definitions.add(filled(each, values, missing)));
    return definitions;
  }

  private void read(String name, Map<String, String> values, Map<String, String> missing)
      throws InterruptedException {
    try {
      vault
          .get(tenant, name, Deadline.in(READ_WITHIN))
          .ifPresentOrElse(
              value -> values.put(name, value),
              () ->
                  missing.put(
                      name,
                      "there is no secret "
                          + name
                          + " of tenant "
                          + tenant
                          + "; set it with: portolan secret set "
                          + name));
    } catch (VaultSealedException e) {
      missing.put(name, "secret " + name + " cannot be opened: " + e.getMessage());
    }
  }

  private static ServerDefinition filled(
      ServerDefinition definition, Map<String, String> values, Map<String, String> missing) {
    for (var name : SecretReferences.in(definition)) {
      if (!values.containsKey(name)) {
        return unusable(definition, String.valueOf(missing.get(name)));
      }
    }
    try {
      return SecretReferences.filled(definition, values);
    } catch (IllegalArgumentException e) {
      return unusable(definition, String.valueOf(e.getMessage()));
    }
  }

  private static ServerDefinition unusable(ServerDefinition definition, String why) {
    return new ServerDefinition.Unusable(definition.name(), why, definition.callTimeout());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

package io.portolan.standalone.registry;

import io.portolan.gateway.core.catalogue.Federation;
import io.portolan.registry.RegisteredServer;
import io.portolan.registry.ServerRegistry;
import io.portolan.standalone.secrets.ServerSecrets;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.vault.Vault;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Has the gateway federate what tenants registered, each with the secrets of its own tenant, and
 * again when servers or secrets change. Thread-safe.
 */
public final class TenantServers implements AutoCloseable {
  /** How soon a secret that another process set reaches the servers of a tenant. */
  private static final Duration SECRETS_LOOKED_AT = Duration.ofSeconds(10);

  private final ServerRegistry registry;
  private final Vault vault;
  private final Federation federation;
  private final Map<TenantId, ServerSecrets> secrets = new ConcurrentHashMap<>();
  private ServerRegistry.@Nullable Watch watch; // guarded by this

  public TenantServers(ServerRegistry registry, Vault vault, Federation federation) {
    this.registry = registry;
    this.vault = vault;
    this.federation = federation;
  }

  /** Begins with the servers that there are. */
  public synchronized void start() {
    watch = registry.watch(this::changed);
  }

  private void changed(TenantId tenant, ServerRegistry.Servers servers) {
    var definitions = servers.servers().stream().map(RegisteredServer::definition).toList();
    try {
      secrets.computeIfAbsent(tenant, this::started).replace(definitions);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the gateway is stopping
    }
  }

  private ServerSecrets started(TenantId tenant) {
    var of = new ServerSecrets(vault, tenant, SECRETS_LOOKED_AT);
    of.start(definitions -> federation.replaceOwn(tenant, definitions));
    return of;
  }

  /** A secret may have been set or deleted in this process. */
  public void secretsChanged() {
    secrets.values().forEach(ServerSecrets::look);
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
    }
    secrets.values().forEach(ServerSecrets::close);
  }
}

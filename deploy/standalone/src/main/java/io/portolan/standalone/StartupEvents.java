package io.portolan.standalone;

import io.portolan.tenancy.TenantId;
import java.net.URI;
import java.util.List;

/** Told what happens while a gateway starts. May be called by several threads, never at once. */
interface StartupEvents {
  /** Events nobody looks at. */
  StartupEvents UNSEEN =
      new StartupEvents() {
        @Override
        public void listening(URI endpoint) {}

        @Override
        public void serverChanged(ServerStatus status) {}

        @Override
        public void ready(List<ServerStatus> servers) {}
      };

  /** The port is bound; called before any other event. */
  void listening(URI endpoint);

  /** Tenants were made because somebody must have them: at the first start, {@code development}. */
  default void tenantsMade(List<TenantId> tenants) {}

  /** A server connected or failed. */
  void serverChanged(ServerStatus status);

  /** The first discovery round ended: each server has connected or failed. Called once. */
  void ready(List<ServerStatus> servers);
}

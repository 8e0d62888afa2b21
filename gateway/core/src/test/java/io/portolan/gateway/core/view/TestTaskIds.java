package io.portolan.gateway.core.view;

import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import javax.crypto.spec.SecretKeySpec;

/** Ids of tasks under a key that all tests know. */
public final class TestTaskIds {
  /** Of no gateway. */
  public static final TaskIds IDS = new TaskIds(new SecretKeySpec(new byte[32], "Generic"));

  /** Somebody whose tasks do not matter. */
  public static final TaskIds.Owner ANYBODY =
      IDS.of(new Principal(new TenantId("development"), "anybody"), "");

  private TestTaskIds() {}
}

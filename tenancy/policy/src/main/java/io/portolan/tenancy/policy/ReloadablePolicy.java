package io.portolan.tenancy.policy;

import io.portolan.tenancy.Caller;
import io.portolan.tenancy.access.Access;
import io.portolan.tenancy.access.Policy;
import io.portolan.tenancy.access.Risk;
import org.jspecify.annotations.Nullable;

/** A policy whose rules can be replaced, all at once, while it is asked. Thread-safe. */
public final class ReloadablePolicy implements Policy {
  private volatile RuleSetPolicy current;

  /** Begins with these rules. */
  public ReloadablePolicy(RuleSet rules) {
    this.current = new RuleSetPolicy(rules);
  }

  @Override
  public Access of(Caller caller) {
    return current.of(caller);
  }

  @Override
  public @Nullable Risk declared(String server, String tool) {
    return current.declared(server, tool);
  }

  /** Other rules are in effect once this returns; a request that was admitted before goes on. */
  public void replace(RuleSet rules) {
    current = new RuleSetPolicy(rules);
  }
}

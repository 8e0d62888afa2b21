package io.portolan.standalone.config;

import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.auth.Anonymous;
import io.portolan.tenancy.policy.RuleSet;
import io.portolan.tenancy.quota.QuotaRule;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the gateway is told at its start. Immutable.
 *
 * @param listen where it accepts connections
 * @param webAccess which Host and Origin headers it accepts
 * @param dataDir the directory it may write to; need not exist yet
 * @param sessionSecretFile holds the secret that session ids are sealed with; null for one in the
 *     data directory
 * @param servers the servers to federate; names are unique
 * @param auth whom it believes
 * @param limits what it takes on at most
 * @param resilience what each server may take, and what becomes of one that is ill
 * @param quotas what callers may use
 * @param accessLog where the line of each call goes
 * @param audit whose requests are in the audit log
 * @param policy what callers may do
 * @param vault where the keys of the vault are, and whose secrets servers use
 * @param files the files the settings and servers came from, for the user to see
 */
public record PortolanConfig(
    Listen listen,
    WebAccess webAccess,
    Path dataDir,
    @Nullable Path sessionSecretFile,
    List<ServerDefinition> servers,
    Auth auth,
    Limits limits,
    Resilience resilience,
    List<QuotaRule> quotas,
    AccessLog accessLog,
    AuditScope audit,
    RuleSet policy,
    VaultSection vault,
    List<Path> files) {
  public PortolanConfig {
    servers = List.copyOf(servers);
    quotas = List.copyOf(quotas);
    files = List.copyOf(files);
  }

  /** The same with another place to listen at. */
  public PortolanConfig withListen(Listen other) {
    return new PortolanConfig(
        other,
        webAccess,
        dataDir,
        sessionSecretFile,
        servers,
        auth,
        limits,
        resilience,
        quotas,
        accessLog,
        audit,
        policy,
        vault,
        files);
  }

  /** The same for a process that serves nobody but the one that started it. */
  public PortolanConfig forOwnUse() {
    return new PortolanConfig(
        listen,
        webAccess,
        dataDir,
        sessionSecretFile,
        servers,
        new Auth(null, List.of(), Anonymous.ALLOWED),
        limits,
        resilience,
        quotas,
        accessLog,
        audit,
        policy,
        vault,
        files);
  }

  /**
   * Whether it differs from another one in more than servers and rules, which can change at any
   * time.
   */
  public boolean needsRestartAfter(PortolanConfig other) {
    return !atStart().equals(other.atStart());
  }

  private PortolanConfig atStart() {
    return new PortolanConfig(
        listen,
        webAccess,
        dataDir,
        sessionSecretFile,
        List.of(),
        auth,
        limits,
        resilience,
        quotas,
        accessLog,
        audit,
        RuleSet.NONE,
        vault,
        List.of());
  }

  /** The same with the lines of calls going elsewhere. */
  public PortolanConfig withAccessLog(AccessLog other) {
    return new PortolanConfig(
        listen,
        webAccess,
        dataDir,
        sessionSecretFile,
        servers,
        auth,
        limits,
        resilience,
        quotas,
        other,
        audit,
        policy,
        vault,
        files);
  }
}

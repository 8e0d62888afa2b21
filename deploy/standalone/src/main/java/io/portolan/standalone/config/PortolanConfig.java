package io.portolan.standalone.config;

import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.auth.Anonymous;
import io.portolan.tenancy.outbound.OutboundRules;
import io.portolan.tenancy.policy.RuleSet;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything the gateway is told at its start. Immutable.
 *
 * @param listen where it accepts connections
 * @param webAccess which Host and Origin headers it accepts
 * @param outbound where servers may be that others than the operator name
 * @param dataDir the directory it may write to; need not exist yet
 * @param sessionSecretFile holds the secret that session ids are sealed with; null for one in the
 *     data directory
 * @param servers the servers to federate; names are unique
 * @param auth whom it believes
 * @param limits what it takes on at most
 * @param resilience what each server may take, and what becomes of one that is ill
 * @param metering what callers may use, and what it costs
 * @param accessLog where the line of each call goes
 * @param audit whose requests are in the audit log, and for how long
 * @param policy what callers may do
 * @param vault where the keys of the vault are, and whose secrets servers use
 * @param toolSearch whether tools can be searched, and where that is offered
 * @param pins what becomes of definitions that nobody approved of
 * @param files the files the settings and servers came from, for the user to see
 */
public record PortolanConfig(
    Listen listen,
    WebAccess webAccess,
    OutboundRules outbound,
    Path dataDir,
    @Nullable Path sessionSecretFile,
    List<ServerDefinition> servers,
    Auth auth,
    Limits limits,
    Resilience resilience,
    Metering metering,
    AccessLog accessLog,
    Auditing audit,
    RuleSet policy,
    VaultSection vault,
    ToolSearchSection toolSearch,
    PinSection pins,
    List<Path> files) {
  public PortolanConfig {
    servers = List.copyOf(servers);
    files = List.copyOf(files);
  }

  /** The same with another place to listen at. */
  public PortolanConfig withListen(Listen other) {
    return new PortolanConfig(
        other,
        webAccess,
        outbound,
        dataDir,
        sessionSecretFile,
        servers,
        auth,
        limits,
        resilience,
        metering,
        accessLog,
        audit,
        policy,
        vault,
        toolSearch,
        pins,
        files);
  }

  /** The same for a process that serves nobody but the one that started it. */
  public PortolanConfig forOwnUse() {
    return new PortolanConfig(
        listen,
        webAccess,
        outbound,
        dataDir,
        sessionSecretFile,
        servers,
        new Auth(null, List.of(), Anonymous.ALLOWED),
        limits,
        resilience,
        metering,
        accessLog,
        audit,
        policy,
        vault,
        toolSearch,
        pins,
        files);
  }

  /**
   * Whether it differs from another one in more than servers, rules, quotas, costs and audit, which
   * can change at any time.
   */
  public boolean needsRestartAfter(PortolanConfig other) {
    return !atStart().equals(other.atStart());
  }

  private PortolanConfig atStart() {
    return new PortolanConfig(
        listen,
        webAccess,
        outbound,
        dataDir,
        sessionSecretFile,
        List.of(),
        auth,
        limits,
        resilience,
        Metering.NONE,
        accessLog,
        Auditing.DEFAULT,
        RuleSet.NONE,
        vault,
        toolSearch,
        pins,
        List.of());
  }

  /** The same with the lines of calls going elsewhere. */
  public PortolanConfig withAccessLog(AccessLog other) {
    return new PortolanConfig(
        listen,
        webAccess,
        outbound,
        dataDir,
        sessionSecretFile,
        servers,
        auth,
        limits,
        resilience,
        metering,
        other,
        audit,
        policy,
        vault,
        toolSearch,
        pins,
        files);
  }
}

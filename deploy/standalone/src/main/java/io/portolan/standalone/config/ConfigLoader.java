package io.portolan.standalone.config;

import io.portolan.standalone.config.ConfigOutcome.Rejected;
import io.portolan.standalone.config.ConfigOutcome.Usable;
import io.portolan.standalone.config.Limits.Bound;
import io.portolan.standalone.document.Findings;
import io.portolan.standalone.document.Place;
import io.portolan.standalone.document.Value;
import io.portolan.standalone.document.Value.Mapping;
import io.portolan.standalone.document.Value.Member;
import io.portolan.standalone.document.YamlDocument;
import io.portolan.standalone.servers.McpJson;
import io.portolan.standalone.servers.Surroundings;
import io.portolan.tenancy.policy.RuleSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one configuration out of the command line, {@code portolan.yaml} and the IDE files.
 * Reads files; starts nothing.
 */
public final class ConfigLoader {
  private final Surroundings surroundings;
  private final Path dataDirDefault;

  /**
   * @param dataDirDefault where data is kept when neither a flag nor the file says
   */
  public ConfigLoader(Surroundings surroundings, Path dataDirDefault) {
    this.surroundings = surroundings;
    this.dataDirDefault = dataDirDefault;
  }

  /** Reads everything, and finds every mistake there is, not only the first. */
  public ConfigOutcome load(Flags flags) {
    var findings = new Findings();
    var own = ownFile(flags);
    var root =
        own.isEmpty()
            ? new Mapping(Place.commandLine(), List.of())
            : mapping(own.getFirst(), findings);
    var settings = new Settings(root, surroundings.variables(), findings);
    var access =
        flags.anonymousAccess() != null
            ? flags.anonymousAccess()
            : settings.choice("anonymous-access", AnonymousAccess.class).orElse(null);
    var auth = Auth.of(settings.section("auth"), access);
    var listen = listen(flags, settings, new Door(access, auth), findings);
    var dataDir =
        flags.dataDir() != null
            ? flags.dataDir()
            : settings.text("data-dir").map(text -> beside(own, text)).orElse(dataDirDefault);
    var sessionSecretFile =
        settings.text("session-secret-file").map(text -> beside(own, text)).orElse(null);
    var limits = limits(settings.section("limits"));
    var resilience = Resilience.of(settings.section("resilience"));
    var quotas =
        settings
            .member("quotas")
            .map(member -> new QuotaSection(surroundings.variables(), findings).of(member))
            .orElse(List.of());
    var costs =
        settings
            .member("costs")
            .map(member -> new CostSection(surroundings.variables(), findings).of(member))
            .orElse(List.of());
    var webAccess =
        new WebAccess(
            Set.copyOf(settings.texts("allowed-hosts")),
            Set.copyOf(settings.texts("allowed-origins")));
    var outbound = OutboundSection.of(settings.section("outbound"), findings);
    var accessLog = settings.choice("access-log", AccessLog.STDOUT);
    var audit = audit(settings);

    var servers = new McpJson(surroundings, findings, limits.callTimeout());
    settings.member("servers").ifPresent(member -> servers.addOwn(own.getFirst(), member));
    var named = settings.texts("mcp-json").stream().map(text -> beside(own, text)).toList();
    var ideFiles = flags.mcpJson().isEmpty() ? named : flags.mcpJson();
    ideFiles.forEach(servers::addFile);
    var policyFiles = new ArrayList<Path>();
    var policy = policy(settings.section("policy"), own, policyFiles, findings);
    var vault = VaultSection.of(settings.section("vault"), text -> beside(own, text), findings);
    var toolSearch = ToolSearchSection.of(settings.section("tool-search"));
    var pins = PinSection.of(settings.section("pins"));
    settings.rejectUnknown();

    if (!findings.problems().isEmpty()) {
      return new Rejected(findings.problems());
    }
    var files = new ArrayList<>(own);
    files.addAll(ideFiles);
    files.addAll(policyFiles);
    return new Usable(
        new PortolanConfig(
            listen,
            webAccess,
            outbound,
            dataDir.toAbsolutePath().normalize(),
            sessionSecretFile,
            servers.definitions(),
            auth,
            limits,
            resilience,
            new Metering(quotas, costs),
            accessLog,
            audit,
            policy,
            vault,
            toolSearch,
            pins,
            files),
        findings.notices());
  }

  /** The file the flag names, else the one in the current directory, else none. */
  private List<Path> ownFile(Flags flags) {
    if (flags.config() != null) {
      return List.of(flags.config());
    }
    var usual = surroundings.directory().resolve("portolan.yaml");
    return Files.exists(usual) ? List.of(usual) : List.of();
  }

  private static Mapping mapping(Path file, Findings findings) {
    var root = YamlDocument.read(file, findings);
    if (root.isPresent() && root.get() instanceof Mapping mapping) {
      return mapping;
    }
    root.ifPresent(
        (Value other) ->
            findings.problem(other.at(), "the file holds " + other.kind(), "keys with values"));
    return new Mapping(Place.startOf(file), List.of());
  }

  /** The rules as they stand in the section, or in the file that it names instead. */
  private RuleSet policy(
      Settings section, List<Path> own, List<Path> policyFiles, Findings findings) {
    var file = section.text("file");
    if (file.isEmpty()) {
      return new PolicySection(surroundings.variables(), findings).read(section);
    }
    section.rejectUnknown(); // rules are either here or there
    var path = beside(own, file.get());
    policyFiles.add(path);
    return rules(path, surroundings, findings);
  }

  /** The rules in a file of their own; what is wrong is in the findings. */
  public static RuleSet rules(Path file, Surroundings surroundings, Findings findings) {
    var root = YamlDocument.read(file, findings);
    if (root.isEmpty()) {
      return RuleSet.NONE;
    }
    var variables = surroundings.variables();
    var section = new Settings(PolicySection.section(root.get(), findings), variables, findings);
    return new PolicySection(variables, findings).read(section);
  }

  private static Path beside(List<Path> own, String text) {
    var folder = own.getFirst().getParent();
    return folder == null ? Path.of(text) : folder.resolve(text);
  }

  /** Who is let in. */
  private record Door(@Nullable AnonymousAccess access, Auth auth) {
    /** Whether somebody might come in whom nobody asked who they are. */
    boolean isOpen() {
      return access == AnonymousAccess.LOOPBACK || (access == null && auth.issuers().isEmpty());
    }
  }

  private static Listen listen(Flags flags, Settings settings, Door door, Findings findings) {
    var fileHost = settings.text("host").orElse(Listen.DEFAULT.host());
    var filePort = settings.count("port", Listen.DEFAULT.port(), new Bound(0, 65_535));
    var host = flags.host() != null ? flags.host() : fileHost;
    var port = flags.port() != null ? flags.port() : filePort;
    var at =
        flags.host() != null || settings.member("host").isEmpty()
            ? Place.commandLine()
            : settings.member("host").get().value().at();
    if (host.isBlank()) {
      findings.problem(at, "the host is empty", "a name or an address such as 127.0.0.1");
      return Listen.DEFAULT;
    }
    if (port < 0 || port > 65_535) {
      findings.problem(at, "the port is " + port, "a number from 0 to 65535");
      return Listen.DEFAULT;
    }
    var isLoopback = Loopback.isLoopback(host);
    if (!isLoopback && !door.auth().issuers().isEmpty() && door.auth().publicUrl() == null) {
      findings.problem(
          at,
          "the host '"
              + host
              + "' can be reached from other machines, and access tokens name the URL they are for",
          "'public-url' in the section auth: the URL that clients reach this gateway at");
    }
    if (door.isOpen() && !isLoopback) {
      findings.problem(
          at,
          "the host '"
              + host
              + "' can be reached from other machines, and nobody is asked who they are",
          "a loopback address such as 127.0.0.1; or 'auth' with issuers; or --anonymous-access=off"
              + " for API keys only; or --anonymous-access=anywhere ('anonymous-access: anywhere')"
              + " when the network itself is guarded");
    }
    return new Listen(host, port);
  }

  /** Whose requests, or a section that says it and more. */
  private static Auditing audit(Settings settings) {
    if (settings.member("audit").map(Member::value).orElse(null) instanceof Mapping) {
      var section = settings.section("audit");
      var audit =
          new Auditing(
              section.choice("scope", AuditScope.SIGNED_IN),
              section.count("retention-days", 0, Auditing.DAYS));
      section.rejectUnknown();
      return audit;
    }
    return new Auditing(settings.choice("audit", AuditScope.SIGNED_IN), 0);
  }

  private static Limits limits(Settings settings) {
    var normal = Limits.DEFAULT;
    var limits =
        new Limits(
            settings.bytes("request-bytes-max", normal.requestBytesMax(), Limits.REQUEST_BYTES),
            settings.bytes("response-bytes-max", normal.responseBytesMax(), Limits.RESPONSE_BYTES),
            settings.count("sessions-max", normal.sessionsMax(), Limits.SESSIONS),
            settings.count(
                "sessions-per-principal-max", normal.sessionsPerPrincipalMax(), Limits.SESSIONS),
            settings.duration(
                "session-idle-timeout", normal.sessionIdleTimeout(), Limits.IDLE_MILLIS),
            settings.duration(
                "session-lifetime-max", normal.sessionLifetimeMax(), Limits.LIFETIME_MILLIS),
            settings.count(
                "streams-per-session-max", normal.streamsPerSessionMax(), Limits.STREAMS),
            settings.count(
                "streams-per-principal-max", normal.streamsPerPrincipalMax(), Limits.SESSIONS),
            settings.duration("call-timeout", normal.callTimeout(), Limits.CALL_MILLIS),
            settings.duration("connect-timeout", normal.connectTimeout(), Limits.CONNECT_MILLIS),
            settings.duration("drain-timeout", normal.drainTimeout(), Limits.DRAIN_MILLIS));
    settings.rejectUnknown();
    return limits;
  }
}

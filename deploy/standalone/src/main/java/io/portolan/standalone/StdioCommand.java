package io.portolan.standalone;

import io.portolan.standalone.bridge.BridgeOptions;
import io.portolan.standalone.bridge.StdioBridge;
import io.portolan.standalone.config.AccessLog;
import io.portolan.standalone.config.ConfigOutcome;
import io.portolan.standalone.config.Listen;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code portolan stdio}: what an IDE that only speaks stdio runs. stdout carries messages and
 * nothing else; everything for people goes to stderr.
 */
@Command(
    name = "stdio",
    description = {
      "Joins a client that only speaks stdio with a gateway.",
      "Without --mcp-json and --config that is the one at --url; with them one is started for it.",
      "The one at --url is shown the API key or access token in the variable PORTOLAN_TOKEN."
    },
    mixinStandardHelpOptions = true)
final class StdioCommand implements Callable<Integer> {
  private static final URI USUAL = URI.create("http://127.0.0.1:8080/mcp");
  private static final String TOKEN = "PORTOLAN_TOKEN";
  private static final String AUTHORIZATION = "Authorization";
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "the endpoint of a running gateway (http://127.0.0.1:8080/mcp)")
  private @Nullable URI url;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description =
          "sent with every request; may be given several times. A value of the form"
              + " env:VARIABLE is taken from the environment")
  private List<String> headers = new ArrayList<>();

  @Mixin private ConfigFlags configFlags = new ConfigFlags();
  @Spec private CommandSpec spec = CommandSpec.create();

  private final GatewayStarter starter;

  StdioCommand(GatewayStarter starter) {
    this.starter = starter;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    var given = headers();
    if (!configFlags.namesFiles()) {
      var endpoint = url == null ? USUAL : url;
      bridge(options(endpoint, withToken(endpoint, given, System.getenv(TOKEN))), () -> {});
      return ExitCode.OK;
    }
    if (url != null) {
      throw wrong(
          "--url names a running gateway; --mcp-json and --config start one: give only one");
    }
    var usable = configFlags.load(spec.commandLine().getErr());
    return usable.isEmpty() ? ExitCode.WRONG_INPUT : embedded(usable.get(), given);
  }

  private int embedded(ConfigOutcome.Usable usable, Map<String, String> given)
      throws InterruptedException, IOException {
    var config = usable.config().forOwnUse().withListen(new Listen("127.0.0.1", 0));
    var quiet =
        config.accessLog() == AccessLog.STDOUT ? config.withAccessLog(AccessLog.OFF) : config;
    var banner = new Banner(System.err, BuildInfo.current(), config.files());
    try (var gateway = starter.startBeside(quiet, banner)) {
      bridge(options(gateway.endpoint(), given), gateway::close);
      return ExitCode.OK;
    }
  }

  private void bridge(BridgeOptions options, Runnable atStop)
      throws InterruptedException, IOException {
    try (var in = new FileInputStream(FileDescriptor.in);
        var out = new FileOutputStream(FileDescriptor.out)) {
      var bridge = new StdioBridge(options, in, out);
      var signal =
          StopSignal.runs(
              () -> {
                bridge.endSession();
                atStop.run();
              });
      bridge.run();
      signal.disarm();
    }
  }

  private BridgeOptions options(URI endpoint, Map<String, String> given) {
    var scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
    if (!List.of("http", "https").contains(scheme) || endpoint.getHost() == null) {
      throw wrong("--url is " + endpoint + "; expected one like " + USUAL);
    }
    return BridgeOptions.to(endpoint).withHeaders(given);
  }

  /**
   * The headers with a bearer token, unless they prove somebody already. It is not sent in the
   * clear to another machine.
   *
   * @param token null or empty for none
   */
  Map<String, String> withToken(URI endpoint, Map<String, String> given, @Nullable String token) {
    if (token == null
        || token.isBlank()
        || given.keySet().stream().anyMatch(AUTHORIZATION::equalsIgnoreCase)) {
      return given;
    }
    if (!"https".equalsIgnoreCase(endpoint.getScheme())
        && !THIS_MACHINE.contains(String.valueOf(endpoint.getHost()))) {
      throw wrong(TOKEN + " is not sent to " + endpoint + " without TLS; expected an https URL");
    }
    var all = new LinkedHashMap<>(given);
    all.put(AUTHORIZATION, "Bearer " + token.strip());
    return all;
  }

  private Map<String, String> headers() {
    var given = new LinkedHashMap<String, String>();
    for (var header : headers) {
      var equals = header.indexOf('=');
      if (equals < 1) {
        throw wrong("--header has no name; expected NAME=VALUE");
      }
      given.put(header.substring(0, equals).strip(), value(header.substring(equals + 1).strip()));
    }
    return given;
  }

  /** Out of the environment when it says so, since other users see command lines. */
  private String value(String written) {
    if (!written.startsWith("env:")) {
      return written;
    }
    var value = System.getenv(written.substring("env:".length()));
    if (value == null) {
      throw wrong("the environment variable " + written.substring("env:".length()) + " is not set");
    }
    return value;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

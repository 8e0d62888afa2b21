package io.portolan.tenancy.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/*
 * A name may lead somewhere else a moment later (DNS rebinding). So the guard gives the addresses
 * that it looked at, and who asks connects to one of these, while Host and the name in TLS stay what
 * they were. Every connection and every redirect asks again.
 *
 * A host whose last label is a number is an address to some parsers and a name to others, and they
 * do not agree which one (0177.0.0.1, 127.1, 2130706433): only the plain form of four numbers passes.
 */

/**
 * Says which addresses may be connected to for a URL that somebody other than the operator named.
 * Thread-safe; blocks while a name is resolved.
 */
public final class OutboundGuard {
  /** The public internet over TLS, with the JVM's names. */
  public static final OutboundGuard DEFAULT =
      new OutboundGuard(OutboundRules.DEFAULT, Resolver.SYSTEM);

  private static final Pattern NAME =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)");
  private static final Pattern PLAIN_V4 =
      Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");
  private static final Pattern V6 = Pattern.compile("[0-9a-f:.]*:[0-9a-f:.]*");
  private static final int HOST_CHARS_MAX = 253;

  private final OutboundRules rules;
  private final Resolver resolver;

  /**
   * @param resolver what finds the addresses of names
   */
  public OutboundGuard(OutboundRules rules, Resolver resolver) {
    this.rules = rules;
    this.resolver = resolver;
  }

  /**
   * The addresses of a URL's host, all of which may be connected to; at least one.
   *
   * @throws OutboundRefusedException when the URL may not be asked for, in words for who named it
   * @throws UnknownHostException when the host has no address
   */
  public List<InetAddress> addresses(URI url)
      throws OutboundRefusedException, UnknownHostException {
    var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw new OutboundRefusedException("the scheme is " + scheme + "; expected https");
    }
    if (url.getRawUserInfo() != null) {
      throw new OutboundRefusedException(
          "the URL holds a user name or password; expected a URL without them");
    }
    var host = host(url);
    var port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
    return addresses(scheme, host, port);
  }

  /**
   * The same of a place that was taken out of a URL.
   *
   * @param scheme {@code http} or {@code https}
   * @param host a name, or a literal address without brackets
   */
  public List<InetAddress> addresses(String scheme, String host, int port)
      throws OutboundRefusedException, UnknownHostException {
    var name = plain(host);
    var named = rules.names(scheme, name, port);
    if (!named) {
      if (!scheme.equals("https")) {
        throw new OutboundRefusedException(
            name
                + " is not asked without TLS; expected an https URL, or that the operator adds "
                + origin(scheme, name, port)
                + " to outbound.origins in portolan.yaml");
      }
      if (!rules.ports().contains(port)) {
        throw new OutboundRefusedException(
            "port "
                + port
                + " is not asked; expected one of "
                + rules.ports().stream().sorted().toList());
      }
    }
    var found = resolver.resolve(name);
    if (found.isEmpty()) {
      throw new UnknownHostException(name);
    }
    for (var address : found) {
      if (!named && !mayBeReached(address)) {
        throw new OutboundRefusedException(
            name
                + " is not asked: it is not on the public internet; the operator may add "
                + origin(scheme, name, port)
                + " to outbound.origins in portolan.yaml");
      }
    }
    return List.copyOf(found);
  }

  private static String origin(String scheme, String name, int port) {
    return scheme + "://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
  }

  private boolean mayBeReached(InetAddress address) {
    var bytes = address.getAddress();
    if (SpecialPurpose.isPublic(bytes)) {
      return true;
    }
    var unwrapped = SpecialPurpose.unwrapped(bytes);
    return rules.networks().stream().anyMatch(network -> network.holds(unwrapped));
  }

  private static String host(URI url) throws OutboundRefusedException {
    var host = url.getHost();
    if (host == null) {
      throw new OutboundRefusedException("the URL names no host; expected one such as example.com");
    }
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The host in the one form in which it is compared, looked up and judged. */
  private static String plain(String host) throws OutboundRefusedException {
    var lower = host.toLowerCase(Locale.ROOT);
    if (V6.matcher(lower).matches()) {
      return lower;
    }
    var name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    var isAddress = ENDS_IN_NUMBER.matcher(name).matches();
    var fits = isAddress ? PLAIN_V4.matcher(name).matches() : NAME.matcher(name).matches();
    if (name.length() > HOST_CHARS_MAX || !fits) {
      throw new OutboundRefusedException(
          "the host is written in an unusual way; expected a name such as example.com, or an"
              + " address such as 192.0.2.1");
    }
    return name;
  }
}

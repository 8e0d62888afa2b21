package io.portolan.gateway.http.guard;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/*
 * Of each address one number is kept: the time at which its failures are forgotten (the generic cell
 * rate algorithm). As long as nobody fails, nothing is looked up.
 */

/**
 * How often credentials were refused to each client address: whoever guesses is sent away before
 * anything is looked up for the next guess. Thread-safe; never waits.
 */
public final class FailedSignIns {
  /** Failures of an address in a row that nobody minds. */
  public static final int AT_ONCE = 200;

  /** As many more are forgotten in a second. */
  public static final int PER_SECOND = 20;

  /** Addresses that are told apart at a time; all others count as one. */
  static final int ADDRESSES_MAX = 10_000;

  private static final String OTHERS = "others";
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
  private static final long MOST = AT_ONCE * INTERVAL;
  private static final int NETWORK_BYTES = 8;

  private final Map<String, AtomicLong> forgottenAt = new ConcurrentHashMap<>();

  /** After which an address may try again; empty when it may now. */
  public Optional<Duration> pause(SocketAddress client, long nowNanos) {
    if (forgottenAt.isEmpty()) {
      return Optional.empty();
    }
    var known = forgottenAt.get(name(client));
    if (known == null && forgottenAt.size() >= ADDRESSES_MAX) {
      known = forgottenAt.get(OTHERS);
    }
    var over = known == null ? 0 : known.get() - nowNanos - MOST + INTERVAL;
    return over > 0 ? Optional.of(Duration.ofNanos(over)) : Optional.empty();
  }

  /** Credentials from an address were refused. */
  public void failed(SocketAddress client, long nowNanos) {
    counter(name(client), nowNanos)
        .accumulateAndGet(
            nowNanos,
            (at, now) -> (at - now > 0 ? Math.min(at - now, MOST) + now : now) + INTERVAL);
  }

  private AtomicLong counter(String name, long nowNanos) {
    var known = forgottenAt.get(name);
    if (known != null) {
      return known;
    }
    if (forgottenAt.size() >= ADDRESSES_MAX) {
      forgottenAt.values().removeIf(at -> at.get() - nowNanos <= 0);
    }
    var key = forgottenAt.size() >= ADDRESSES_MAX ? OTHERS : name;
    return forgottenAt.computeIfAbsent(key, _ -> new AtomicLong(nowNanos));
  }

  /** Of IPv6 the network: who has one address there has as many as they like. */
  private static String name(SocketAddress client) {
    if (client instanceof InetSocketAddress internet && internet.getAddress() != null) {
      return name(internet.getAddress());
    }
    return client.toString();
  }

  private static String name(InetAddress address) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES)
        : address.getHostAddress();
  }
}

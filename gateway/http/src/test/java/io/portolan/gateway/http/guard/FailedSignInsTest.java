package io.portolan.gateway.http.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailedSignInsTest {
  private static final long NOW = -5;

  private final FailedSignIns failures = new FailedSignIns();

  private static SocketAddress client(String address) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(address), 1);
  }

  private void fail(SocketAddress client, int times) {
    for (int i = 0; i < times; i++) {
      failures.failed(client, NOW);
    }
  }

  @Test
  void anAddressMayFailSoOftenAndNotOnceMore() throws Exception {
    var client = client("192.0.2.1");
    fail(client, FailedSignIns.AT_ONCE - 1);
    assertThat(failures.pause(client, NOW)).isEmpty();
    fail(client, 1);
    assertThat(failures.pause(client, NOW)).contains(Duration.ofMillis(50));
    assertThat(failures.pause(client("192.0.2.2"), NOW)).isEmpty();
  }

  @Test
  void failuresAreForgottenAndNobodyIsShutOutForLongerThanThat() throws Exception {
    var client = client("192.0.2.1");
    fail(client, 100_000);
    var pause = failures.pause(client, NOW).orElseThrow();
    assertThat(pause).isLessThan(Duration.ofSeconds(1));
    assertThat(failures.pause(client, NOW + pause.toNanos())).isEmpty();
    assertThat(failures.pause(client, NOW + TimeUnit.HOURS.toNanos(1))).isEmpty();
  }

  @Test
  void anIpv6NetworkCountsAsOne() throws Exception {
    fail(client("2001:db8::1"), FailedSignIns.AT_ONCE);
    assertThat(failures.pause(client("2001:db8::2:3"), NOW)).isPresent();
    assertThat(failures.pause(client("2001:db8:0:1::1"), NOW)).isEmpty();
  }

  @Test
  void addressesBeyondTheBoundCountAsOneUntilOthersAreForgotten() throws Exception {
    for (int i = 0; i < FailedSignIns.ADDRESSES_MAX; i++) {
      failures.failed(client("10.0." + i / 250 + "." + i % 250), NOW);
    }
    fail(client("192.0.2.1"), FailedSignIns.AT_ONCE);
    assertThat(failures.pause(client("192.0.2.2"), NOW)).isPresent();
    assertThat(failures.pause(client("10.0.0.1"), NOW)).isEmpty();
    var later = NOW + TimeUnit.HOURS.toNanos(1);
    failures.failed(client("192.0.2.3"), later);
    assertThat(failures.pause(client("192.0.2.3"), later)).isEmpty();
  }
}

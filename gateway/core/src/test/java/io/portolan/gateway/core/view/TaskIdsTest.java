package io.portolan.gateway.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.tenancy.Principal;
import io.portolan.tenancy.TenantId;
import java.util.List;
import java.util.SplittableRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdsTest {
  private static final SecretKey KEY = new SecretKeySpec(new byte[32], "Generic");

  private final TaskIds ids = new TaskIds(KEY, 3);
  private final TaskIds.Owner ada = owner("acme", "ada", "");

  private TaskIds.Owner owner(String tenant, String subject, String endpoint) {
    return ids.of(new Principal(new TenantId(tenant), subject), endpoint);
  }

  @Test
  void nobodyElseAndNoOtherEndpointOrServerHasTheTask() {
    var told = ada.told("s", "task");
    assertThat(ada.own("s", told)).isEqualTo("task");
    assertThat(ada.own("other", told)).isNull();
    for (var other :
        List.of(
            owner("acme", "bob", ""),
            owner("globex", "ada", ""),
            owner("acme", "ada", "s"),
            owner("acm", "eada", ""))) {
      assertThat(other.own("s", told)).as("%s", other).isNull();
    }
  }

  @Test
  void itIsTheSameEachTimeAndAtEveryGatewayWithTheKey() {
    var told = ada.told("s", "task");
    assertThat(ada.told("s", "task")).isEqualTo(told);
    assertThat(new TaskIds(KEY).of(ada.principal(), "").own("s", told)).isEqualTo("task");
    var otherKey = new TaskIds(new SecretKeySpec(new byte[] {1}, "Generic"));
    assertThat(otherKey.of(ada.principal(), "").own("s", told)).isNull();
  }

  /** Property: any id comes back, and with any character changed it does not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 42, 2026})
  void whatIsChangedIsNobodys(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 100; i++) {
      var own = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        own.append((char) random.nextInt(0x20, 0xD7FF));
      }
      var told = ada.told("s", own.toString());
      assertThat(ada.own("s", told)).as("seed %d", seed).isEqualTo(own.toString());
      var changed = new StringBuilder(told);
      var at = random.nextInt(told.length());
      changed.setCharAt(at, changed.charAt(at) == 'x' ? 'y' : 'x');
      assertThat(ada.own("s", changed.toString())).as("seed %d: %s", seed, changed).isNull();
      assertThat(ada.own("s", told.substring(1))).as("seed %d", seed).isNull();
      assertThat(ada.own("s", own.toString())).as("seed %d", seed).isNull();
    }
  }

  @Test
  void theOldestAreForgottenBeyondTheBoundAndStayGood() {
    var first = ada.told("s", "1");
    ada.told("s", "2");
    ada.told("s", "3");
    assertThat(ada.known("s", "1")).as("as many as are remembered").isEqualTo(first);
    ada.told("s", "4");
    assertThat(ada.known("s", "1")).as("one more").isNull();
    assertThat(ada.known("s", "2")).isNotNull();
    assertThat(ada.own("s", first)).isEqualTo("1");
    assertThat(ada.known("s", "1")).as("used again").isEqualTo(first);
    assertThat(owner("acme", "bob", "").known("s", "1")).isNull();
  }

  @Test
  void theKeyIsNotShown() {
    assertThat(ada.toString()).contains("TaskIds[]");
  }
}

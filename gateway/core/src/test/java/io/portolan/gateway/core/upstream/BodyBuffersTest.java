package io.portolan.gateway.core.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portolan.gateway.protocol.Slice;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BodyBuffersTest {
  private static Slice body(byte[] array) {
    return new Slice(array, BodyBuffers.FIRST, BodyBuffers.FIRST + 10);
  }

  @Test
  void whatIsLentIsLentToOneOnly() {
    Set<byte[]> lent = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 100; i++) {
      assertThat(lent.add(BodyBuffers.take())).isTrue();
    }
    lent.forEach(array -> BodyBuffers.giveBack(body(array)));
    lent.forEach(array -> BodyBuffers.giveBack(body(array)));

    Set<byte[]> again = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 100; i++) {
      assertThat(again.add(BodyBuffers.take())).isTrue();
    }
  }

  @Test
  void anArrayFromElsewhereIsNotTaken() {
    var array = new byte[BodyBuffers.FIRST + BodyBuffers.BYTES_MAX];
    BodyBuffers.giveBack(body(array));
    array[BodyBuffers.FIRST - 1] = 1;
    BodyBuffers.giveBack(body(array));
    BodyBuffers.giveBack(Slice.utf8("short"));

    for (int i = 0; i < 100; i++) {
      assertThat(BodyBuffers.take()).isNotSameAs(array);
    }
  }

  @Test
  void aKeptBufferComesBack() {
    var array = BodyBuffers.take();
    BodyBuffers.giveBack(body(array));

    Set<byte[]> next = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 100; i++) {
      next.add(BodyBuffers.take());
    }
    assertThat(next).contains(array);
  }
}

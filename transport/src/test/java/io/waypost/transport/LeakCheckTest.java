package io.waypost.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Leaks on purpose, into a detector of its own, so that this very check does not fail the build. */
class LeakCheckTest {
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
  private final LeakCheck.Detector<Object> detector =
      new LeakCheck.Detector<>(Object.class, 1, leaks);

  @Test
  void aDroppedResourceIsReported() throws InterruptedException {
    assertThat(detector.track(new Object())).isNotNull();

    LeakCheck.collectGarbage();
    closeOneMore();

    assertThat(leaks).singleElement().asString().startsWith("LEAK: Object was not released");
  }

  @Test
  void aReleasedResourceIsNotReported() throws InterruptedException {
    closeOneMore();

    LeakCheck.collectGarbage();
    closeOneMore();

    assertThat(leaks).isEmpty();
  }

  @Test
  void nettysOwnDetectorsAreOurs() {
    assertThat(ResourceLeakDetectorFactory.instance().newResourceLeakDetector(String.class))
        .isInstanceOf(LeakCheck.Detector.class);
  }

  private void closeOneMore() {
    Object resource = new Object();
    ResourceLeakTracker<Object> tracker = detector.track(resource);
    assertThat(tracker).isNotNull();
    assertThat(tracker.close(resource)).isTrue();
  }
}

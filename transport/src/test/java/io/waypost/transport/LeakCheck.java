package io.waypost.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when a Netty buffer was dropped without being released. JUnit finds it through
 * ServiceLoader, so every module that tests with this module's test jar is watched.
 *
 * <p>Test classes run side by side in one JVM: the class that fails is the one at whose end the leak
 * was found, the report names the place that leaked.
 */
public final class LeakCheck implements AfterAllCallback {
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  static {
    // Netty makes its detectors when its classes load, so this must come before any test.
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
      @Override
      @SuppressWarnings("deprecation") // the one method that must be implemented
      public <T> ResourceLeakDetector<T> newResourceLeakDetector(
          Class<T> resource, int samplingInterval, long maxActive) {
        return new Detector<>(resource, samplingInterval, LEAKS);
      }
    });
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    collectGarbage();
    ByteBufAllocator.DEFAULT
        .buffer()
        .release(); // a detector reports when it is next asked to track
    List<String> found = new ArrayList<>();
    for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
      found.add(leak);
    }
    if (!found.isEmpty()) {
      throw new AssertionError(String.join(System.lineSeparator(), found));
    }
  }

  /** Returns when a collection that began after this call has cleared its weak references. */
  static void collectGarbage() throws InterruptedException {
    ReferenceQueue<Object> cleared = new ReferenceQueue<>();
    WeakReference<Object> probe = new WeakReference<>(new Object(), cleared);
    System.gc();
    if (cleared.remove(10_000) != probe) {
      throw new IllegalStateException("no garbage collection within 10 s");
    }
  }

  /** Keeps its reports for the end of a test class instead of logging them. */
  static final class Detector<T> extends ResourceLeakDetector<T> {
    private final Queue<String> leaks;

    Detector(Class<T> resource, int samplingInterval, Queue<String> leaks) {
      super(resource, samplingInterval);
      this.leaks = leaks;
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      leaks.add("LEAK: " + resourceType + " was not released" + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      leaks.add("LEAK: " + resourceType + " was not released");
    }
  }
}

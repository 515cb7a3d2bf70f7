package io.waypost.systemtests;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps a test that waits from failing for what a thread of another test threw: classes run side by side in one JVM, and
 * client libraries throw on threads of their own when a broker is killed. JUnit finds it through ServiceLoader.
 */
public final class OwnFailuresOnly implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
  }
}

package io.waypost.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the broker calls itself. */
final class Product {
  static final String NAME = "Waypost";

  /** The version of RabbitMQ's HTTP API that tools may take this one for. */
  static final String RABBIT_VERSION = "3.13.0";

  private Product() {}

  /** The version that the jar was built as. */
  static String version() {
    String version = Product.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The node's name, {@code waypost@host}. Asks the kernel: the name service may take its time. */
  static String node() {
    try {
      return "waypost@" + Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException notLinux) {
      return "waypost@localhost";
    }
  }
}

package io.waypost.distribution;

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
}

package io.waypost.distribution;

/** What the broker calls itself. */
final class Product {
  static final String NAME = "Waypost";

  private Product() {}

  /** The version that the jar was built as. */
  static String version() {
    String version = Product.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}

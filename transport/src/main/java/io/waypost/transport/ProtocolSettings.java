package io.waypost.transport;

import java.util.HashMap;
import java.util.Map;

/** What is configured for one protocol. Immutable. */
public final class ProtocolSettings {
  private final String product;
  private final String version;
  private final Map<Setting<?>, Object> values;

  private ProtocolSettings(String product, String version, Map<Setting<?>, Object> values) {
    this.product = product;
    this.version = version;
    this.values = values;
  }

  /**
   * Settings at their defaults.
   *
   * @param product what the broker calls itself
   * @param version its version
   */
  public static ProtocolSettings defaults(String product, String version) {
    return new ProtocolSettings(product, version, Map.of());
  }

  /** A copy in which that setting has that value. */
  public <T> ProtocolSettings with(Setting<T> setting, T value) {
    Map<Setting<?>, Object> copy = new HashMap<>(values);
    copy.put(setting, value);
    return new ProtocolSettings(product, version, Map.copyOf(copy));
  }

  /** The value of a setting, its default when nothing is configured. */
  @SuppressWarnings("unchecked") // with() stores only values of the setting's type
  public <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    return value == null ? setting.defaultValue() : (T) value;
  }

  /** What the broker calls itself. */
  public String product() {
    return product;
  }

  /** The broker's version. */
  public String version() {
    return version;
  }
}

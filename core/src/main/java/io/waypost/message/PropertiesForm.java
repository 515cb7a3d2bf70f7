package io.waypost.message;

/**
 * A protocol's wire form of properties, for reading it back from a store. Each adapter that makes
 * {@link EncodedProperties} offers its form by ServiceLoader. Stateless, any thread.
 */
public interface PropertiesForm {
  /** What tells it from other forms, for ever: 1 to 127. AMQP 0-9-1 has 1, MQTT 2, STOMP 3. */
  byte code();

  /**
   * Properties from {@link EncodedProperties#bytes()}.
   *
   * @throws IllegalArgumentException if the bytes are not of this form
   */
  EncodedProperties read(byte[] bytes);
}

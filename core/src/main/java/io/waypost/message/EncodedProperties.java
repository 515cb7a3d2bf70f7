package io.waypost.message;

/**
 * Properties in the wire form of the protocol by which the message came. A message that leaves by the same protocol is
 * written from this form and never encoded again; everybody else decodes it, once a message. Immutable, any thread.
 */
public interface EncodedProperties {
  /** The properties; the form was checked on arrival, so that this cannot fail. */
  Properties decode();

  /** The bytes that the form takes. */
  int size();

  /** The form, by the code of its {@link PropertiesForm}; a store keeps it beside the bytes. 0: there is none, a store keeps them decoded. */
  byte form();

  /** The bytes of the form; never write to them. */
  byte[] bytes();
}

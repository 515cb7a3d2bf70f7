package io.waypost.amqp.codec;

import io.waypost.message.EncodedProperties;
import io.waypost.message.PropertiesForm;

/** Reads content headers back from a store. Stateless, any thread. */
public final class ContentHeaderForm implements PropertiesForm {
  /** The code of AMQP 0-9-1. */
  public static final byte CODE = 1;

  @Override
  public byte code() {
    return CODE;
  }

  @Override
  public EncodedProperties read(byte[] bytes) {
    return ContentHeader.stored(bytes);
  }
}

package io.waypost.stomp.codec;

import io.waypost.message.EncodedProperties;
import io.waypost.message.PropertiesForm;
import java.util.Arrays;

/** Reads {@link HeaderBlock}s back from a store: a byte for the version, then the lines. */
public final class HeaderBlockForm implements PropertiesForm {
  static final byte CODE = 3;

  @Override
  public byte code() {
    return CODE;
  }

  @Override
  public EncodedProperties read(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("no version");
    }
    StompVersion version = switch (bytes[0]) {
      case 0 -> StompVersion.V1_0;
      case 1 -> StompVersion.V1_1;
      case 2 -> StompVersion.V1_2;
      default -> throw new IllegalArgumentException("unknown version " + bytes[0]);
    };
    try {
      return new HeaderBlock(Arrays.copyOfRange(bytes, 1, bytes.length), version);
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static byte[] bytes(StompVersion version, byte[] lines) {
    byte[] bytes = new byte[lines.length + 1];
    bytes[0] = switch (version) {
      case V1_0 -> 0;
      case V1_1 -> 1;
      case V1_2 -> 2;
    };
    System.arraycopy(lines, 0, bytes, 1, lines.length);
    return bytes;
  }
}

package io.waypost.ws;

import io.netty.buffer.ByteBuf;

/** Checks that bytes that arrive in portions are UTF-8: Björn Höhrmann's automaton, written as conditions. */
final class Utf8 {
  private int missing;
  private int least = 0x80;
  private int most = 0xBF;

  /** Whether the bytes go on, or begin, as UTF-8 does. */
  boolean accept(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (missing == 0
          && end - at >= Long.BYTES
          && (bytes.getLong(at) & 0x8080808080808080L) == 0) {
        at += Long.BYTES;
      } else if (!accept(bytes.getUnsignedByte(at++))) {
        return false;
      }
    }
    return true;
  }

  /** Whether no character is left unfinished. */
  boolean complete() {
    return missing == 0;
  }

  private boolean accept(int octet) {
    if (missing > 0) {
      boolean good = octet >= least && octet <= most;
      least = 0x80;
      most = 0xBF;
      missing--;
      return good;
    }
    if (octet < 0x80) {
      return true;
    }
    if (octet < 0xC2 || octet > 0xF4) {
      return false;
    }
    missing = octet < 0xE0 ? 1 : octet < 0xF0 ? 2 : 3;
    // No overlong forms, no surrogates, nothing above U+10FFFF.
    least = octet == 0xE0 ? 0xA0 : octet == 0xF0 ? 0x90 : 0x80;
    most = octet == 0xED ? 0x9F : octet == 0xF4 ? 0x8F : 0xBF;
    return true;
  }
}

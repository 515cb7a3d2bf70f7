package io.waypost.stomp.codec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The versions of the protocol, with what differs between them as data. */
public enum StompVersion {
  /** No escapes, headers are trimmed, a subscription needs no id, there is no NACK. */
  V1_0("1.0", "", true, false),
  /** Escapes of line feed, colon and backslash; a line ends with a line feed and nothing else. */
  V1_1("1.1", "\nn:c\\\\", false, false),
  /** Carriage returns are escaped too, and may stand before a line feed. */
  V1_2("1.2", "\nn:c\\\\\rr", false, true);

  private final String text;
  private final String escapes;
  private final boolean trims;
  private final boolean carriageReturns;

  StompVersion(String text, String escapes, boolean trims, boolean carriageReturns) {
    this.text = text;
    this.escapes = escapes;
    this.trims = trims;
    this.carriageReturns = carriageReturns;
  }

  /** All versions as they stand in a {@code version} header. */
  public static String list() {
    return "1.0,1.1,1.2";
  }

  /**
   * The highest version that a client accepts.
   *
   * @param acceptVersion its {@code accept-version} header; null means 1.0
   * @return null if there is none
   */
  public static @Nullable StompVersion best(@Nullable String acceptVersion) {
    if (acceptVersion == null) {
      return V1_0;
    }
    List<String> accepted = new ArrayList<>();
    for (String each : acceptVersion.split(",", -1)) {
      accepted.add(each.strip());
    }
    StompVersion best = null;
    for (StompVersion version : values()) {
      if (accepted.contains(version.text)) {
        best = version;
      }
    }
    return best;
  }

  /** The version's number. */
  public String text() {
    return text;
  }

  /** Whether blanks around names and values mean nothing. */
  public boolean trims() {
    return trims;
  }

  /** Whether a carriage return may stand before the line feed that ends a line, and nowhere else. */
  public boolean carriageReturns() {
    return carriageReturns;
  }

  /** Whether headers are escaped at all. */
  public boolean escapes() {
    return !escapes.isEmpty();
  }

  /** Whether a version later than 1.0: subscriptions have ids, there is NACK, only some frames have bodies. */
  public boolean isLaterThan10() {
    return this != V1_0;
  }

  /** The letter that stands behind the backslash for a character, or 0 if the character stands for itself. */
  char escape(char character) {
    for (int i = 0; i < escapes.length(); i += 2) {
      if (escapes.charAt(i) == character) {
        return escapes.charAt(i + 1);
      }
    }
    return 0;
  }

  /** What a letter behind a backslash stands for, or -1 if for nothing. */
  int unescape(byte letter) {
    for (int i = 0; i < escapes.length(); i += 2) {
      if (escapes.charAt(i + 1) == letter) {
        return escapes.charAt(i);
      }
    }
    return -1;
  }
}

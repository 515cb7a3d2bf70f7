package io.waypost.stomp.codec;

import io.netty.handler.codec.stomp.StompCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command and headers of a frame that was read: a window on the bytes of its head, so that a frame costs nothing that is
 * not asked for. One decoder has one of them and fills it again and again; what is needed longer must be taken out.
 *
 * <p>Where a header is repeated, the first one counts.
 */
public final class Frame {
  private static final int FEW_HEADERS = 8;

  private StompCommand command = StompCommand.UNKNOWN;
  private StompVersion version = StompVersion.V1_0;
  private byte[] head = {};
  private int[] marks = new int[4 * FEW_HEADERS];
  private int count;

  Frame() {}

  // --- filled by the decoder

  void begin(StompCommand with, StompVersion inVersion) {
    command = with;
    version = inVersion;
    count = 0;
  }

  void header(int from, int colon, int to) {
    int at = 4 * count++;
    if (at == marks.length) {
      marks = Arrays.copyOf(marks, 2 * at);
    }
    marks[at] = from;
    marks[at + 1] = colon;
    marks[at + 2] = colon + 1;
    marks[at + 3] = to;
  }

  void complete(byte[] bytes) {
    head = bytes;
  }

  /** Takes away the blanks around names and values, as in 1.0. */
  public void trim() {
    for (int at = 0; at < 4 * count; at += 2) {
      while (marks[at] < marks[at + 1] && head[marks[at]] == ' ') {
        marks[at]++;
      }
      while (marks[at + 1] > marks[at] && head[marks[at + 1] - 1] == ' ') {
        marks[at + 1]--;
      }
    }
  }

  // --- asked by whoever carries it out

  /** Its command. */
  public StompCommand command() {
    return command;
  }

  /** The version whose escapes its headers have. */
  public StompVersion version() {
    return version;
  }

  /** How many headers it has. */
  public int size() {
    return count;
  }

  /** The name of one of its headers. */
  public String name(int index) {
    return Text.unescaped(head, nameFrom(index), nameTo(index), version);
  }

  /** The value of one of its headers. */
  public String value(int index) {
    return Text.unescaped(head, valueFrom(index), valueTo(index), version);
  }

  /** Whether it has that header. */
  public boolean has(HeaderName name) {
    return find(name) >= 0;
  }

  /** A header's value, or null when it has none. */
  public @Nullable String get(HeaderName name) {
    int index = find(name);
    return index < 0 ? null : value(index);
  }

  /** A header's value as it stands in the frame, escapes included, or null when it has none. */
  public byte @Nullable [] raw(HeaderName name) {
    int index = find(name);
    return index < 0 ? null : Arrays.copyOfRange(head, valueFrom(index), valueTo(index));
  }

  /** Whether a header's value stands in the frame with just these bytes. */
  public boolean rawEquals(HeaderName name, byte[] bytes) {
    int index = find(name);
    return index >= 0
        && Arrays.equals(head, valueFrom(index), valueTo(index), bytes, 0, bytes.length);
  }

  /** Its headers whose names begin so, name and value behind each other. */
  public List<String> startingWith(String prefix) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = name(i);
      if (name.startsWith(prefix)) {
        found.add(name);
        found.add(value(i));
      }
    }
    return found;
  }

  int find(HeaderName name) {
    for (int i = 0; i < count; i++) {
      if (name.isAt(head, nameFrom(i), nameTo(i))) {
        return i;
      }
    }
    return -1;
  }

  byte[] head() {
    return head;
  }

  int nameFrom(int index) {
    return marks[4 * index];
  }

  int nameTo(int index) {
    return marks[4 * index + 1];
  }

  int valueFrom(int index) {
    return marks[4 * index + 2];
  }

  int valueTo(int index) {
    return marks[4 * index + 3];
  }
}

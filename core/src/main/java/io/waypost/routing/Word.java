package io.waypost.routing;

/**
 * One word of a routing key, in place: looks up strings in a hash map without making one. It hashes as the string does
 * and equals it, which is all that {@code Map.get} asks of its argument; it is never stored as a key.
 */
final class Word {
  private final String key;
  private int from;
  private int to;
  private int hash;

  /** Walks over the words of that key. */
  Word(String key) {
    this.key = key;
  }

  /**
   * Moves to the word that begins there.
   *
   * @return where the next word begins; past the end of the key when there is none
   */
  int moveTo(int begin) {
    from = begin;
    hash = 0;
    int end = begin;
    for (; end < key.length() && key.charAt(end) != '.'; end++) {
      hash = 31 * hash + key.charAt(end);
    }
    to = end;
    return end + 1;
  }

  /** The word as a string of its own. */
  String text() {
    return key.substring(from, to);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof String text && text.length() == to - from && key.startsWith(text, from);
  }
}

package io.waypost.stomp;

import io.waypost.stomp.Destination.Kind;
import io.waypost.stomp.codec.MalformedException;
import io.waypost.stomp.codec.Percent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Reads destinations. Names are percent-encoded; what follows the last name that is looked for may have slashes. */
final class Destinations {
  /** The longest name or key that every protocol can carry, in bytes. */
  private static final int LONGEST_NAME = 255;

  private Destinations() {}

  /**
   * Reads a destination.
   *
   * @throws StompException if it is none
   */
  static Destination parse(String text) {
    for (Kind kind : Kind.values()) {
      if (text.startsWith(kind.prefix())) {
        String rest = text.substring(kind.prefix().length());
        return switch (kind) {
          case TOPIC -> Destination.topic(name(text, rest));
          case EXCHANGE -> exchange(text, rest);
          case QUEUE, AMQ_QUEUE, TEMP_QUEUE, REPLY_QUEUE ->
            Destination.queue(kind, name(text, rest));
        };
      }
    }
    String kinds = Arrays.stream(Kind.values())
        .map(kind -> kind.prefix().substring(0, kind.prefix().length() - 1))
        .collect(Collectors.joining(", "));
    throw new StompException(
        "Unknown destination",
        "'" + text + "' is not a valid destination.\nValid destination types are: " + kinds
            + ".\n");
  }

  private static Destination exchange(String text, String rest) {
    int slash = rest.indexOf('/');
    String name = name(text, slash < 0 ? rest : rest.substring(0, slash));
    String key =
        slash < 0 || slash == rest.length() - 1 ? "" : name(text, rest.substring(slash + 1));
    return new Destination(Kind.EXCHANGE, name, key);
  }

  private static String name(String text, String encoded) {
    String name;
    try {
      name = Percent.decode(encoded);
    } catch (MalformedException e) {
      throw invalid(text, e.detail());
    }
    if (name.isEmpty()) {
      throw invalid(text, "'" + text + "' names nothing");
    }
    if (name.length() > LONGEST_NAME / 3
        && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw invalid(text, "a name in a destination is longer than " + LONGEST_NAME + " bytes");
    }
    return name;
  }

  private static StompException invalid(String text, String why) {
    return new StompException("Invalid destination", why + " (destination '" + text + "')");
  }
}

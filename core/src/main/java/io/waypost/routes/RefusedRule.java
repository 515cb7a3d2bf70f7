package io.waypost.routes;

import java.util.ArrayList;
import java.util.List;

/** A rule can't be used. Says which of its keys is wrong, so that whoever read a file can name the line. */
public final class RefusedRule extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> path;
  private final String reason;

  RefusedRule(List<String> path, String reason) {
    super(path.isEmpty() ? reason : String.join(".", path) + ": " + reason, null, false, false);
    this.path = new ArrayList<>(path);
    this.reason = reason;
  }

  /** The keys that lead to what is wrong, from the outside in; none when it is the rule as a whole. */
  public List<String> path() {
    return List.copyOf(path);
  }

  /** What is wrong with it. */
  public String reason() {
    return reason;
  }
}

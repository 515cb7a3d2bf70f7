package io.waypost.stomp.selector;

import io.waypost.message.Message;

/** A condition on messages. Immutable, any thread. */
public final class Selector {
  private final Expression condition;

  private Selector(Expression condition) {
    this.condition = condition;
  }

  /**
   * Reads a selector.
   *
   * @throws SelectorException if it is none
   */
  public static Selector parse(String text) {
    return new Selector(new Parser(text).parse());
  }

  /** Whether it is true of a message; what is unknown is not true. */
  public boolean matches(Message message) {
    return Boolean.TRUE.equals(condition.of(message));
  }
}

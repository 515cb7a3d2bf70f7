package io.waypost.security;

import io.waypost.broker.Permissions;
import io.waypost.pattern.NamePattern;

/**
 * A user's permissions in a virtual host, ready to match.
 *
 * @param permissions as they were given
 * @param configure the first of them
 * @param write the second
 * @param read the third
 */
record Grant(Permissions permissions, NamePattern configure, NamePattern write, NamePattern read) {
  /**
   * Compiles the expressions.
   *
   * @throws IllegalArgumentException if one of them is none
   */
  static Grant of(Permissions permissions) {
    return new Grant(
        permissions,
        pattern(permissions.configure()),
        pattern(permissions.write()),
        pattern(permissions.read()));
  }

  /**
   * Compiles one expression; the empty one matches only the empty name.
   *
   * @throws IllegalArgumentException if it is none
   */
  static NamePattern pattern(String expression) {
    return NamePattern.compile(expression.isEmpty() ? "^$" : expression);
  }

  boolean allows(Permission permission, String name) {
    return switch (permission) {
      case CONFIGURE -> configure.find(name);
      case WRITE -> write.find(name);
      case READ -> read.find(name);
    };
  }
}

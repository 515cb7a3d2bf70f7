package io.waypost.architecture.wrong.attic;

/** Its package is no room. */
final class Homeless {}

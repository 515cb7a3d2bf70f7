package io.waypost.transport;

/** What a protocol thinks of a connection's first bytes. */
public enum Sniff {
  /** They begin a connection of this protocol. */
  YES,
  /** They can't. */
  NO,
  /** They may; more are needed to tell. */
  NEED_MORE
}

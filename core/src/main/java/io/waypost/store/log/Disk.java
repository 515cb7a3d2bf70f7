package io.waypost.store.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One folder, as the log uses it: the only way by which it reaches a file system, so that tests can lose, tear and refuse
 * what it writes. Any thread.
 */
interface Disk {
  /** The names of all files. */
  List<String> names() throws IOException;

  /** Makes a file that is not there yet. */
  DiskFile create(String name) throws IOException;

  /** Opens a file that is there. */
  DiskFile open(String name) throws IOException;

  /** Gives a file another name in one step, in place of whatever had it. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file; harmless if it is gone. */
  void delete(String name) throws IOException;

  /** Makes what was created, renamed and deleted safe. */
  void force() throws IOException;

  /** Bytes that may still be written. */
  long usable() throws IOException;

  /** A second name, or where that is not possible a copy, of a file that is never written again, in another folder. */
  void share(String name, Path folder) throws IOException;

  /** A copy of a file, as much as is there now, in another folder. */
  void copy(String name, Path folder) throws IOException;

  /** The folder's name for people. */
  String name();
}

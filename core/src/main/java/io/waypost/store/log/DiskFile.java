package io.waypost.store.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a {@link Disk}. Any thread; one writes. */
interface DiskFile extends Closeable {
  /** Fills the buffer from that place on, as far as the file goes. */
  void read(ByteBuffer into, long at) throws IOException;

  /** Writes all that remains in the buffer to that place. */
  void write(ByteBuffer from, long at) throws IOException;

  /** Makes everything that was written safe. */
  void force() throws IOException;

  /** The file's size in bytes. */
  long size() throws IOException;
}

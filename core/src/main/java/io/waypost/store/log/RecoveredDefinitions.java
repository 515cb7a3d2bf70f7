package io.waypost.store.log;

import io.waypost.store.Definition;
import io.waypost.store.codec.ByteReader;
import io.waypost.store.codec.DefinitionCodec;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the definitions that live, and counts them. On the thread that opens the store. */
final class RecoveredDefinitions {
  private final SegmentFiles files;
  private final Segments segments;
  private final Damage damage;
  private final Map<List<?>, Definition> byId = new HashMap<>();
  private final Map<Definition, Long> places = new LinkedHashMap<>();
  private long nextPosition;

  RecoveredDefinitions(SegmentFiles files, Segments segments, Damage damage) {
    this.files = files;
    this.segments = segments;
    this.damage = damage;
  }

  /** Each definition with the place where it is stored. */
  Map<Definition, Long> places() {
    return places;
  }

  /** Where the positions of definitions go on. */
  long nextPosition() {
    return nextPosition;
  }

  /** Reads them all. */
  void read() throws IOException {
    for (Segment segment : segments.inOrder()) {
      List<Row> rows = segment.index.find(
          Format.DEFINITIONS,
          0,
          Long.MAX_VALUE,
          0,
          row -> !segment.isDead(row.ordinal),
          Integer.MAX_VALUE);
      for (Row row : rows) {
        Definition definition = read(segment, row);
        nextPosition = Math.max(nextPosition, row.position + 1);
        if (definition == null) {
          // Once it is reported, it is gone.
          segment.kill(row.ordinal);
        } else {
          segment.live++;
          add(definition, Place.of(segment.number(), row.ordinal));
        }
      }
    }
  }

  private @Nullable Definition read(Segment segment, Row row) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(row.payloadLength);
    segment.file.read(payload, row.payloadAt);
    payload.flip();
    if (Format.checksum(payload.duplicate()) == row.checksum) {
      try {
        return DefinitionCodec.read(new ByteReader(payload));
      } catch (IllegalArgumentException | BufferUnderflowException e) {
        damage.found(
            files.path(segment.number()) + " has an unknown definition at offset " + row.payloadAt);
        return null;
      }
    }
    damage.found(files.path(segment.number()) + " is damaged at offset " + row.payloadAt);
    return null;
  }

  private void add(Definition definition, long place) {
    // Two that are alive are there only when the record of the replacement was lost and the rest is
    // salvaged.
    Definition older = byId.put(List.of(definition.getClass(), definition.id()), definition);
    Long replaced = older == null ? null : places.remove(older);
    Segment holder = replaced == null ? null : segments.get(Place.segment(replaced));
    if (replaced != null && holder != null && holder.kill(Place.ordinal(replaced))) {
      holder.live--;
    }
    places.put(definition, place);
  }
}

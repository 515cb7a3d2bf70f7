package io.waypost.distribution.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value as somebody wrote it, not checked yet.
 *
 * @param key the whole name, such as {@code listeners.amqp.port}
 * @param texts the value, or the elements of a list
 * @param form what was written
 * @param where for messages: {@code conf/waypost.yml, line 12}
 * @param base the folder that relative paths in it start from
 * @param tree what stands there, if it is more than a setting
 */
record Given(
    String key,
    List<String> texts,
    Form form,
    String where,
    Path base,
    @Nullable Tree tree) {
  Given(String key, List<String> texts, Form form, String where, Path base) {
    this(key, texts, form, where, base, null);
  }

  /** What was written. */
  enum Form {
    /** One value. */
    VALUE,
    /** A list of values. */
    LIST,
    /** A section: what is in it is given by itself. */
    SECTION,
    /** A name without a value. */
    NOTHING,
    /** More than settings. */
    TREE
  }
}

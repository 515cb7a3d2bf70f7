package io.waypost.distribution.config;

import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that hold: those given, else the defaults. Immutable. */
public final class Config {
  private final Schema schema;
  private final Path home;
  private final Map<Setting<?>, Value> values;
  private final Map<String, Tree> trees;
  private final List<String> remarks;

  Config(
      Schema schema,
      Path home,
      Map<Setting<?>, Value> values,
      Map<String, Tree> trees,
      List<String> remarks) {
    this.schema = schema;
    this.home = home;
    this.values = new HashMap<>(values);
    this.trees = new HashMap<>(trees);
    this.remarks = List.copyOf(remarks);
  }

  /** A value and where it was given. */
  record Value(Object value, String where, Path base) {}

  /** What holds for a setting of the schema. */
  @SuppressWarnings("unchecked") // values come from the setting's own kind
  public <T> T get(Setting<T> setting) {
    Value given = values.get(setting);
    return given == null ? setting.defaultValue() : (T) given.value();
  }

  /** What holds for a setting, by its whole name; null when there is no such setting. */
  public @Nullable Object find(String key) {
    return schema.contains(key) ? get(schema.get(key)) : null;
  }

  /** What the file has below a key that is more than a setting; null when it has nothing. */
  public @Nullable Tree tree(String key) {
    return trees.get(key);
  }

  /** Where a setting was given, for messages; null when its default holds. */
  public @Nullable String where(Setting<?> setting) {
    Value given = values.get(setting);
    return given == null ? null : given.where();
  }

  /**
   * A setting that names a file: relative names start from the broker's home when they stand in the file or are
   * defaults, from the working folder when they come from the command line or the environment.
   */
  public Path path(Setting<String> setting) {
    Value given = values.get(setting);
    Path base = given == null ? home : given.base();
    return base.resolve(get(setting)).toAbsolutePath().normalize();
  }

  /** What is no mistake, but worth a line in the log. */
  public List<String> remarks() {
    return remarks;
  }

  /** Everything that holds, as a file that could be given back, each line telling where its value is from. */
  public String print() {
    StringBuilder out = new StringBuilder();
    List<String> open = List.of();
    for (String key : schema.keys()) {
      List<String> path = List.of(key.split("\\.", -1));
      List<String> sections = path.subList(0, path.size() - 1);
      for (int depth = common(open, sections); depth < sections.size(); depth++) {
        out.append("  ".repeat(depth)).append(sections.get(depth)).append(":\n");
      }
      open = sections;
      Setting<?> setting = schema.get(key);
      out.append("  ".repeat(sections.size()))
          .append(path.get(path.size() - 1))
          .append(": ")
          .append(written(setting))
          .append(origin(setting))
          .append('\n');
    }
    schema.trees().forEach(key -> print(key, trees.get(key), out));
    return out.toString();
  }

  private static void print(String key, @Nullable Tree tree, StringBuilder out) {
    List<Tree> elements = tree == null ? List.of() : tree.elements();
    if (elements == null || elements.isEmpty()) {
      out.append(key).append(": []\n");
      return;
    }
    out.append(key).append(":\n");
    for (Tree element : elements) {
      out.append("  - ").append(element.written());
      out.append(" # ").append(element.where()).append('\n');
    }
  }

  private String origin(Setting<?> setting) {
    String where = where(setting);
    return where == null ? "" : " # " + where;
  }

  private <T> String written(Setting<T> setting) {
    return YamlText.of(setting.kind(), get(setting));
  }

  private static int common(List<String> a, List<String> b) {
    int depth = 0;
    while (depth < Math.min(a.size(), b.size()) && a.get(depth).equals(b.get(depth))) {
      depth++;
    }
    return depth;
  }

  /** How values look in a file. */
  private static final class YamlText {
    private YamlText() {}

    static <T> String of(SettingKind<T> kind, T value) {
      if (kind.hidden()) {
        return "\"********\"";
      }
      if (value instanceof List<?> list) {
        return "["
            + String.join(
                ", ", list.stream().map(each -> quoted(each.toString())).toList()) + "]";
      }
      if (value instanceof Map<?, ?> map) {
        return of(SettingKind.texts(), SettingKind.elements(map));
      }
      return value instanceof String text ? quoted(text) : kind.write(value);
    }

    private static String quoted(String text) {
      return text.matches("[A-Za-z][A-Za-z0-9_./-]*") && !text.matches("true|false|null")
          ? text
          : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
  }
}

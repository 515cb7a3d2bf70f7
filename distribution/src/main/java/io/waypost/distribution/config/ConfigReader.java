package io.waypost.distribution.config;

import io.waypost.distribution.config.Config.Value;
import io.waypost.distribution.config.Given.Form;
import io.waypost.transport.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts the configuration together: defaults, under the file, under the environment, under the command line. */
public final class ConfigReader {
  /** More would only hide the first. */
  private static final int MOST_PROBLEMS = 20;

  private final Schema schema;
  private final Path home;
  private final Path workingFolder;
  private final List<Given> given = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /**
   * Begins with the defaults.
   *
   * @param home the folder that relative paths in the file and in defaults start from
   * @param workingFolder the folder that all other relative paths start from
   */
  public ConfigReader(Schema schema, Path home, Path workingFolder) {
    this.schema = schema;
    this.home = home;
    this.workingFolder = workingFolder;
  }

  /** Lays a YAML file over what was read so far. */
  public ConfigReader file(Path file) {
    try {
      List<Given> values = ConfigFile.read(file, home, schema.trees()::contains);
      checkTwice(values);
      values.forEach(this::add);
    } catch (ConfigException unreadable) {
      problems.addAll(unreadable.problems());
    }
    return this;
  }

  /** Lays environment variables over what was read so far. */
  public ConfigReader environment(Map<String, String> variables) {
    Map<String, String> left = new TreeMap<>(variables);
    variables.forEach(
        (name, value) -> schema.beginning(name).ifPresent(key -> schema.given(key, value)));
    for (String key : schema.keys()) {
      String name = Schema.variable(key);
      String value = left.remove(name);
      if (value != null) {
        add(text(key, value, "environment variable " + name));
      }
    }
    for (String tree : schema.trees()) {
      if (left.remove(Schema.variable(tree)) != null) {
        remarks.add("environment variable " + Schema.variable(tree) + " sets nothing: " + tree
            + " can be given in the file only");
      }
    }
    // Not an error: a container's host sets variables too, named after services.
    left.keySet()
        .forEach(name -> schema
            .nearVariable(name)
            .ifPresent(near -> remarks.add(
                "environment variable " + name + " sets nothing; is it " + near + "?")));
    return this;
  }

  /**
   * Lays assignments over what was read so far.
   *
   * @param assignments {@code key=value} each
   */
  public ConfigReader assignments(List<String> assignments) {
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        problems.add("--set " + assignment + ": must be --set key=value");
      } else {
        String key = assignment.substring(0, equals);
        add(text(key, assignment.substring(equals + 1), "--set " + key));
      }
    }
    return this;
  }

  private void add(Given one) {
    if (one.form() == Form.VALUE) {
      schema.given(one.key(), one.texts().get(0));
    }
    given.add(one);
  }

  /**
   * Checks everything.
   *
   * @throws ConfigException with every mistake that was found
   */
  public Config read() throws ConfigException {
    Map<Setting<?>, Value> values = new HashMap<>();
    Map<String, Tree> trees = new HashMap<>();
    for (Given each : given) {
      if (each.tree() == null) {
        check(each, values);
      } else {
        trees.put(each.key(), each.tree());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS)));
    }
    return new Config(schema, home, values, trees, remarks);
  }

  private void check(Given each, Map<Setting<?>, Value> values) {
    String problem = problem(each, values);
    if (problem != null) {
      problems.add(each.where() + ": " + problem);
    }
  }

  private @Nullable String problem(Given each, Map<Setting<?>, Value> values) {
    String key = each.key();
    if (schema.trees().contains(key)) {
      return each.form() == Form.NOTHING ? null : key + " can be given in the file only";
    }
    if (!schema.contains(key)) {
      if (!schema.isSection(key)) {
        return key + " is not a setting; " + schema.hint(key);
      }
      boolean fine = each.form() == Form.SECTION || each.form() == Form.NOTHING;
      return fine
          ? null
          : key + " is a section, not a setting; allowed in it are " + schema.membersHint(key);
    }
    Setting<?> setting = schema.get(key);
    String must = key + " must be " + setting.kind().allowed();
    if (each.form() == Form.LIST && !setting.kind().list()) {
      return must + ", not a list";
    }
    if (each.form() == Form.SECTION) {
      return must + ", not a section";
    }
    if (each.form() == Form.NOTHING) {
      return must + ", but has no value";
    }
    try {
      values.put(setting, new Value(value(setting, each.texts()), each.where(), each.base()));
      return null;
    } catch (IllegalArgumentException refused) {
      return must
          + (setting.kind().hidden() ? "" : ", not \"" + String.join(", ", each.texts()) + "\"");
    }
  }

  private static Object value(Setting<?> setting, List<String> texts) {
    Object value = setting.kind().read(texts);
    if (value == null) {
      throw new IllegalStateException("the kind of " + setting + " reads nothing");
    }
    return value;
  }

  private Given text(String key, String value, String where) {
    boolean list = schema.contains(key) && schema.get(key).kind().list();
    List<String> texts = list ? commaSeparated(value) : List.of(value);
    return new Given(key, texts, list ? Form.LIST : Form.VALUE, where, workingFolder);
  }

  private static List<String> commaSeparated(String value) {
    List<String> texts = new ArrayList<>();
    for (String text : value.split(",", -1)) {
      if (!text.isBlank()) {
        texts.add(text.strip());
      }
    }
    return texts;
  }

  private void checkTwice(List<Given> values) {
    Map<String, Given> first = new HashMap<>();
    for (Given each : values) {
      Given other = each.form() == Form.SECTION ? null : first.putIfAbsent(each.key(), each);
      if (other != null) {
        problems.add(
            each.where() + ": " + each.key() + " is given twice, first at " + other.where());
      }
    }
  }
}

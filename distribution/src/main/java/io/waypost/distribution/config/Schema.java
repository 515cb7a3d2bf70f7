package io.waypost.distribution.config;

import io.waypost.transport.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All settings that there are, by their whole names, in the order in which they are shown. */
public final class Schema {
  private static final String VARIABLES = "WAYPOST_";

  private static final String NAME = "[a-z][a-z0-9-]*";

  private final Map<String, Setting<?>> settings = new LinkedHashMap<>();
  private final Set<String> trees = new LinkedHashSet<>();
  private @Nullable Family family;

  /**
   * Sections whose names whoever configures makes up.
   *
   * @param section the section that they are in
   * @param key the setting of each by which it begins to be
   * @param members what can be set in one, by its name and the value of that setting
   */
  private record Family(
      String section, String key, BiFunction<String, String, List<Setting<?>>> members) {
    Pattern keys() {
      return Pattern.compile(
          Pattern.quote(section + ".") + "(" + NAME + ")" + Pattern.quote("." + key));
    }

    Pattern variables() {
      return Pattern.compile(Pattern.quote(variable(section) + "_") + "([A-Z][A-Z0-9_]*)"
          + Pattern.quote("_" + part(key)));
    }
  }

  /** Adds settings whose keys are whole names. */
  public Schema with(Collection<? extends Setting<?>> added) {
    added.forEach(setting -> put(setting.key(), setting));
    return this;
  }

  /** Adds the settings of a section. */
  public Schema with(String section, Collection<? extends Setting<?>> added) {
    added.forEach(setting -> put(section + "." + setting.key(), setting));
    return this;
  }

  /**
   * Lets a section have any number of further ones, of any names.
   *
   * @param key the setting by which a further one begins to be
   * @param members what can be set in one, by its name and the value of that setting
   */
  public Schema withFamily(
      String section, String key, BiFunction<String, String, List<Setting<?>>> members) {
    family = new Family(section, key, members);
    return this;
  }

  /** A value was given: if it is one by which a section begins to be, there is such a section from now on. */
  void given(String key, String value) {
    Family known = family;
    if (known == null) {
      return;
    }
    Matcher matcher = known.keys().matcher(key);
    if (matcher.matches() && !isSection(known.section + "." + matcher.group(1))) {
      insert(known.section, known.members.apply(matcher.group(1), value));
    }
  }

  /** The key that a variable sets by which a section begins to be that is not there yet. */
  Optional<String> beginning(String variable) {
    Family known = family;
    if (known == null) {
      return Optional.empty();
    }
    Matcher matcher = known.variables().matcher(variable);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String name = matcher.group(1).toLowerCase(Locale.ROOT).replace('_', '-');
    return Optional.of(known.section + "." + name + "." + known.key);
  }

  /** Behind the others of the section, so that each section is shown in one piece. */
  private void insert(String section, List<Setting<?>> members) {
    List<String> order = keys();
    int last = order.size();
    while (last > 0 && !order.get(last - 1).startsWith(section + ".")) {
      last--;
    }
    Map<String, Setting<?>> behind = new LinkedHashMap<>();
    for (String key : order.subList(last, order.size())) {
      behind.put(key, get(key));
      settings.remove(key);
    }
    members.forEach(setting -> put(setting.key(), setting));
    behind.forEach(this::put);
  }

  /** Adds a key below which a file has more than settings; nothing but a file does. */
  public Schema withTree(String key) {
    trees.add(key);
    return this;
  }

  /** The keys below which there is more than settings. */
  Set<String> trees() {
    return trees;
  }

  /** The settings by their whole names. */
  public Map<String, Setting<?>> settings() {
    return Map.copyOf(settings);
  }

  /** The whole names in the order in which they are shown. */
  public List<String> keys() {
    return List.copyOf(settings.keySet());
  }

  /**
   * The setting of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  Setting<?> get(String key) {
    Setting<?> setting = settings.get(key);
    if (setting == null) {
      throw new IllegalArgumentException("no setting " + key);
    }
    return setting;
  }

  boolean contains(String key) {
    return settings.containsKey(key);
  }

  boolean isSection(String key) {
    return settings.keySet().stream().anyMatch(name -> name.startsWith(key + "."));
  }

  /** The environment variable that sets a key: {@code WAYPOST_LISTENERS_AMQP_PORT}. */
  public static String variable(String key) {
    return VARIABLES + part(key);
  }

  private static String part(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The variable that one was meant to be that is none, but looks like one. */
  Optional<String> nearVariable(String name) {
    if (!name.startsWith(VARIABLES)) {
      return Optional.empty();
    }
    return NearMiss.of(name, settings.keySet().stream().map(Schema::variable).toList());
  }

  /** For a name that is no setting: what it may have been meant to be, and what is allowed in its place. */
  String hint(String key) {
    String section = key;
    do {
      int dot = section.lastIndexOf('.');
      section = dot < 0 ? "" : section.substring(0, dot);
    } while (!section.isEmpty() && !isSection(section));
    String allowed = (section.isEmpty() ? "allowed are " : "allowed in " + section + " are ")
        + String.join(", ", membersOf(section));
    Family named = family;
    if (named != null && named.section.equals(section)) {
      allowed += ", and sections of other names that have a " + named.key;
    }
    List<String> known = new ArrayList<>(settings.keySet());
    known.addAll(trees);
    return NearMiss.of(key, known).map(near -> "did you mean " + near + "? ").orElse("") + allowed;
  }

  /** For a section where a value was given. */
  String membersHint(String section) {
    return String.join(", ", membersOf(section));
  }

  private Collection<String> membersOf(String section) {
    String prefix = section.isEmpty() ? "" : section + ".";
    TreeSet<String> members = new TreeSet<>();
    if (section.isEmpty()) {
      members.addAll(trees);
    }
    for (String key : settings.keySet()) {
      if (key.startsWith(prefix)) {
        String rest = key.substring(prefix.length());
        members.add(rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest);
      }
    }
    return members;
  }

  private void put(String key, Setting<?> setting) {
    if (settings.put(key, setting) != null) {
      throw new IllegalArgumentException("two settings are called " + key);
    }
  }
}

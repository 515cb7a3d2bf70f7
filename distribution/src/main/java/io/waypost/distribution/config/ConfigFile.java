package io.waypost.distribution.config;

import io.waypost.distribution.config.Given.Form;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a YAML file into values that remember their lines. */
final class ConfigFile {
  private final Path file;
  private final Path base;
  private final Predicate<String> trees;
  private final List<Given> found = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private ConfigFile(Path file, Path base, Predicate<String> trees) {
    this.file = file;
    this.base = base;
    this.trees = trees;
  }

  /**
   * Reads a file.
   *
   * @param base the folder that relative paths in it start from
   * @param trees the keys below which there is more than settings
   * @throws ConfigException if it can't be read, or is no YAML, or no nest of sections
   */
  static List<Given> read(Path file, Path base, Predicate<String> trees) throws ConfigException {
    ConfigFile reader = new ConfigFile(file, base, trees);
    Node root = reader.parse();
    if (root != null) {
      reader.section("", root);
    }
    if (!reader.problems.isEmpty()) {
      throw new ConfigException(reader.problems);
    }
    return reader.found;
  }

  private @Nullable Node parse() throws ConfigException {
    LoadSettings settings = LoadSettings.builder().setAllowNonScalarKeys(true).build();
    try {
      Iterator<Node> documents =
          new Compose(settings).composeAllFromString(Files.readString(file)).iterator();
      Node root = documents.hasNext() ? documents.next() : null;
      if (documents.hasNext()) {
        throw refused(where(documents.next()) + ": a second document begins; only one is allowed");
      }
      return root;
    } catch (NoSuchFileException e) {
      throw refused("cannot read " + file + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw refused("cannot read " + file + ": permission denied");
    } catch (MalformedInputException e) {
      throw refused("cannot read " + file + ": it is not UTF-8 text");
    } catch (IOException e) {
      throw refused("cannot read " + file + ": " + e.getMessage());
    } catch (MarkedYamlEngineException e) {
      throw refused(where(e.getProblemMark()) + ": not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw refused(file + ": not valid YAML: " + firstLine(e));
    }
  }

  private void section(String key, Node node) {
    if (trees.test(key) && !empty(node)) {
      Tree tree = new TreeReader(this::where, seen, problems).read(node);
      found.add(new Given(key, List.of(), Form.TREE, where(node), base, tree));
    } else if (!seen.add(node) && !(node instanceof ScalarNode)) {
      problems.add(
          where(node) + ": " + key + ": sections and lists can't be used twice by an alias");
    } else if (node instanceof MappingNode mapping) {
      if (!key.isEmpty()) {
        add(key, List.of(), Form.SECTION, node);
      }
      for (NodeTuple entry : mapping.getValue()) {
        member(key, entry);
      }
    } else if (key.isEmpty()) {
      if (!empty(node)) {
        problems.add(where(node) + ": the file must consist of sections, such as \"listeners:\"");
      }
    } else if (node instanceof SequenceNode sequence) {
      list(key, sequence);
    } else if (node instanceof ScalarNode scalar) {
      if (empty(scalar)) {
        add(key, List.of(), Form.NOTHING, scalar);
      } else {
        add(key, List.of(scalar.getValue()), Form.VALUE, scalar);
      }
    }
  }

  private void member(String section, NodeTuple entry) {
    if (entry.getKeyNode() instanceof ScalarNode name) {
      String key = section.isEmpty() ? name.getValue() : section + "." + name.getValue();
      section(key, entry.getValueNode());
    } else {
      problems.add(where(entry.getKeyNode()) + ": a name must be a text");
    }
  }

  private void list(String key, SequenceNode sequence) {
    List<String> texts = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      if (element instanceof ScalarNode scalar && !empty(scalar)) {
        texts.add(scalar.getValue());
      } else {
        problems.add(where(element) + ": " + key + ": the elements of a list must be plain values");
      }
    }
    add(key, texts, Form.LIST, sequence);
  }

  private void add(String key, List<String> texts, Form form, Node node) {
    found.add(new Given(key, texts, form, where(node), base));
  }

  private static boolean empty(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && scalar.getTag().equals(Tag.NULL);
  }

  private String where(Node node) {
    return where(node.getStartMark());
  }

  private String where(Optional<Mark> mark) {
    return file + mark.map(known -> ", line " + (known.getLine() + 1)).orElse("");
  }

  private static String firstLine(Exception failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  private static ConfigException refused(String problem) {
    return new ConfigException(List.of(problem));
  }
}

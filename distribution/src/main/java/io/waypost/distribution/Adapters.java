package io.waypost.distribution;

import io.waypost.message.PropertiesForm;
import io.waypost.transport.Protocol;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The protocols that there are: those that the broker came with and those whose jars were dropped into lib/.
 *
 * @param byName the adapters by their names, in alphabetical order
 * @param forms the forms in which their messages have properties
 */
record Adapters(Map<String, Protocol> byName, List<PropertiesForm> forms) {
  /** Names that mean something else in the configuration. */
  private static final Set<String> RESERVED = Set.of(
      "connections",
      "data",
      "http",
      "listeners",
      "log",
      "loops",
      "memory",
      "message",
      "security",
      "shared",
      "shutdown",
      "store",
      "tls",
      "ws");

  /**
   * Finds them.
   *
   * @param lib where jars may have been dropped; need not exist
   * @throws StartException if one can't be loaded, or two have the same name
   */
  static Adapters load(Path lib) throws StartException {
    Map<String, Protocol> byName = new TreeMap<>();
    List<PropertiesForm> forms = new ArrayList<>();
    ClassLoader loader = loader(lib);
    try {
      ServiceLoader.load(PropertiesForm.class, loader).forEach(forms::add);
      for (Protocol protocol : ServiceLoader.load(Protocol.class, loader)) {
        String name = protocol.name();
        if (RESERVED.contains(name)) {
          throw refused(
              lib,
              name + " is no name for a protocol: it means something else in the configuration");
        }
        if (byName.put(name, protocol) != null) {
          throw refused(lib, "there are two for " + name);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      throw refused(lib, String.valueOf(e.getMessage()));
    }
    for (String name : byName.keySet()) {
      if (byName.containsKey(name + "s")) {
        throw refused(
            lib, name + "s is no name for a protocol: it is that of the encrypted " + name);
      }
    }
    return new Adapters(Collections.unmodifiableMap(byName), List.copyOf(forms));
  }

  private static StartException refused(Path lib, String why) {
    return new StartException(
        ExitCode.CONFIGURATION, "the adapters in " + lib + " can't be used: " + why);
  }

  private static ClassLoader loader(Path lib) throws StartException {
    List<URL> dropped = new ArrayList<>();
    if (Files.isDirectory(lib)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, "*.jar")) {
        Set<Path> known = Installed.jars();
        for (Path jar : jars) {
          if (!known.contains(jar.toRealPath())) {
            dropped.add(url(jar));
          }
        }
      } catch (IOException e) {
        throw new StartException(ExitCode.FOLDER, "cannot read " + lib + ": " + e.getMessage());
      }
    }
    ClassLoader own = Adapters.class.getClassLoader();
    return dropped.isEmpty() ? own : new URLClassLoader("lib", dropped.toArray(URL[]::new), own);
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }
}

package io.waypost.distribution;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The jars that this process was started with: the class path and what its jars' manifests name. */
final class Installed {
  private Installed() {}

  static Set<Path> jars() throws IOException {
    Set<Path> jars = new HashSet<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      if (entry.endsWith(".jar") && Files.isRegularFile(jar)) {
        jars.add(jar.toRealPath());
        addNamed(jar, jars);
      }
    }
    return jars;
  }

  private static void addNamed(Path jar, Set<Path> jars) throws IOException {
    try (JarFile open = new JarFile(jar.toFile())) {
      Manifest manifest = open.getManifest();
      String named = manifest == null
          ? null
          : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (named != null) {
        for (String name : named.split(" ", -1)) {
          Path other = jar.resolveSibling(name);
          if (Files.isRegularFile(other)) {
            jars.add(other.toRealPath());
          }
        }
      }
    }
  }
}

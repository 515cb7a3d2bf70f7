package io.waypost.transport.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;

/** The files that certificates and keys are in, looked at from outside. */
final class Watched {
  private Watched() {}

  /** All of them. */
  static List<Path> files(TlsSettings settings) {
    List<Path> files = new ArrayList<>(settings.own().files());
    settings.byHost().values().forEach(each -> files.addAll(each.files()));
    if (settings.trusted() != null) {
      files.add(settings.trusted());
    }
    return files;
  }

  /** Another text after each change of a file, also where a link leads to another one. */
  static List<String> state(List<Path> files) {
    List<String> states = new ArrayList<>();
    for (Path file : files) {
      try {
        BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
        states.add(seen.lastModifiedTime() + " " + seen.size() + " " + seen.fileKey());
      } catch (IOException e) {
        states.add("unreadable");
      }
    }
    return states;
  }

  /** Whether every user of the machine may read the file. */
  static boolean readableByAll(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }
}

package io.waypost.transport.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a certificate and its key are.
 *
 * @param certificate a PEM file with the certificate, followed by those that lead to its CA; or a PKCS#12 file
 * @param key a PEM file with the private key; null when the certificate's file has it
 */
public record KeyFiles(Path certificate, @Nullable Path key) {
  /** Where the private key is. */
  Path keyFile() {
    return key == null ? certificate : key;
  }

  List<Path> files() {
    return key == null ? List.of(certificate) : List.of(certificate, key);
  }
}

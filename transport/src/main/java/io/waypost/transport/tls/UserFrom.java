package io.waypost.transport.tls;

import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Which part of a certificate's subject is the name of a user. */
public enum UserFrom {
  /** All of it, as RFC 2253 writes it: {@code CN=device,O=farm}. */
  DISTINGUISHED_NAME,
  /** Its common name: {@code device}. */
  COMMON_NAME;

  /** The name; null when the subject has no such part. */
  @Nullable
  String user(X500Principal subject) {
    String whole = subject.getName();
    String name = this == DISTINGUISHED_NAME ? whole : commonName(whole);
    return name == null || name.isEmpty() ? null : name;
  }

  /** The most particular one, where there are several. */
  private static @Nullable String commonName(String subject) {
    try {
      List<Rdn> parts = new LdapName(subject).getRdns();
      for (int i = parts.size() - 1; i >= 0; i--) {
        Attribute name = parts.get(i).toAttributes().get("CN");
        if (name != null && name.get() instanceof String text) {
          return text;
        }
      }
      return null;
    } catch (InvalidNameException unreadable) {
      return null;
    } catch (NamingException never) {
      throw new IllegalStateException(never);
    }
  }
}

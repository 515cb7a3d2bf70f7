package io.waypost.transport.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Private keys in PEM (RFC 7468): PKCS#8, encrypted or not (RFC 5958), and what OpenSSL wrote before it, PKCS#1 for RSA
 * (RFC 8017) and SEC 1 for elliptic curves (RFC 5915). Java reads PKCS#8 only; the others are PKCS#8 but for its wrapping.
 */
final class PrivateKeys {
  private static final Pattern BLOCK = Pattern.compile(
      "-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "RSASSA-PSS", "EdDSA");

  private static final byte[] VERSION = HexFormat.of().parseHex("020100");
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  private static final int PARAMETERS = 0xA0;
  private static final int LONG_LENGTH = 0x80;

  private PrivateKeys() {}

  /**
   * The first key in a file.
   *
   * @param file its name, for messages
   * @param password what it is encrypted with; empty for nothing
   */
  static PrivateKey read(String file, String pem, String password) throws TlsException {
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) {
      throw new TlsException("there is no private key in " + file);
    }
    String kind = block.group(1);
    String body = block.group(2);
    try {
      if (body.contains("ENCRYPTED")) {
        throw new TlsException("the key in " + file + " is encrypted in a way that is out of use;"
            + " \"openssl pkcs8 -topk8 -in OLD -out NEW\" makes it one that can be read");
      }
      byte[] der = Base64.getMimeDecoder().decode(body);
      return switch (kind) {
        case "PRIVATE KEY" -> key(der);
        case "ENCRYPTED PRIVATE KEY" -> key(decrypted(file, der, password));
        case "RSA PRIVATE KEY" -> key(wrapped(RSA, der));
        case "EC PRIVATE KEY" -> key(wrapped(joined(SEQUENCE, EC, curve(der)), der));
        default ->
          throw new TlsException(
              "the key in " + file + " is of a kind that can't be read: " + kind);
      };
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new TlsException(
          "the key in " + file + " can't be read: it is damaged, or not for TLS");
    }
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException another) {
        // The next algorithm may know it.
      }
    }
    throw new NoSuchAlgorithmException("none of " + ALGORITHMS);
  }

  private static byte[] decrypted(String file, byte[] der, String password)
      throws TlsException, IOException, NoSuchAlgorithmException {
    if (password.isEmpty()) {
      throw new TlsException("the key in " + file + " is encrypted: tls.key-password must open it");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    // With PBES2 it is the parameters whose text names the algorithm.
    String named = info.getAlgName();
    String algorithm = named.equals("PBES2") || named.equals("1.2.840.113549.1.5.13")
        ? info.getAlgParameters().toString()
        : named;
    PBEKeySpec secret = new PBEKeySpec(password.toCharArray());
    try {
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(secret),
          info.getAlgParameters());
      return info.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException wrong) {
      throw new TlsException("the key in " + file + " can't be opened by tls.key-password");
    } finally {
      secret.clearPassword();
    }
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return joined(SEQUENCE, VERSION, algorithm, joined(OCTET_STRING, key));
  }

  /** The parameters in an ECPrivateKey: version, key, [0] parameters. */
  private static byte[] curve(byte[] der) throws InvalidKeySpecException {
    int at = content(der, 0);
    at = end(der, at);
    at = end(der, at);
    if (at >= der.length || (der[at] & 0xFF) != PARAMETERS) {
      throw new InvalidKeySpecException("it does not name its curve");
    }
    int begin = content(der, at);
    byte[] parameters = new byte[end(der, at) - begin];
    System.arraycopy(der, begin, parameters, 0, parameters.length);
    return parameters;
  }

  /** Where the content of the element that begins there begins. */
  private static int content(byte[] der, int at) {
    int length = der[at + 1] & 0xFF;
    return at + 2 + (length < LONG_LENGTH ? 0 : length - LONG_LENGTH);
  }

  /** Where the element that begins there ends. */
  private static int end(byte[] der, int at) {
    int length = der[at + 1] & 0xFF;
    if (length >= LONG_LENGTH) {
      int octets = length - LONG_LENGTH;
      length = 0;
      for (int i = 0; i < octets; i++) {
        length = (length << Byte.SIZE) | (der[at + 2 + i] & 0xFF);
      }
    }
    return content(der, at) + length;
  }

  private static byte[] joined(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    if (length < LONG_LENGTH) {
      element.write(length);
    } else {
      int octets = length < 1 << Byte.SIZE ? 1 : 2;
      element.write(LONG_LENGTH | octets);
      for (int i = octets - 1; i >= 0; i--) {
        element.write(length >> (Byte.SIZE * i));
      }
    }
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}

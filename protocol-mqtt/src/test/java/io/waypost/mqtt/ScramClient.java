package io.waypost.mqtt;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The client's side of one exchange of SCRAM-SHA-256. */
final class ScramClient {
  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;

  private final String bare;
  private final String password;
  private String authMessage = "";
  private byte[] salted = {};

  ScramClient(String user, String password) {
    this.bare = "n=" + user + ",r=" + Integer.toHexString(System.identityHashCode(this)) + "abc";
    this.password = password;
  }

  byte[] first() {
    return ("n,," + bare).getBytes(StandardCharsets.UTF_8);
  }

  byte[] proof(String challenge) {
    String[] parts = challenge.split(",", 3);
    byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
    int iterations = Integer.parseInt(parts[2].substring(2));
    salted = ScramFunctions.saltedPassword(
        MECHANISM, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, iterations);
    String last = "c=biws," + parts[0];
    authMessage = bare + "," + challenge + "," + last;
    byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
    byte[] signature = ScramFunctions.clientSignature(
        MECHANISM, ScramFunctions.storedKey(MECHANISM, clientKey), authMessage);
    byte[] proof = ScramFunctions.clientProof(clientKey, signature);
    return (last + ",p=" + Base64.getEncoder().encodeToString(proof))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** What proves the server. */
  String signature() {
    return "v="
        + Base64.getEncoder()
            .encodeToString(ScramFunctions.serverSignature(
                MECHANISM, ScramFunctions.serverKey(MECHANISM, salted), authMessage));
  }
}

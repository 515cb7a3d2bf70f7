package io.waypost.mqtt;

import com.ongres.scram.common.ClientFirstMessage;
import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.exception.ScramParseException;
import io.waypost.broker.ScramKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Function;

/**
 * The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding: the client's first message, the
 * server's, the client's proof, the server's signature. Whether it is the user or the proof that is wrong shows only at
 * the end.
 */
final class ScramExchange {
  /** The authentication method of MQTT 5 that stands for it. */
  static final String METHOD = "SCRAM-SHA-256";

  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_LENGTH = 24;
  private static final String PROOF = ",p=";

  private final String user;
  private final String gs2Header;
  private final String clientFirstBare;
  private final String nonce;
  private final ScramKeys keys;
  private final String serverFirst;

  /**
   * Begins with the client's first message.
   *
   * @param keysOf the keys of a user
   * @throws MqttRefusal if the message is none
   */
  ScramExchange(byte[] message, Function<String, ScramKeys> keysOf) {
    String text = new String(message, StandardCharsets.UTF_8);
    ClientFirstMessage first;
    try {
      first = ClientFirstMessage.parseFrom(text);
    } catch (ScramParseException | IllegalArgumentException e) {
      throw new MqttRefusal(Reason.NOT_AUTHORIZED, "this is no first message of " + METHOD);
    }
    if (first.isChannelBindingRequired()) {
      throw new MqttRefusal(Reason.NOT_AUTHORIZED, "channel binding is not offered");
    }
    user = first.getUsername();
    int bare = text.indexOf(',', text.indexOf(',') + 1) + 1;
    gs2Header = text.substring(0, bare);
    clientFirstBare = text.substring(bare);
    nonce = first.getClientNonce() + ScramFunctions.nonce(NONCE_LENGTH, RANDOM);
    keys = keysOf.apply(userName());
    serverFirst = "r=" + nonce + ",s=" + keys.salt() + ",i=" + keys.iterations();
  }

  /** Who the client says it is, its virtual host included. */
  String user() {
    return user;
  }

  /** Who the client says it is, without a virtual host. */
  String userName() {
    return user.substring(user.lastIndexOf(':') + 1);
  }

  /** The server's first message. */
  byte[] challenge() {
    return serverFirst.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Checks the client's proof.
   *
   * @return the server's last message, which proves the server
   * @throws MqttRefusal if it proves nothing
   */
  byte[] finish(byte[] message) {
    String text = new String(message, StandardCharsets.UTF_8);
    int end = text.lastIndexOf(PROOF);
    String binding = Base64.getEncoder().encodeToString(gs2Header.getBytes(StandardCharsets.UTF_8));
    if (end < 0 || !text.substring(0, end).equals("c=" + binding + ",r=" + nonce)) {
      throw wrong();
    }
    String authMessage = clientFirstBare + "," + serverFirst + "," + text.substring(0, end);
    try {
      byte[] proof = Base64.getDecoder().decode(text.substring(end + PROOF.length()));
      byte[] storedKey = Base64.getDecoder().decode(keys.storedKey());
      if (!ScramFunctions.verifyClientProof(MECHANISM, proof, storedKey, authMessage)) {
        throw wrong();
      }
    } catch (IllegalArgumentException noProof) {
      throw wrong();
    }
    byte[] signature = ScramFunctions.serverSignature(
        MECHANISM, Base64.getDecoder().decode(keys.serverKey()), authMessage);
    return ("v=" + Base64.getEncoder().encodeToString(signature)).getBytes(StandardCharsets.UTF_8);
  }

  private static MqttRefusal wrong() {
    return new MqttRefusal(Reason.NOT_AUTHORIZED, "the proof is wrong");
  }
}

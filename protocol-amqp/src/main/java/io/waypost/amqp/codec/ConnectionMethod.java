package io.waypost.amqp.codec;

import io.waypost.message.Headers;
import org.jspecify.annotations.Nullable;

/** Methods of class connection (section 1.4.1): the handshake, closing, and flow over the whole connection. */
public sealed interface ConnectionMethod extends Method {
  /** The class id. */
  int CLASS = 10;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable ConnectionMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Start.NUMBER -> Start.read(in);
      case StartOk.NUMBER -> StartOk.read(in);
      case Secure.NUMBER -> Secure.read(in);
      case SecureOk.NUMBER -> SecureOk.read(in);
      case Tune.NUMBER -> Tune.read(in);
      case TuneOk.NUMBER -> TuneOk.read(in);
      case Open.NUMBER -> Open.read(in);
      case OpenOk.NUMBER -> OpenOk.read(in);
      case Close.NUMBER -> Close.read(in);
      case CloseOk.NUMBER -> new CloseOk();
      case Blocked.NUMBER -> Blocked.read(in);
      case Unblocked.NUMBER -> new Unblocked();
      case UpdateSecret.NUMBER -> UpdateSecret.read(in);
      case UpdateSecretOk.NUMBER -> new UpdateSecretOk();
      default -> null;
    };
  }

  @Override
  default int classId() {
    return CLASS;
  }

  /**
   * Server: what it is and how to log in.
   *
   * @param versionMajor protocol version, 0
   * @param versionMinor protocol version, 9
   * @param serverProperties what the server says about itself
   * @param mechanisms SASL mechanisms, separated by spaces
   * @param locales locales, separated by spaces
   */
  record Start(
      int versionMajor,
      int versionMinor,
      Headers serverProperties,
      String mechanisms,
      String locales)
      implements ConnectionMethod {
    static final int NUMBER = 10;

    static Start read(WireReader in) {
      int versionMajor = in.octet();
      int versionMinor = in.octet();
      Headers serverProperties = in.table();
      String mechanisms = in.longText();
      String locales = in.longText();
      return new Start(versionMajor, versionMinor, serverProperties, mechanisms, locales);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.start";
    }

    @Override
    public void write(WireWriter out) {
      out.octet(versionMajor);
      out.octet(versionMinor);
      out.table(serverProperties);
      out.longText(mechanisms);
      out.longText(locales);
    }
  }

  /**
   * Client: what it is and its first SASL response.
   *
   * @param clientProperties what the client says about itself
   * @param mechanism the chosen SASL mechanism
   * @param response secret; see the mechanism
   * @param locale the chosen locale
   */
  record StartOk(Headers clientProperties, String mechanism, LongString response, String locale)
      implements ConnectionMethod {
    static final int NUMBER = 11;

    static StartOk read(WireReader in) {
      Headers clientProperties = in.table();
      String mechanism = in.shortString();
      LongString response = new LongString(in.longString());
      String locale = in.shortString();
      return new StartOk(clientProperties, mechanism, response, locale);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.start-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.table(clientProperties);
      out.shortString(mechanism);
      out.longString(response.bytes());
      out.shortString(locale);
    }
  }

  /**
   * Server: asks for a further SASL response.
   *
   * @param challenge see the mechanism
   */
  record Secure(LongString challenge) implements ConnectionMethod {
    static final int NUMBER = 20;

    static Secure read(WireReader in) {
      LongString challenge = new LongString(in.longString());
      return new Secure(challenge);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.secure";
    }

    @Override
    public void write(WireWriter out) {
      out.longString(challenge.bytes());
    }
  }

  /**
   * Client: a further SASL response.
   *
   * @param response secret; see the mechanism
   */
  record SecureOk(LongString response) implements ConnectionMethod {
    static final int NUMBER = 21;

    static SecureOk read(WireReader in) {
      LongString response = new LongString(in.longString());
      return new SecureOk(response);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.secure-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.longString(response.bytes());
    }
  }

  /**
   * Server: proposes limits; 0 is none.
   *
   * @param channelMax the highest number of channels
   * @param frameMax the largest frame, in bytes
   * @param heartbeat seconds
   */
  record Tune(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
    static final int NUMBER = 30;

    static Tune read(WireReader in) {
      int channelMax = in.shortInt();
      long frameMax = in.longInt();
      int heartbeat = in.shortInt();
      return new Tune(channelMax, frameMax, heartbeat);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.tune";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(channelMax);
      out.longInt(frameMax);
      out.shortInt(heartbeat);
    }
  }

  /**
   * Client: the limits that hold.
   *
   * @param channelMax the highest number of channels
   * @param frameMax the largest frame, in bytes
   * @param heartbeat seconds; 0 is none
   */
  record TuneOk(int channelMax, long frameMax, int heartbeat) implements ConnectionMethod {
    static final int NUMBER = 31;

    static TuneOk read(WireReader in) {
      int channelMax = in.shortInt();
      long frameMax = in.longInt();
      int heartbeat = in.shortInt();
      return new TuneOk(channelMax, frameMax, heartbeat);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.tune-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(channelMax);
      out.longInt(frameMax);
      out.shortInt(heartbeat);
    }
  }

  /**
   * Client: enters a virtual host.
   *
   * @param virtualHost its name
   */
  record Open(String virtualHost) implements ConnectionMethod {
    static final int NUMBER = 40;

    static Open read(WireReader in) {
      String virtualHost = in.shortString();
      in.shortString();
      in.octet();
      return new Open(virtualHost);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.open";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(virtualHost);
      out.shortString("");
      out.bits(false);
    }
  }

  /** Server: the virtual host is entered. */
  record OpenOk() implements ConnectionMethod {
    static final int NUMBER = 41;

    static OpenOk read(WireReader in) {
      in.shortString();
      return new OpenOk();
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.open-ok";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString("");
    }
  }

  /**
   * Either side: ends the connection.
   *
   * @param replyCode a reply code
   * @param replyText the reply in words, at most 255 bytes
   * @param failedClass class of the method that failed, or 0
   * @param failedMethod method that failed, or 0
   */
  record Close(int replyCode, String replyText, int failedClass, int failedMethod)
      implements ConnectionMethod {
    static final int NUMBER = 50;

    static Close read(WireReader in) {
      int replyCode = in.shortInt();
      String replyText = in.shortString();
      int failedClass = in.shortInt();
      int failedMethod = in.shortInt();
      return new Close(replyCode, replyText, failedClass, failedMethod);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.close";
    }

    @Override
    public void write(WireWriter out) {
      out.shortInt(replyCode);
      out.shortString(replyText);
      out.shortInt(failedClass);
      out.shortInt(failedMethod);
    }
  }

  /** The other side has closed too. */
  record CloseOk() implements ConnectionMethod {
    static final int NUMBER = 51;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.close-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Server: it reads no more publishes for a while.
   *
   * @param reason for people
   */
  record Blocked(String reason) implements ConnectionMethod {
    static final int NUMBER = 60;

    static Blocked read(WireReader in) {
      String reason = in.shortString();
      return new Blocked(reason);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.blocked";
    }

    @Override
    public void write(WireWriter out) {
      out.shortString(reason);
    }
  }

  /** Server: it reads publishes again. */
  record Unblocked() implements ConnectionMethod {
    static final int NUMBER = 61;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.unblocked";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /**
   * Client: renews its credentials.
   *
   * @param newSecret secret
   * @param reason for people
   */
  record UpdateSecret(LongString newSecret, String reason) implements ConnectionMethod {
    static final int NUMBER = 70;

    static UpdateSecret read(WireReader in) {
      LongString newSecret = new LongString(in.longString());
      String reason = in.shortString();
      return new UpdateSecret(newSecret, reason);
    }

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.update-secret";
    }

    @Override
    public void write(WireWriter out) {
      out.longString(newSecret.bytes());
      out.shortString(reason);
    }
  }

  /** Server: the new credentials hold. */
  record UpdateSecretOk() implements ConnectionMethod {
    static final int NUMBER = 71;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "connection.update-secret-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }
}

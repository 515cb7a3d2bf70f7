package io.waypost.broker;

import io.waypost.loop.Loop;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The broker as an adapter sees it. Any thread may call; stages complete on the loop that was passed, or for calls
 * without one on any thread, and fail with {@link BrokerException}.
 */
public interface Broker {
  /**
   * Checks who a client is. Slow by design (password hashing), never on the caller's loop.
   *
   * @param loop where the stage completes
   * @return the identity; fails with {@link ErrorCode#AUTHENTICATION_FAILED}
   */
  CompletionStage<Identity> authenticate(Credentials credentials, ClientInfo client, Loop loop);

  /**
   * What the SCRAM-SHA-256 exchange with a user needs. The adapter that has checked the proof lets the user in with
   * {@link Credentials.External}.
   *
   * @return keys that no proof fits when there is no such user, or none with a password of its own
   */
  ScramKeys scramKeys(String user);

  /**
   * Opens a session in a virtual host.
   *
   * @param loop the loop of the client's connection: the session is confined to it
   * @param listener what the session tells its connection, on that loop
   * @return the session; fails with {@link ErrorCode#UNKNOWN_VIRTUAL_HOST}, {@link ErrorCode#VIRTUAL_HOST_REFUSED},
   *     {@link ErrorCode#LIMIT_REACHED} or {@link ErrorCode#SHUTTING_DOWN}
   */
  CompletionStage<Session> open(
      Identity identity,
      String virtualHost,
      ClientInfo client,
      Loop loop,
      SessionListener listener);

  /**
   * Opens a session for an adapter's own work: it has every right, is nobody's connection and is shown to nobody.
   *
   * @param loop the loop that the session is confined to
   * @return the session; fails with {@link ErrorCode#UNKNOWN_VIRTUAL_HOST}
   */
  CompletionStage<Session> maintain(String virtualHost, Loop loop);

  /**
   * What all connections of an adapter share in this broker: one object of each type, made when first asked for and, if
   * it can be, closed with the broker.
   */
  <T> T shared(Class<T> type, Supplier<T> first);

  /**
   * The notes of an adapter.
   *
   * @param adapter its name
   */
  Notes notes(String adapter);

  /** What is there, for operators; unchecked, so whoever shows it asks {@link Administration} first. */
  Inspector inspector();

  /** The operations of operators, each checked against the identity's tags. */
  Administration administration(Identity identity);

  /** The limits that adapters must hold to. */
  Limits limits();

  /**
   * Limits that apply to every protocol.
   *
   * @param maxMessageBytes the largest message body, in bytes
   * @param defaultVirtualHost where clients go that name none
   * @param maxConsumersPerSession the most consumers a session may have
   */
  record Limits(int maxMessageBytes, String defaultVirtualHost, int maxConsumersPerSession) {}
}

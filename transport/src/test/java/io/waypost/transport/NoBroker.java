package io.waypost.transport;

import io.waypost.broker.Administration;
import io.waypost.broker.Broker;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.Identity;
import io.waypost.broker.Inspector;
import io.waypost.broker.Notes;
import io.waypost.broker.ScramKeys;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Stands where a broker is needed that nobody talks to. */
final class NoBroker implements Broker {
  @Override
  public CompletionStage<Identity> authenticate(
      Credentials credentials, ClientInfo client, Loop loop) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Session> open(
      Identity identity,
      String virtualHost,
      ClientInfo client,
      Loop loop,
      SessionListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScramKeys scramKeys(String user) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Session> maintain(String virtualHost, Loop loop) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<T> first) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Notes notes(String adapter) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Inspector inspector() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Administration administration(Identity identity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Limits limits() {
    throw new UnsupportedOperationException();
  }
}

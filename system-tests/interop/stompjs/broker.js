/** What the tests in this folder share: clients of the broker under test, over TCP and over WebSocket. */

import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Client, Versions } from '@stomp/stompjs';
import WebSocket from 'ws';

const { BROKER_HOST = '127.0.0.1', STOMP_PORT = '61613', HTTP_PORT = '15672' } = process.env;

/** Milliseconds after which something that should have happened counts as missing. */
export const PATIENCE = 30_000;

/** As much of a WebSocket as stompjs needs, around a plain socket. */
class PlainSocket {
  readyState = 0;

  constructor() {
    this.socket = connect(Number(STOMP_PORT), BROKER_HOST);
    this.socket.on('connect', () => {
      this.readyState = 1;
      this.onopen?.({});
    });
    this.socket.on('data', (data) => this.onmessage?.({ data: new Uint8Array(data).buffer }));
    this.socket.on('error', (error) => this.onerror?.(error));
    this.socket.on('close', () => {
      this.readyState = 3;
      this.onclose?.({ code: 1000, reason: '', wasClean: true });
    });
  }

  send(data) {
    this.socket.write(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  }

  close() {
    this.socket.end();
  }
}

export const TRANSPORTS = {
  TCP: () => new PlainSocket(),
  'the WebSocket at /stomp': (versions) =>
    new WebSocket(`ws://${BROKER_HOST}:${HTTP_PORT}/stomp`, versions.protocolVersions()),
  'the WebSocket at /ws': (versions) =>
    new WebSocket(`ws://${BROKER_HOST}:${HTTP_PORT}/ws`, versions.protocolVersions()),
};

/** A client that is connected, closed when the test ends. */
export async function connected(test, transport, options = {}) {
  const versions = options.stompVersions ?? Versions.default;
  const client = new Client({
    webSocketFactory: () => transport(versions),
    connectHeaders: { login: 'guest', passcode: 'guest' },
    reconnectDelay: 0,
    heartbeatIncoming: 0,
    heartbeatOutgoing: 0,
    ...options,
  });
  test.after(() => client.deactivate({ force: true }));
  const open = new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onStompError = (frame) => reject(new Error(`${frame.headers.message}: ${frame.body}`));
    client.onWebSocketError = reject;
  });
  client.activate();
  client.connectedFrame = await within('CONNECTED', open);
  return client;
}

/** A name that no other test uses. */
export function uniqueName(what) {
  return `${what}-${randomUUID()}`;
}

/** Messages of a subscription, one after the other. */
export function subscribed(client, destination, headers = {}) {
  const waiting = [];
  const arrived = [];
  const subscription = client.subscribe(
    destination,
    (message) => (waiting.length > 0 ? waiting.shift()(message) : arrived.push(message)),
    headers,
  );
  return {
    subscription,
    next: () =>
      within(
        `a message from ${destination}`,
        arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve)),
      ),
  };
}

/** Does something with a receipt header, and awaits the receipt. */
export async function receipted(client, action) {
  const receipt = uniqueName('receipt');
  const came = new Promise((resolve) => client.watchForReceipt(receipt, resolve));
  action({ receipt });
  await within('the receipt', came);
}

/** What the promise gives, or a failure when it takes too long. */
export function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

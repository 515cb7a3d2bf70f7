/** Clients in a page, each with a name by which the test speaks of it. Bytes go to and from the test as Base64. */

import { Client } from './stompjs/index.js';
import mqtt from './mqttjs/mqtt.esm.js';

const clients = new Map();

/** What a client received and the test has not asked for yet, and the other way round. */
class Inbox {
  arrived = [];
  wanted = [];

  put(topic, bytes) {
    const message = { topic, body: bytes.toBase64() };
    const want = this.wanted.shift();
    want ? want(message) : this.arrived.push(message);
  }

  take() {
    return this.arrived.length > 0
      ? Promise.resolve(this.arrived.shift())
      : new Promise((resolve) => this.wanted.push(resolve));
  }
}

window.page = {
  /** A STOMP client that listens, and comes back when its connection is lost. */
  stomp: (name, url, destination) =>
    new Promise((resolve, reject) => {
      const inbox = new Inbox();
      const client = new Client({
        brokerURL: url,
        connectHeaders: { login: 'guest', passcode: 'guest' },
        reconnectDelay: 50,
      });
      const entry = { inbox, live: 0, send: (to, body) => client.publish({ destination: to, binaryBody: body }) };
      entry.close = () => client.deactivate();
      clients.set(name, entry);
      client.onConnect = () => {
        client.watchForReceipt('listening', () => {
          entry.live++;
          resolve(client.connectedVersion);
        });
        client.subscribe(destination, ({ headers, binaryBody }) => inbox.put(headers.destination, binaryBody), {
          receipt: 'listening',
        });
      };
      client.onStompError = ({ headers }) => reject(new Error(headers.message));
      client.onWebSocketError = () => entry.live || reject(new Error('no WebSocket'));
      client.activate();
    }),

  /** An MQTT client that listens, and comes back when its connection is lost. */
  mqtt: (name, url, filter, options) =>
    new Promise((resolve, reject) => {
      const inbox = new Inbox();
      const client = mqtt.connect(url, { reconnectPeriod: 50, ...options });
      const entry = { inbox, live: 0, send: (to, body) => client.publishAsync(to, body, { qos: 1 }) };
      entry.close = () => client.endAsync();
      clients.set(name, entry);
      client.on('message', (topic, payload) => inbox.put(topic, new Uint8Array(payload)));
      client.on('connect', () =>
        client.subscribe(filter, { qos: 1 }, (error) => {
          if (error) {
            reject(error);
          } else {
            entry.live++;
            resolve(client.options.protocolVersion);
          }
        }),
      );
      client.on('error', reject);
    }),

  /** Sends a message. */
  send: async (name, to, body) => clients.get(name).send(to, Uint8Array.fromBase64(body)),

  /** The next message that a client received. */
  next: (name) => clients.get(name).inbox.take(),

  /** How often a client has begun to listen. */
  live: (name) => clients.get(name).live,

  /** Says goodbye. */
  close: async (name) => {
    await clients.get(name).close();
    clients.delete(name);
  },

  /** What becomes of a plain WebSocket: its subprotocol, or "refused". */
  socket: (url, subprotocols) =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, subprotocols);
      socket.onopen = () => {
        resolve(`open ${socket.protocol}`);
        socket.close();
      };
      socket.onclose = () => resolve('refused');
    }),

  /** Begins a message by STOMP and one by MQTT that are longer than what is sent of them. */
  begin: async (stompUrl, mqttUrl, destination, topic) => {
    const socket = new WebSocket(stompUrl, ['v12.stomp']);
    await new Promise((resolve) => (socket.onopen = resolve));
    const connected = new Promise((resolve) => (socket.onmessage = resolve));
    socket.send('CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0');
    await connected;
    socket.send(`SEND\ndestination:${destination}\ncontent-length:2000000\n\n${'x'.repeat(1_000_000)}`);
    const client = await mqtt.connectAsync(mqttUrl);
    client.publish(topic, new Uint8Array(15_000_000));
    window.kept = { socket, client };
  },
};

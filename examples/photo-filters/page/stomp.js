/** The broker by STOMP: topic photos/ID/KIND is the destination /topic/photos.ID.KIND. */

import { Client } from './stompjs/index.js';

const PREFIX = '/topic/';

/**
 * Connects, and again whenever the connection is lost.
 *
 * @param settings the broker's address, user and password
 * @param listen called with a topic and the message's bytes
 * @param live called with true when this page listens, and with false when it no longer does
 */
export function connect({ broker, user, password }, listen, live) {
  const client = new Client({
    brokerURL: `${broker}/stomp`,
    connectHeaders: { login: user, passcode: password },
    reconnectDelay: 1000,
    onConnect: () => {
      client.watchForReceipt('listening', () => live(true));
      client.subscribe(
        `${PREFIX}photos.#`,
        ({ headers, binaryBody }) =>
          listen(headers.destination.slice(PREFIX.length).replaceAll('.', '/'), binaryBody),
        { receipt: 'listening' },
      );
    },
    onWebSocketClose: () => live(false),
  });
  client.activate();
  return {
    say: (topic) => client.publish({ destination: PREFIX + topic.replaceAll('/', '.') }),
    close: () => client.deactivate(),
  };
}

/** The broker by MQTT: topic photos/ID/KIND. */

import mqtt from './mqttjs/mqtt.esm.js';

/**
 * Connects, and again whenever the connection is lost.
 *
 * @param settings the broker's address, user and password
 * @param listen called with a topic and the message's bytes
 * @param live called with true when this page listens, and with false when it no longer does
 */
export function connect({ broker, user, password }, listen, live) {
  const client = mqtt.connect(`${broker}/mqtt`, {
    protocolVersion: 5,
    username: user,
    password,
    reconnectPeriod: 1000,
    resubscribe: false, // done below, each time
    timerVariant: 'native', // the other variant makes a worker from a blob, which this page's policy forbids
  });
  client.on('connect', () => client.subscribe('photos/#', (error) => live(!error)));
  client.on('message', listen);
  client.on('close', () => live(false));
  return {
    say: (topic) => client.publish(topic, ''),
    close: () => client.endAsync(),
  };
}

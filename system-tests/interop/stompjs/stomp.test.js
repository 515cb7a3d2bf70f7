import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StompHeaders, Versions } from '@stomp/stompjs';
import { connected, receipted, subscribed, TRANSPORTS, uniqueName, within } from './broker.js';

for (const [name, transport] of Object.entries(TRANSPORTS)) {
  for (const version of ['1.0', '1.1', '1.2']) {
    test(`STOMP ${version} over ${name}: what is sent is received`, async (t) => {
      const client = await connected(t, transport, { stompVersions: new Versions([version]) });
      assert.equal(client.connectedVersion, version);
      const queue = `/queue/${uniqueName('sent')}`;
      const messages = subscribed(client, queue);
      client.publish({ destination: queue, body: 'grüße \u{1F600}', headers: { mood: '\u{1F600}' } });
      const message = await messages.next();
      assert.equal(message.body, 'grüße \u{1F600}');
      assert.equal(message.headers.mood, '\u{1F600}');
      assert.equal(message.headers.destination, queue);
    });
  }

  test(`over ${name}: binary bodies`, async (t) => {
    const client = await connected(t, transport);
    const queue = `/queue/${uniqueName('binary')}`;
    const messages = subscribed(client, queue);
    const body = Uint8Array.from({ length: 256 }, (_, i) => i);
    client.publish({ destination: queue, binaryBody: body });
    assert.deepEqual((await messages.next()).binaryBody, body);
  });

  test(`over ${name}: a message of a megabyte, whole and in pieces`, async (t) => {
    const body = 'ä'.repeat(500_000);
    for (const splitLargeFrames of [false, true]) {
      const client = await connected(t, transport, { splitLargeFrames });
      const queue = `/queue/${uniqueName('large')}`;
      const messages = subscribed(client, queue);
      client.publish({ destination: queue, body });
      assert.equal((await messages.next()).body, body);
    }
  });

  test(`over ${name}: acknowledgements, and a NACK goes to another client`, async (t) => {
    const [first, second] = [await connected(t, transport), await connected(t, transport)];
    const queue = `/queue/${uniqueName('nack')}`;
    const taken = subscribed(first, queue, { ack: 'client-individual', 'prefetch-count': '1' });
    await receipted(first, (headers) => first.publish({ destination: queue, body: 'x', headers }));
    const message = await taken.next();
    const others = subscribed(second, queue, { ack: 'client-individual' });
    taken.subscription.unsubscribe();
    message.nack();
    const again = await others.next();
    assert.equal(again.headers.redelivered, 'true');
    again.ack();
  });

  test(`over ${name}: transactions`, async (t) => {
    const client = await connected(t, transport);
    const queue = `/queue/${uniqueName('tx')}`;
    const messages = subscribed(client, queue);
    const aborted = client.begin();
    client.publish({ destination: queue, body: 'aborted', headers: { transaction: aborted.id } });
    aborted.abort();
    const committed = client.begin();
    client.publish({ destination: queue, body: 'committed', headers: { transaction: committed.id } });
    committed.commit();
    assert.equal((await messages.next()).body, 'committed');
  });

  test(`over ${name}: heart-beats keep the connection`, async (t) => {
    const client = await connected(t, transport, { heartbeatIncoming: 1000, heartbeatOutgoing: 1000 });
    assert.equal(client.connectedFrame.headers['heart-beat'], '1000,1000');
    const queue = `/queue/${uniqueName('alive')}`;
    const messages = subscribed(client, queue);
    client.publish({ destination: queue, body: 'alive' });
    assert.equal((await messages.next()).body, 'alive');
  });

  test(`over ${name}: an error is told before the end`, async (t) => {
    const client = await connected(t, transport);
    const told = new Promise((resolve) => {
      client.onStompError = resolve;
    });
    const closed = new Promise((resolve) => {
      client.onWebSocketClose = resolve;
    });
    client.subscribe('/amq/queue/missing', () => {}, new StompHeaders());
    const error = await within('the error', told);
    assert.equal(error.headers.message, 'not_found');
    await within('the end', closed);
  });

  test(`over ${name}: saying goodbye is answered`, async (t) => {
    const client = await connected(t, transport);
    let receipts = 0;
    client.onDisconnect = () => receipts++;
    await within('goodbye', client.deactivate());
    assert.equal(receipts, 1);
  });
}

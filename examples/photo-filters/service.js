/** The web service: serves the page, and takes pictures by REST. Keeps nothing: what comes in goes to the broker. */

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import amqp from 'amqplib';
import express from 'express';
import { filters } from './filters.js';
import { declare, PHOTOS, tell } from './topology.js';

const { AMQP_URL, WEBSOCKET_URL, PAGE_USER, PAGE_PASSWORD, HOST = '127.0.0.1', PORT = '8080' } = process.env;

const MAX_BYTES = 8 * 1024 * 1024;

const folder = (path) => express.static(fileURLToPath(new URL(path, import.meta.url)));

const connection = await amqp.connect(AMQP_URL);
const channel = await connection.createConfirmChannel();
await declare(channel);

const service = express().disable('x-powered-by');

// A page that loads nothing from elsewhere, and speaks to this service and the broker alone.
service.use((request, response, next) => {
  response.set({
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
      `connect-src 'self' ${WEBSOCKET_URL}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  next();
});

service.get('/settings', (request, response) => {
  response.json({
    broker: WEBSOCKET_URL,
    user: PAGE_USER,
    password: PAGE_PASSWORD,
    filters: Object.keys(filters),
    maxBytes: MAX_BYTES,
  });
});

service.post('/photos', express.raw({ type: () => true, limit: MAX_BYTES }), async (request, response) => {
  const { filter, name: given } = request.query;
  if (!Object.hasOwn(filters, String(filter))) {
    return response.status(400).json({ error: `there is no filter ${filter}` });
  }
  if (!(request.body instanceof Buffer && request.body.length > 0)) {
    return response.status(400).json({ error: 'there is nothing in the file' });
  }
  const name = String(given ?? 'picture').replace(/\p{C}/gu, '').slice(0, 100);
  const photo = randomUUID();
  tell(channel, photo, { name, filter, state: 'waiting', percent: 0 });
  channel.publish(PHOTOS, filter, request.body, {
    messageId: photo,
    persistent: true,
    contentType: request.get('content-type'),
    headers: { filter, name },
  });
  await channel.waitForConfirms(); // the broker has it on disk, so that it can be promised
  response.status(202).json({ photo });
});

service.use(folder('page'));
service.use('/stompjs', folder('node_modules/@stomp/stompjs/esm6'));
service.use('/mqttjs', folder('node_modules/mqtt/dist'));

service.use((error, request, response, next) => {
  const status = error.status ?? 500;
  const limit = `more than ${MAX_BYTES / 1024 / 1024} MiB are too much`;
  response.status(status).json({ error: status === 413 ? limit : status < 500 ? error.message : 'something went wrong' });
});

service.listen(Number(PORT), HOST, (error) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  console.log(`listening on ${HOST}:${PORT}`);
});

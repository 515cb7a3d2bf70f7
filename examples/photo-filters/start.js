/** Starts the programs of the example one after the other, shows what they print, and ends them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const running = [];
let ending = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => end(0));
}
process.on('uncaughtException', (error) => {
  console.error(`photo-filters: ${error.message}`);
  end(1);
});

const beside = (file) => fileURLToPath(new URL(file, import.meta.url));

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    host: { type: 'string', default: '127.0.0.1' },
    workers: { type: 'string', default: '2' },
    data: { type: 'string', default: beside('data') },
  },
});
/** Others are let in when they are told an address. */
const listen = options.host === '127.0.0.1' ? options.host : '0.0.0.0';
const { WAYPOST = beside('../../waypost') } = process.env;

/** What the page may do: listen to everything below photos, and say that it likes one. Its password is no secret. */
const PAGE = { user: 'page', password: 'page' };

/**
 * Starts a program, and shows what it prints behind its name. Gives its lines as soon as one is as wanted.
 *
 * @param ended what to do when it ends before everything does
 */
async function start(name, command, args, environment, ready, ended) {
  if (ending) {
    return new Promise(() => {}); // nothing goes on from here
  }
  const program = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // in a group of its own: Ctrl-C is for this process, which ends the others in turn
  });
  running.push(program);
  program.on('error', (error) => console.error(`${name}: ${error.message}`));
  program.on('close', () => {
    running.splice(running.indexOf(program), 1);
    if (!ending) {
      console.error(`${name} has ended`);
      ended();
    }
  });
  const lines = [];
  const output = createInterface({ input: program.stdout });
  await new Promise((resolve) => {
    output.on('line', (line) => {
      console.log(`${name.padEnd(10)}${line}`);
      if (lines.push(line) && ready.test(line)) {
        resolve();
      }
    });
  });
  return lines;
}

function node(name, file, environment, ready, ended = () => end(1)) {
  return start(name, process.execPath, [beside(file)], environment, ready, ended);
}

/** Another worker takes what one leaves behind, until there is a new one. */
async function startWorker(name, environment) {
  await node(name, 'worker.js', { ...environment, WORKER: name }, /^waiting/, async () => {
    await setTimeout(1000);
    if (!ending) {
      await startWorker(name, environment);
    }
  });
}

/** Ends what runs, the broker last, since everybody says goodbye to it. */
async function end(code) {
  if (ending) {
    return;
  }
  ending = true;
  for (const program of running.toReversed()) {
    const closed = once(program, 'close');
    process.kill(-program.pid);
    await closed;
  }
  process.exit(code);
}

/** The port itself, if it is free, or one that is where it is 0. */
async function freePort(port) {
  const server = createServer().listen(Number(port), listen);
  await once(server, 'listening');
  const free = server.address().port;
  server.close();
  return free;
}

/** Makes a user whom everybody may know. */
async function makeUser(api, { user, password }) {
  const put = async (path, body) => {
    const response = await fetch(`${api}/api/${path}`, {
      method: 'PUT',
      headers: { Authorization: `Basic ${btoa('guest:guest')}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path}: ${await response.text()}`);
    }
  };
  const own = '(amq\\.gen|mqtt-subscription)-.*'; // queues of its subscriptions
  await put(`users/${user}`, { password, tags: '' });
  await put(`permissions/%2F/${user}`, {
    configure: `^${own}$`,
    write: `^(${own}|amq\\.topic)$`,
    read: `^(${own}|amq\\.topic)$`,
  });
  await put(`topic-permissions/%2F/${user}`, {
    exchange: 'amq.topic',
    write: '^photos\\.[0-9a-f-]+\\.like$',
    read: '^photos\\.',
  });
}

const port = await freePort(options.port);
const data = resolve(options.data);
const origins = [options.host, 'localhost'].map((host) => `http://${host}:${port}`);
const brokerSettings = {
  'data.dir': `${data}/data`,
  'log.dir': `${data}/log`,
  'listeners.amqp.host': '127.0.0.1',
  'listeners.amqp.port': 0,
  'listeners.mqtt.host': '127.0.0.1',
  'listeners.mqtt.port': 0,
  'listeners.stomp.enabled': false, // pages come through WebSockets
  'listeners.http.host': listen,
  'listeners.http.port': 0,
  'ws.allowed-origins': origins, // pages of the web service may connect to the broker
};
const broker = await start(
  'broker',
  WAYPOST,
  ['start', ...Object.entries(brokerSettings).flatMap(([key, value]) => ['--set', `${key}=${value}`])],
  {},
  /^ready/,
  () => end(1),
);
const [amqp, mqtt, http] = ['amqp', 'mqtt', 'http'].map(
  (name) => broker.join('\n').match(new RegExp(`^ +${name} .*:(\\d+)`, 'm'))[1],
);

await makeUser(`http://127.0.0.1:${http}`, PAGE);
const environment = {
  AMQP_URL: `amqp://127.0.0.1:${amqp}`,
  MQTT_URL: `mqtt://127.0.0.1:${mqtt}`,
  WEBSOCKET_URL: `ws://${options.host}:${http}`,
  PAGE_USER: PAGE.user,
  PAGE_PASSWORD: PAGE.password,
  HOST: listen,
  PORT: port,
};
await node('service', 'service.js', environment, /^listening/);
await node('device', 'device.js', environment, /^listening/);
for (let i = 1; i <= Number(options.workers); i++) {
  await startWorker(`worker ${i}`, environment);
}
console.log(`\nopen http://${options.host}:${port} (Ctrl-C ends all)`);

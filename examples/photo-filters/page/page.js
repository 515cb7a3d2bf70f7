/** The page: sends pictures to the web service, and shows what the broker says about them. */

import { connect as byMqtt } from './mqtt.js';
import { connect as byStomp } from './stomp.js';

const DOORS = { stomp: byStomp, mqtt: byMqtt };

/** How many pictures are shown. */
const SHOWN = 24;

const find = (selector, within = document) => within.querySelector(selector);
const photos = find('#photos');
const settings = await (await fetch('settings')).json();

// What the broker says: topic photos/ID/KIND.

const kinds = {
  event(photo, bytes) {
    show(cardOf(photo), JSON.parse(new TextDecoder().decode(bytes)));
  },
  picture(photo, bytes) {
    display(find('.result', cardOf(photo)), new Blob([bytes], { type: 'image/jpeg' }));
  },
  like(photo) {
    const count = document.querySelector(`#photo-${photo} .like span`); // missing if the page is younger
    if (count) {
      count.textContent = Number(count.textContent) + 1;
    }
  },
};

function listen(topic, bytes) {
  const [, photo, kind] = topic.split('/');
  kinds[kind]?.(photo, bytes);
}

// The connection to the broker.

let connection;
let opening;

/** Connects by another protocol, when the connection before has said goodbye. */
function open(door) {
  opening = Promise.resolve(opening).then(async () => {
    await connection?.close();
    showLive(false);
    connection = DOORS[door](settings, listen, showLive);
  });
}

function showLive(live) {
  document.body.dataset.live = live;
  find('#state').textContent = live ? 'live' : 'connecting';
}

// The pictures.

/** The card of a picture; it is made when something is heard of the picture for the first time. */
function cardOf(photo) {
  const id = `photo-${photo}`;
  const known = document.getElementById(id);
  if (known) {
    return known;
  }
  const card = find('#card').content.cloneNode(true).firstElementChild;
  card.id = id;
  find('.like', card).addEventListener('click', () => connection.say(`photos/${photo}/like`));
  photos.prepend(card);
  [...photos.children].slice(SHOWN).forEach((old) => old.remove());
  return card;
}

function show(card, { name, filter, state, percent, worker, reason }) {
  card.dataset.state = state;
  find('.name', card).textContent = name;
  find('.state', card).textContent = {
    waiting: `${filter} · waits for a worker`,
    working: `${filter} · ${percent} % · ${worker}`,
    done: `${filter} · done by ${worker}`,
    failed: `${filter} · failed: ${reason}`,
  }[state];
  find('progress', card).value = percent ?? 0;
}

function display(image, blob) {
  const address = URL.createObjectURL(blob);
  image.onload = image.onerror = () => URL.revokeObjectURL(address);
  image.src = address;
}

// Uploading.

let refused = 0;

async function upload(file) {
  const filter = find('#filters :checked').value;
  try {
    if (file.size > settings.maxBytes) {
      throw new Error(`more than ${settings.maxBytes / 1024 / 1024} MiB are too much`);
    }
    const response = await fetch(`photos?${new URLSearchParams({ filter, name: file.name })}`, {
      method: 'POST',
      headers: { 'Content-Type': file.type || 'application/octet-stream' },
      body: file,
    });
    const { photo, error } = await response.json();
    if (error) {
      throw new Error(error);
    }
    display(find('.original', cardOf(photo)), file);
  } catch (error) {
    show(cardOf(`refused-${++refused}`), { name: file.name, filter, state: 'failed', reason: error.message });
  }
}

function choice(group, value, text) {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'radio', name: group, value });
  label.append(input, Object.assign(document.createElement('span'), { textContent: text }));
  return label;
}

find('#filters').append(...settings.filters.map((filter) => choice('filter', filter, filter)));
find('#filters input').checked = true;

find('#file').addEventListener('change', ({ target }) => {
  [...target.files].forEach(upload);
  target.value = ''; // so that the same file can be chosen again
});

find('#sample').addEventListener('click', async () => {
  const sample = await (await fetch('sample.jpg')).blob();
  await upload(new File([sample], 'sample.jpg', { type: sample.type }));
});

const drop = find('#drop');
for (const event of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  addEventListener(event, (dragged) => {
    dragged.preventDefault();
    drop.classList.toggle('over', event === 'dragenter' || event === 'dragover');
    if (event === 'drop') {
      [...dragged.dataTransfer.files].forEach(upload);
    }
  });
}

// Which protocol: STOMP, or what ?door= says.

const wanted = new URLSearchParams(location.search).get('door');
const door = find(`#door [value="${wanted in DOORS ? wanted : 'stomp'}"]`);
door.checked = true;
find('#door').addEventListener('change', ({ target }) => open(target.value));
open(door.value);

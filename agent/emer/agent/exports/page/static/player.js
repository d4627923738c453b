// The player: finds the clip, keeps the time, and says what is going on at it.
// Without a clip the time can still be moved, so that timeline and text stay together.

const media = byId('media');
const stillPicture = DATA.kind === 'image';
const playerNote = byId('player-note');
const listeners = [];
let ready = false;
let wanted = DATA.start;
let looping = false;

const now = () => (ready && !stillPicture ? media.currentTime : wanted);
const playing = () => ready && !stillPicture && !media.paused && !media.ended;

function tell() {
  const time = now();
  for (const listener of listeners) listener(time);
}

function loop() {
  tell();
  looping = playing();
  if (looping) requestAnimationFrame(loop);
}

function seek(time) {
  wanted = clamp(time, DATA.start, DATA.end);
  if (ready && !stillPicture) media.currentTime = wanted;
  tell();
}

function togglePlay() {
  if (!ready || stillPicture) return;
  if (media.paused) media.play().catch(() => {});
  else media.pause();
}

function say(text, fine) {
  playerNote.textContent = text;
  playerNote.classList.toggle('fine', Boolean(fine));
}

function open(address) {
  media.hidden = false;
  byId('choose').hidden = true;
  media.src = address;
}

const holds = () => (DATA.codecs ? word('holds', { codecs: DATA.codecs }) : '');

function unplayable() {
  ready = false;
  media.hidden = true;
  byId('choose').hidden = false;
  if (playerNote.dataset.link && !playerNote.dataset.tried) {
    playerNote.dataset.tried = 'yes';
    say(word('not_here', { link: decodeURIComponent(playerNote.dataset.link) }));
    return;
  }
  say(word('unplayable', { holds: holds() }));
}

// Base64 becomes bytes in pieces, so that no single task is long.
async function openEmbedded(text) {
  const parts = [];
  const step = 4 * 65536;
  for (let first = 0; first < text.length; first += step) {
    const raw = atob(text.slice(first, first + step));
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
    parts.push(bytes);
    await new Promise((go) => { setTimeout(go, 0); });
  }
  open(URL.createObjectURL(new Blob(parts, { type: DATA.type })));
}

function captions() {
  if (DATA.kind !== 'video' || !DATA.said.some((u) => u[3])) return;
  const track = media.addTextTrack('captions', word('captions'), DATA.said[0][4] || 'en');
  for (const [start, end, who, text] of DATA.said) {
    // cue texts are markup of their own: what has a meaning there is escaped
    const plain = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    if (text) track.addCue(new VTTCue(start, end, who + word('colon') + plain));
  }
  track.mode = 'hidden';
}

function prepare() {
  if (!stillPicture) {
    captions();
    for (const event of ['play', 'seeked', 'pause', 'ended', 'timeupdate']) {
      media.addEventListener(event, () => { if (!looping) loop(); });
    }
  }
  media.addEventListener(stillPicture ? 'load' : 'loadedmetadata', () => {
    ready = true;
    if (!stillPicture && wanted > 0) media.currentTime = wanted;
    if (DATA.kind === 'video' && !media.videoWidth) {
      media.classList.add('soundonly');
      say(word('sound_only', { holds: holds() }));
    }
    keepInView();
    tell();
  });
  media.addEventListener('error', unplayable);
  const embedded = byId('clip-data');
  if (embedded) openEmbedded(embedded.textContent);
  else if (playerNote.dataset.link) open(playerNote.dataset.link);
}

byId('file').addEventListener('change', (event) => {
  const file = event.target.files[0];
  if (!file) return;
  const odd = [];
  if (file.name !== DATA.name) odd.push(word('other_name', { found: file.name, wanted: DATA.name }));
  if (file.size !== DATA.size) {
    odd.push(word('other_size', {
      found: file.size.toLocaleString('en'), wanted: DATA.size.toLocaleString('en'),
    }));
  }
  playerNote.dataset.tried = 'yes';
  if (odd.length) say(word('other_file', { odd: odd.join(word('clause')) }));
  else say(word('same_file'), true);
  open(URL.createObjectURL(file));
});

// The dock: time, what is said, what is shown.
const dock = byId('dock');
const dockTime = byId('dock-time');
const dockNow = byId('dock-now');
const dockPlay = byId('dock-play');
const saidReach = longest(DATA.said);
const momentReach = longest(DATA.moments);
let lastSaying = null;

function saying(time) {
  const said = holding(DATA.said, time, saidReach);
  const shown = holding(DATA.moments, time, momentReach).filter((m) => m[4]);
  const parts = said.map((u) => word(u[3] ? 'says' : 'speaks', { who: u[2], text: u[3] }));
  parts.push(...shown.map((m) => word('shows', { who: m[3], labels: m[4] })));
  return parts.join(' · ') || (DATA.said.length ? word('silence') : '');
}

const nowMoments = new Set();

function markMoments(time) {
  const ids = new Set(holding(DATA.moments, time, momentReach).map((m) => m[2]));
  for (const id of nowMoments) {
    if (!ids.has(id)) {
      nowMoments.delete(id);
      byId('moment-' + id)?.classList.remove('now');
    }
  }
  for (const id of ids) {
    if (!nowMoments.has(id)) {
      nowMoments.add(id);
      byId('moment-' + id)?.classList.add('now');
    }
  }
}

listeners.push((time) => {
  dockTime.textContent = clock(time);
  const text = saying(time);
  if (text !== lastSaying) {
    lastSaying = text;
    dockNow.textContent = text;
    if (!stillPicture) markMoments(time);
  }
  const sign = playing() ? '❚❚' : '▶';
  if (dockPlay.textContent !== sign) {
    dockPlay.textContent = sign;
    dockPlay.setAttribute('aria-label', word(playing() ? 'pause' : 'play'));
  }
});

// While the player is out of view the picture stays: under the evidence, or in a corner of a wide window.
const stage = byId('stage');
const wide = matchMedia('(min-width: 1200px)');
let stageAway = false;

function keepInView() {
  const mini = stageAway && ready && DATA.kind === 'video' && wide.matches;
  if (mini !== ROOT.classList.contains('mini')) {
    stage.style.minHeight = mini ? stage.offsetHeight + 'px' : '';
    ROOT.classList.toggle('mini', mini);
  }
}
new IntersectionObserver((entries) => {
  stageAway = !entries[0].isIntersecting;
  keepInView();
}).observe(stage);
wide.addEventListener('change', keepInView);
// over the timeline it would hide lanes
if (byId('timeline')) {
  new IntersectionObserver((entries) => {
    ROOT.classList.toggle('charted', entries[0].isIntersecting);
  }, { rootMargin: '-35% 0px -35% 0px' }).observe(byId('timeline'));
}

dock.hidden = stillPicture;
dockPlay.addEventListener('click', togglePlay);
prepare();

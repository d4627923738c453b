// The panel: a claim with what it asserts, and each piece of evidence behind it.

const panel = byId('panel');
const panelBody = byId('panel-body');
let opener = null;

// Cue words of a text are marked; the text itself stays text.
function marked(text, cues) {
  const line = make('p', { class: 'said-line', dir: 'auto' });
  const lower = text.toLowerCase();
  const spans = [];
  for (const cue of cues || []) {
    const sought = cue.toLowerCase();
    const at = sought && lower.length === text.length ? lower.indexOf(sought) : -1;
    if (at >= 0 && !spans.some(([a, b]) => at < b && at + sought.length > a)) {
      spans.push([at, at + sought.length]);
    }
  }
  spans.sort((a, b) => a[0] - b[0]);
  let done = 0;
  for (const [a, b] of spans) {
    line.append(text.slice(done, a), make('mark', { text: text.slice(a, b) }));
    done = b;
  }
  line.append(text.slice(done));
  return line;
}

function pictureOf(number) {
  const text = DATA.pictureTexts[number];
  return make('figure', { class: 'shot' }, make('img', { src: DATA.pictures[number], alt: text }),
    make('figcaption', { text, 'aria-hidden': 'true' }));
}

function rows(list) {
  const body = make('tbody');
  for (const [name, value] of list) {
    body.append(make('tr', {}, make('td', { text: name, dir: 'auto' }), make('td', { text: value, dir: 'auto' })));
  }
  return make('table', {}, body);
}

function timeButton(start, end) {
  if (stillPicture) return null;
  const text = clock(start) + '–' + clock(end);
  return make('button', { type: 'button', class: 'time num', 'data-t': start, text, 'aria-label': word('go', { time: text }) });
}

// A stretch of a lane's drawing, cut out by its own window onto the same outlines.
function contour(item) {
  const track = item.p && document.querySelector('[data-lane="' + CSS.escape(item.p + '-pitch') + '"]');
  const drawn = track && track.querySelector('svg');
  if (!drawn) return null;
  const box = drawn.viewBox.baseVal;
  const x = ((item.a - DATA.start) / LENGTH) * box.width;
  const width = Math.max(((item.b - item.a) / LENGTH) * box.width, 0.01);
  const copy = drawn.cloneNode(false);
  copy.setAttribute('viewBox', [x, 0, width, box.height].join(' '));
  for (const path of drawn.children) {
    const own = path.getBBox();
    if (own.x <= x + width && own.x + own.width >= x) copy.append(path.cloneNode(false));
  }
  if (!copy.children.length) return null;
  const scale = word('pitch', {
    low: Math.round(2 ** Number(track.dataset.low)), high: Math.round(2 ** Number(track.dataset.high)),
  });
  return make('figure', {}, copy, make('figcaption', {}, make('span', { text: clock(item.a) }),
    make('span', { text: scale }), make('span', { text: clock(item.b) })));
}

function piece(id) {
  const item = DATA.evidence[id];
  const part = document.createDocumentFragment();
  if (!item) {
    part.append(make('h3', { text: id }), make('p', { text: word('not_there') }));
    return part;
  }
  const who = item.p || (item.s === 'scene' ? '' : item.s);
  part.append(
    make('h3', { text: item.k }),
    make('p', { class: 'quiet' }, timeButton(item.a, item.b), [who, DATA.modalities[item.m] || item.m,
      item.c === null ? '' : word('score', { score: item.c.toFixed(2) }),
      item.d === undefined ? '' : word('confidence', { score: item.d.toFixed(2) })].filter(Boolean).join(word('comma'))),
  );
  if (item.i) part.append(make('div', { class: 'shown-pictures' }, ...item.i.map(pictureOf)));
  if (item.w) part.append(marked(item.w, item.u));
  if (item.n) part.append(make('p', { class: 'quiet', text: item.n }));
  if (item.m === 'voice') {
    const figure = contour(item);
    if (figure) part.append(figure);
  }
  if (item.q.length) part.append(rows(item.q));
  const [tool, engine, model, revision, device] = item.r;
  const source = word('source', { tool: tool.replace(/_/g, ' '), engine, model, revision, device, id });
  const text = item.p && item.p !== item.s ? word('source_of', { source, subject: item.s }) : source;
  part.append(make('p', { class: 'source', text }));
  return part;
}

function claimPart(id) {
  const claim = DATA.claims[id];
  const part = document.createDocumentFragment();
  part.append(
    make('p', { class: 'quiet' }, timeButton(claim.a, claim.b), (claim.s && claim.g !== 'whole' ? claim.s + word('comma') : '')
      + (DATA.stages[claim.g] || claim.g).toLowerCase()),
    make('p', { text: claim.t, dir: 'auto', lang: DATA.lang }),
  );
  if (claim.h) part.append(make('p', { class: 'tag', text: word('hypothesis') }));
  const list = make('ul', { class: 'asserted' });
  const told = new Set();
  for (const [name, relation, value, ids] of claim.o) {
    const key = [name, relation, value, ids].join('|');
    if (told.has(key)) continue;
    told.add(key);
    const first = DATA.evidence[ids[0]];
    const where = first && (stillPicture ? '' : clock(first.a) + ' ') + (first.p || (first.s === 'scene' ? '' : first.s));
    list.append(make('li', { dir: 'auto' }, name + ' ', make('b', { text: relation + ' ' + value }),
      where ? make('span', { class: 'source', text: ' · ' + where }) : null));
  }
  part.append(make('h4', { text: word('numbers') }), list);
  if (claim.r.length) {
    const links = make('ul', { class: 'below' });
    for (const below of claim.r) {
      const text = below + (DATA.claims[below] ? word('colon') + DATA.claims[below].t : '');
      links.append(make('li', {}, make('button', { type: 'button', class: 'say', 'data-c': below, text, dir: 'auto' })));
    }
    part.append(make('h4', { text: word('rests') }), links);
  }
  // the whole picture where no face stands for the moment
  const moment = claim.e.some((e) => DATA.evidence[e] && DATA.evidence[e].i) ? null
    : document.querySelector('#claim-' + CSS.escape(id))?.closest('.moment')?.querySelector('img');
  part.append(make('h4', { text: word('evidence') }));
  if (moment) part.append(make('div', { class: 'shown-pictures' }, pictureOf(Number(moment.dataset.picture))));
  return part;
}

function show(title, from, ...parts) {
  if (!panel.contains(from)) {
    opener?.removeAttribute?.('aria-expanded');
    opener = from;
    if (from.hasAttribute('aria-haspopup')) from.setAttribute('aria-expanded', 'true');
  }
  const before = from.getBoundingClientRect().top;
  byId('panel-title').textContent = title;
  panelBody.replaceChildren(...parts);
  panel.hidden = false;
  panel.scrollTop = 0;
  ROOT.classList.add('panelled');
  // the page becomes narrower beside the panel: what was clicked stays where it was
  if (!panel.contains(from)) scrollBy({ top: from.getBoundingClientRect().top - before, behavior: 'instant' });
  byId('panel-title').focus({ preventScroll: true });
}

function openEvidence(ids, from) {
  show(ids.length === 1 ? word('evidence') : word('evidence_n', { n: ids.length }), from, ...ids.map(piece));
}

function openClaim(id, from) {
  const claim = DATA.claims[id];
  if (claim) show(word('statement', { id }), from, claimPart(id), ...claim.e.map(piece));
}

function closePanel() {
  panel.hidden = true;
  ROOT.classList.remove('panelled');
  opener?.removeAttribute('aria-expanded');
  opener?.focus({ preventScroll: true });
  opener = null;
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-c], [data-e]');
  if (!button) return;
  if (button.dataset.c) {
    const claim = DATA.claims[button.dataset.c];
    if (claim && !button.dataset.t) seek(claim.a);
    openClaim(button.dataset.c, button);
  } else {
    openEvidence(button.dataset.e.split(' '), button);
  }
});
byId('panel-close').addEventListener('click', closePanel);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !panel.hidden) closePanel();
});

// What all parts share: the data, helpers, and the choice of colours.
// Texts of the media reach the document through textContent alone.

const DATA = JSON.parse(document.getElementById('data').textContent);
const LENGTH = DATA.end - DATA.start;
const ROOT = document.documentElement;
const byId = (id) => document.getElementById(id);
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

// a fixed wording with its slots filled; what fills them is never read for slots
function word(key, slots) {
  return DATA.words[key].replace(/\{(\w+)\}/g, (_, name) => slots[name]);
}

function clock(seconds) {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const rest = String(Math.floor((tenths % 600) / 10)).padStart(2, '0');
  return Math.floor(tenths / 600) + ':' + rest + '.' + (tenths % 10);
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null) continue;
    if (name === 'text') element.textContent = value;
    else element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

// index of the last item of a list sorted by start that begins at or before a time; -1 if none
function lastBefore(items, time) {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle][0] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// all items [start, end, ...] that hold a time; spans may overlap, none is longer than `reach`
function holding(items, time, reach) {
  const found = [];
  for (let i = lastBefore(items, time); i >= 0 && items[i][0] >= time - reach; i -= 1) {
    if (items[i][1] > time) found.push(items[i]);
  }
  return found.reverse();
}
const longest = (items) => items.reduce((most, x) => Math.max(most, x[1] - x[0]), 0);

// Pictures are decoded when they come near the view, not before.
function showPicture(image) {
  const number = Number(image.dataset.picture);
  if (!image.src && DATA.pictures[number]) image.src = DATA.pictures[number];
}
const pictureWatch = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      showPicture(entry.target);
      pictureWatch.unobserve(entry.target);
    }
  }
}, { rootMargin: '400px' });
for (const image of document.querySelectorAll('img[data-picture]')) pictureWatch.observe(image);

// Colours: as the system, light or dark; remembered where the browser allows it.
const THEMES = ['system', 'light', 'dark'];
const KEY = 'emer-page-theme';

function remembered() {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.includes(kept) ? kept : 'system';
  } catch {
    return 'system';
  }
}

function paint(theme) {
  if (theme === 'system') delete ROOT.dataset.theme;
  else ROOT.dataset.theme = theme;
  const button = byId('theme');
  byId('theme-name').textContent = DATA.themes[theme];
  const name = theme === 'system' ? button.dataset.system : DATA.themes[theme];
  button.setAttribute('aria-label', button.dataset.label.replace('{name}', name));
}

paint(remembered());
byId('theme').addEventListener('click', () => {
  const theme = THEMES[(THEMES.indexOf(ROOT.dataset.theme || 'system') + 1) % THEMES.length];
  paint(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // a browser that keeps nothing still shows the colours now
  }
});

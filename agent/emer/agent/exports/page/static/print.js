// On paper: everything unfolded, and a long timeline in strips below each other.

// seconds in a strip: so many that words can be read, unless that takes reams
const STRIP_S = [24, 45];
const SHORT_S = 150;
const MAX_STRIPS = 14;
let folded = [];

function strip(canvas, first, last) {
  const copy = canvas.cloneNode(true);
  copy.removeAttribute('id');
  copy.removeAttribute('style');
  copy.className = 'strip';
  const length = last - first;
  for (const own of copy.querySelectorAll('[id]')) own.removeAttribute('id');
  for (const track of copy.querySelectorAll('.track')) {
    for (const mark of track.querySelectorAll('[data-t]')) {
      if (Number(mark.dataset.t) >= last) mark.remove();
    }
    const inner = make('div', { class: 'inner' }, ...track.childNodes);
    inner.style.left = (-(first - DATA.start) / length) * 100 + '%';
    inner.style.width = (LENGTH / length) * 100 + '%';
    track.replaceChildren(inner);
  }
  return copy;
}

function printedTicks(copy, first, last) {
  const inner = copy.querySelector('.ruler .inner');
  const list = [];
  const step = LENGTH > 60 || last - first > 30 ? 5 : 2;
  for (let n = Math.ceil(first / step); n * step < last; n += 1) {
    // a number at the very end would be cut off
    const text = last - n * step < (last - first) / 20 ? '' : clock(n * step).replace(/\.0$/, '');
    const tick = make('i', { class: 'tick' }, make('b', { text }));
    tick.style.left = ((n * step - DATA.start) / LENGTH) * 100 + '%';
    list.push(tick);
  }
  inner?.replaceChildren(...list);
}

function beforePrint() {
  if (folded.length) return;
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const details of folded) details.open = true;
  for (const image of document.querySelectorAll('img[data-picture]')) showPicture(image);
  const canvas = byId('canvas');
  if (!canvas) return;
  const n = clamp(Math.ceil(LENGTH / STRIP_S[LENGTH > SHORT_S ? 1 : 0]), 1, MAX_STRIPS);
  const length = LENGTH / n;
  for (let i = 0; i < n; i += 1) {
    const [first, last] = [DATA.start + i * length, DATA.start + (i + 1) * length];
    const copy = strip(canvas, first, last);
    printedTicks(copy, first, last);
    byId('scroller').append(copy);
  }
  byId('scroller').classList.add('stripped');
}

function afterPrint() {
  for (const details of folded) details.open = false;
  folded = [];
  for (const copy of document.querySelectorAll('.strip')) copy.remove();
  byId('scroller')?.classList.remove('stripped');
}

window.addEventListener('beforeprint', beforePrint);
window.addEventListener('afterprint', afterPrint);
matchMedia('print').addEventListener('change', (event) => {
  if (event.matches) beforePrint();
  else afterPrint();
});
tell();
ROOT.classList.add('ready');

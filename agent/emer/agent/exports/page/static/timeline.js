// The timeline: zoom is the width of one element; only ticks in view exist.

const scroller = byId('scroller');

if (scroller) {
  const canvas = byId('canvas');
  const ticks = byId('ticks');
  const playhead = byId('playhead');
  const MAX_PX_PER_S = 240;
  const START_PX_PER_S = 30; // as in the style sheet
  const NEARLY_ALL = 1.25;
  const TIGHT_PX_PER_S = 8; // nothing can be read on marks
  let labelPx = 0;
  let viewPx = 0;
  let zoom = 1;
  let asked = false;
  let steering = 0;
  let chosen = false; // the reader has set the zoom

  const trackPx = () => (viewPx - labelPx) * zoom;
  const xOf = (time) => ((time - DATA.start) / LENGTH) * trackPx();
  const timeAt = (clientX) => {
    const x = clientX - scroller.getBoundingClientRect().left + scroller.scrollLeft - labelPx;
    return DATA.start + clamp(x / trackPx(), 0, 1) * LENGTH;
  };

  function tickStep() {
    const least = (LENGTH / trackPx()) * 80;
    const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800];
    return steps.find((s) => s >= least) || 3600;
  }

  function drawTicks() {
    asked = false;
    hidePlayhead();
    const step = tickStep();
    const first = DATA.start + ((scroller.scrollLeft - 200) / trackPx()) * LENGTH;
    const last = DATA.start + ((scroller.scrollLeft + viewPx + 200) / trackPx()) * LENGTH;
    const list = [];
    for (let n = Math.ceil(Math.max(first, DATA.start) / step); n * step <= Math.min(last, DATA.end); n += 1) {
      const share = (n * step - DATA.start) / LENGTH;
      const late = (1 - share) * trackPx() < 45 && n * step > first + step;
      const text = step < 1 ? clock(n * step) : clock(n * step).replace(/\.0$/, '');
      const tick = make('i', { class: late ? 'tick last' : 'tick' }, make('b', { text }));
      tick.style.left = share * 100 + '%';
      list.push(tick);
    }
    ticks.replaceChildren(...list);
  }

  // left of the view it would be drawn over the names of the lanes
  function hidePlayhead() {
    playhead.hidden = xOf(now()) < scroller.scrollLeft - 1;
  }

  function askTicks() {
    if (!asked) requestAnimationFrame(drawTicks);
    asked = true;
  }

  function place(time) {
    const x = xOf(time);
    playhead.style.transform = 'translateX(' + x.toFixed(1) + 'px)';
    hidePlayhead();
    if (!playing() || Date.now() - steering < 2500) return;
    const seen = viewPx - labelPx;
    if (x < scroller.scrollLeft || x > scroller.scrollLeft + seen * 0.92) {
      scroller.scrollLeft = x - seen * 0.1;
    }
  }

  // what is written on marks can be read; "Fit" shows the whole clip
  function readable() {
    const wanting = (LENGTH * START_PX_PER_S) / Math.max(1, viewPx - labelPx);
    return wanting < NEARLY_ALL ? 1 : wanting;
  }

  function measure() {
    labelPx = ticks.getBoundingClientRect().left - canvas.getBoundingClientRect().left;
    viewPx = scroller.clientWidth;
    askTicks();
    place(now());
    // a panel that opens beside it must not crowd the marks
    if (!chosen && readable() !== zoom) setZoom(readable(), now(), labelPx + (viewPx - labelPx) * 0.3);
  }

  function setZoom(value, time, atPx) {
    const most = Math.max(1, (MAX_PX_PER_S * LENGTH) / Math.max(1, viewPx - labelPx));
    zoom = clamp(value, 1, most);
    canvas.style.width = zoom === 1 ? '100%' : labelPx + trackPx() + 'px';
    canvas.classList.toggle('tight', trackPx() < TIGHT_PX_PER_S * LENGTH);
    scroller.scrollLeft = xOf(time) - atPx + labelPx;
    askTicks();
    place(now());
  }

  // zoom around the playhead if it is in view, else around the middle
  function zoomBy(factor) {
    chosen = true;
    const x = xOf(now()) - scroller.scrollLeft + labelPx;
    const inView = x >= labelPx && x <= viewPx;
    const anchor = inView ? x : (viewPx + labelPx) / 2;
    const left = scroller.getBoundingClientRect().left;
    setZoom(zoom * factor, inView ? now() : timeAt(left + anchor), anchor);
  }

  byId('zoom-in').addEventListener('click', () => zoomBy(1.6));
  byId('zoom-out').addEventListener('click', () => zoomBy(1 / 1.6));
  function fit() {
    chosen = true;
    setZoom(1, DATA.start, labelPx);
  }
  byId('zoom-fit').addEventListener('click', fit);

  scroller.addEventListener('wheel', (event) => {
    steering = Date.now();
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    chosen = true;
    const atPx = event.clientX - scroller.getBoundingClientRect().left;
    setZoom(zoom * Math.exp(-event.deltaY / 300), timeAt(event.clientX), atPx);
  }, { passive: false });
  scroller.addEventListener('scroll', askTicks, { passive: true });
  scroller.addEventListener('pointerdown', () => { steering = Date.now(); }, { passive: true });

  // what a click on a curve means: the step that holds the time and lies nearest to the height
  function hitOf(track, time, clientY) {
    const table = DATA.hits[track.dataset.lane] || [];
    const box = track.getBoundingClientRect();
    const low = Number(track.dataset.low);
    const high = Number(track.dataset.high);
    const value = high - ((clientY - box.top) / box.height) * (high - low);
    let best = null;
    for (const hit of table) {
      if (time < hit[0] || time > hit[1]) continue;
      if (!best || Math.abs(hit[2] - value) < Math.abs(best[2] - value)) best = hit;
    }
    return best;
  }

  canvas.addEventListener('click', (event) => {
    const mark = event.target.closest('.mark');
    const track = event.target.closest('.track');
    if (!track) return;
    steering = Date.now();
    if (mark) {
      seek(Number(mark.dataset.t));
      return;
    }
    const time = timeAt(event.clientX);
    seek(time);
    const hit = track.dataset.lane ? hitOf(track, time, event.clientY) : null;
    if (hit) openEvidence([hit[3]], scroller);
  });

  // one stop for the Tab key; arrows go on from there
  function step(from, event) {
    const marks = [...from.closest('.track').querySelectorAll('.mark')];
    const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (side) return marks[marks.indexOf(from) + side];
    const lanes = [...canvas.querySelectorAll('.track')].filter((t) => t.querySelector('.mark'));
    const lane = lanes[lanes.indexOf(from.closest('.track')) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!lane) return event.key === 'ArrowUp' ? scroller : null;
    const time = Number(from.dataset.t);
    return [...lane.querySelectorAll('.mark')].reduce((a, b) => (
      Math.abs(b.dataset.t - time) < Math.abs(a.dataset.t - time) ? b : a));
  }

  function focusMark(mark) {
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: 'nearest', inline: 'center', behavior: 'instant' });
  }

  scroller.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const mark = event.target.closest('.mark');
    const act = {
      '+': () => zoomBy(1.6), '=': () => zoomBy(1.6), '-': () => zoomBy(1 / 1.6),
      0: fit,
    }[event.key];
    if (act) act();
    else if (mark && event.key.startsWith('Arrow')) {
      const next = step(mark, event);
      if (next === scroller) scroller.focus();
      else if (next) focusMark(next);
    } else if (event.target !== scroller) return;
    else if (event.key === 'ArrowRight') seek(now() + (event.shiftKey ? 5 : 1));
    else if (event.key === 'ArrowLeft') seek(now() - (event.shiftKey ? 5 : 1));
    else if (event.key === 'Home') seek(DATA.start);
    else if (event.key === 'End') seek(DATA.end);
    else if (event.key === ' ') togglePlay();
    else if (event.key === 'ArrowDown' && canvas.querySelector('.mark')) {
      focusMark(canvas.querySelector('.mark'));
    } else return;
    event.preventDefault();
  });

  listeners.push(place);
  new ResizeObserver(measure).observe(scroller);
  measure();
  setZoom(readable(), DATA.start, labelPx);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-t]');
  if (button && !button.classList.contains('mark')) seek(Number(button.dataset.t));
});

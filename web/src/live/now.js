// What happens now: how the study stands, the trials in training with their curves, and what came to an end.
import { chart } from '../chart.js';
import { el, put } from '../dom.js';
import { counted, duration, figure, label, whole } from '../format.js';
import { of, view } from './api.js';
import { button, curves, form, heads, notice, opener } from './parts.js';

/** More curves than this make no picture. */
const DRAWN = 8;
const EVENTS = 6;

export function make(study) {
  const said = notice();
  const made = form(study, said);
  const state = el('p', { class: 'standing' });
  const pause = button('Pause', said, () => of(study, 'pause'));
  const resume = button('Resume', said, () => of(study, 'resume'));
  const drawn = chart('Trials in training');
  const rows = el('tbody', {});
  const headers = el('tr', {});
  const table = el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Trials in training' },
    el('table', {}, el('thead', {}, headers), rows));
  const none = el('p', { class: 'aside' });
  const events = el('ol', { class: 'events', 'aria-label': 'What came to an end' });
  const body = el('section', { id: 'now', class: 'now', 'aria-labelledby': 'now-title' },
    el('h2', { id: 'now-title' }, 'Now'), state,
    el('div', { class: 'controls' }, pause, resume, opener('Enqueue a candidate', made, () => '')),
    said.element, none, drawn.figure, table, events, made.dialog);

  const running = new Map();
  let aims = [];
  let metric = 'val_accuracy';
  let pending = false;

  const draw = () => {
    pending = false;
    const all = [...running.values()].sort((one, other) => one.news.trial - other.news.trial);
    const shown = all.slice(0, DRAWN);
    const known = shown.some((one) => one.points.some(([, value]) => value !== null));
    none.hidden = known;
    none.textContent = all.length === 0 ? 'Nothing is trained at the moment.' : `No epoch of what is trained has a number for ${label(metric)} yet.`;
    drawn.figure.hidden = !known;
    table.hidden = all.length === 0;
    if (known) drawn.draw({
      note: shown.length < all.length ? `The first ${DRAWN} of ${whole(all.length)}.` : '',
      ...curves(shown.map((one) => ({ name: `trial ${one.news.trial}`, points: one.points })), metric, { height: 240 }),
    });
    if (all.some((one, index) => rows.children[index] !== one.row) || rows.children.length !== all.length) rows.replaceChildren(...all.map((one) => one.row));
    all.forEach((one) => one.update());
  };
  // Of many messages in a breath one drawing is made.
  const soon = () => {
    if (!pending) setTimeout(draw, 60);
    pending = true;
  };

  const add = (news) => {
    const epochs = el('td', { class: 'number' });
    const figures = aims.map(() => el('td', { class: 'number' }));
    const holder = el('td', {});
    const one = { news, points: [], update() {
      epochs.textContent = String(one.news.epochs);
      figures.forEach((cell, index) => { cell.textContent = figure(aims[index].metric, one.news.figures[index]); });
      holder.textContent = one.news.holder ?? 'nobody';
    } };
    one.row = el('tr', { 'data-trial': news.trial },
      el('td', {}, el('a', { class: 'link', href: view(study, 'trial', news.trial) }, `trial ${news.trial}`)),
      epochs, figures, holder,
      el('td', {}, button('Stop', said, () => of(study, 'trials', news.trial, 'stop'), `Stop trial ${news.trial}`)));
    running.set(news.trial, one);
    return one;
  };

  const take = (news) => {
    if (news.outcome !== 'running') {
      running.delete(news.trial);
      tell(news);
    } else {
      const one = running.get(news.trial) ?? add(news);
      one.news = news;
      one.points = [...one.points.filter(([epoch]) => epoch <= news.after), ...news.points];
    }
    soon();
  };

  const tell = (news) => {
    const reached = aims.map((aim, index) => `${label(aim.metric)} ${figure(aim.metric, news.figures[index])}`).join(', ');
    events.prepend(el('li', {},
      el('span', { class: `dot outcome-${news.outcome}`, 'aria-hidden': 'true' }),
      el('a', { class: 'link', href: view(study, 'trial', news.trial) }, `trial ${news.trial}`),
      ` ${news.outcome} after ${counted(news.epochs, 'epoch')}: ${reached}`));
    while (events.children.length > EVENTS) events.lastChild.remove();
  };

  const stand = (summary) => {
    const best = summary.best && [' Best: ', el('a', { class: 'link', href: view(study, 'trial', summary.best[0]) }, `trial ${summary.best[0]}`),
      ` with ${aims.map((aim, index) => `${label(aim.metric)} ${figure(aim.metric, summary.best[1][index])}`).join(', ')}.`];
    const word = summary.paused ? 'paused' : summary.running ? 'running' : 'at rest';
    put(state, el('span', { class: `state ${word.split(' ')[0]}` }, word),
      ` ${counted(summary.trials, 'trial')}, ${whole(summary.complete)} complete${summary.queued > 0 ? `, ${whole(summary.queued)} queued` : ''}, ${duration(summary.spent)} of wall time.`, ...(best || []));
    pause.hidden = summary.paused;
    resume.hidden = !summary.paused;
  };

  return {
    body,
    /** Takes a message of the feed. */
    take(message) {
      if (message.kind === 'trial') return take(message);
      if (message.kind === 'now') {
        ({ objectives: aims, metric } = message);
        put(headers, ...heads([['trial'], ['epochs', true], ...aims.map((aim) => [label(aim.metric), true]), ['trained by'], ['']]));
        running.clear();
        message.trials.forEach(take);
        soon();
      }
      return stand(message.summary);
    },
    connected(is) {
      body.classList.toggle('lost', !is);
      if (!is) said.fail(new Error('There is no connection to the server: it is tried again until there is one.'));
      else put(said.element);
    },
  };
}

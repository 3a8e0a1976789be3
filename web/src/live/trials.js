// All trials of a study, a page of them at a time, each with its view, and up to eight to be compared.
import { el, put } from '../dom.js';
import { counted, figure, label, whole } from '../format.js';
import { view } from './api.js';
import { heads } from './parts.js';

const PAGE = 25;
const MOST = 8;

/** The section for the study called `name`. */
export const section = (name) => ({ id: 'trials', title: 'All trials', make: () => make(name) });

function make(name) {
  const chosen = new Set();
  const rows = el('tbody', {});
  const headers = el('tr', {});
  const note = el('p', { class: 'aside' });
  const compare = el('button', { type: 'button', onclick: () => { location.href = `${view(name, 'compare')}?trials=${[...chosen].join(',')}`; } });
  let facts = null;
  let from = 0;
  const turn = (text, step) => el('button', { type: 'button', onclick: () => { from += step * PAGE; draw(); } }, text);
  const [before, after] = [turn('Better', -1), turn('Worse', 1)];
  const body = el('div', {},
    note,
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'All trials' }, el('table', {}, el('thead', {}, headers), rows)),
    el('div', { class: 'controls after' }, before, after, compare));

  const count = () => {
    compare.textContent = chosen.size < 2 ? 'Compare chosen trials' : `Compare ${chosen.size} trials`;
    compare.disabled = chosen.size < 2;
  };
  const box = (row) => el('input', { type: 'checkbox', checked: chosen.has(row.trial), 'aria-label': `Choose trial ${row.trial}`, onchange: (event) => {
    if (event.target.checked && chosen.size >= MOST) event.target.checked = false;
    else if (event.target.checked) chosen.add(row.trial);
    else chosen.delete(row.trial);
    count();
  } });
  const draw = () => {
    const { trials, objectives } = facts;
    const all = trials.rows;
    from = Math.max(0, Math.min(from, Math.floor(Math.max(0, all.length - 1) / PAGE) * PAGE));
    note.textContent = `${whole(from + 1)} to ${whole(Math.min(from + PAGE, all.length))} of ${counted(trials.all, 'trial')}${all.some((row) => row.front) ? ', best first' : ''}.${all.length < trials.all ? ' Beyond the best 500 these are a sample.' : ''} Up to ${MOST} can be compared.`;
    put(headers, ...heads([[''], ['trial'], ...trials.figures.map((name) => [label(name), true]), ['epochs', true], ['outcome']]));
    put(rows, ...all.slice(from, from + PAGE).map((row) => el('tr', {},
      el('td', {}, box(row)),
      el('td', {}, el('a', { class: 'link', href: view(name, 'trial', row.trial) }, `trial ${row.trial}`), objectives.length > 1 && row.front ? ' ★' : ''),
      row.figures.map((value, index) => el('td', { class: 'number' }, figure(trials.figures[index], value))),
      el('td', { class: 'number' }, String(row.epochs)),
      el('td', {}, el('span', { class: `dot outcome-${row.outcome}`, 'aria-hidden': 'true' }), row.outcome))));
    before.disabled = from === 0;
    after.disabled = from + PAGE >= all.length;
    count();
  };
  return {
    body,
    show(next) {
      facts = next;
      if (facts.trials.rows.length > 0) draw();
      return facts.trials.rows.length > 0;
    },
  };
}

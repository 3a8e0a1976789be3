// Up to eight trials side by side: their curves, where their candidates differ, what they reached.
import { chart } from '../chart.js';
import { el, put } from '../dom.js';
import { figure, label, valueOf } from '../format.js';
import { follow, get, of, view } from './api.js';
import { curves, frame, notice } from './parts.js';

const MOST = 8;

export async function compare(root, study) {
  const asked = new URLSearchParams(location.search).get('trials') ?? '';
  const numbers = [...new Set((asked.match(/\d+/g) ?? []).map(Number))].slice(0, MOST);
  const said = notice();
  const drawn = chart('Learning curves');
  const body = el('div', {});
  const none = el('p', { class: 'aside' });
  const list = el('input', { type: 'text', inputmode: 'numeric', value: numbers.join(', '), 'aria-label': 'Trials to compare' });
  frame(root, `compare trials of ${study}`,
    el('header', { class: 'answer' },
      el('p', { class: 'kicker' }, el('a', { class: 'link', href: view(study) }, study)),
      el('h1', { class: 'large' }, 'Trials compared')),
    el('form', { class: 'controls', onsubmit: (event) => {
      event.preventDefault();
      location.search = `?trials=${(list.value.match(/\d+/g) ?? []).join(',')}`;
    } }, el('label', { class: 'choice' }, `Trials, up to ${MOST}`, list), el('button', {}, 'Compare')),
    said.element, none, drawn.figure, body);

  let trials = [];
  let metric = 'val_accuracy';
  const draw = () => {
    const known = trials.some(({ record }) => record.epochs.some((epoch) => typeof epoch.metrics[metric] === 'number'));
    drawn.figure.hidden = !known;
    none.hidden = known || trials.length === 0;
    none.textContent = `No epoch of these trials has a number for ${label(metric)}.`;
    if (known) drawn.draw(curves(trials.map(({ record }) => ({
    name: `trial ${record.trial}`,
    points: record.epochs.map((epoch) => [epoch.epoch, typeof epoch.metrics[metric] === 'number' ? epoch.metrics[metric] : null]),
  })), metric, { height: 340 }));
  };
  const read = async () => {
    try {
      trials = (await Promise.all(numbers.map((number) => get(of(study, 'trials', number))))).map(({ value }) => value);
      draw();
      put(body, ...tables(study, trials));
    } catch (error) {
      said.fail(error);
    }
  };
  await read();
  let due = null;
  follow(study, (message) => {
    if (message.kind === 'now' && message.metric !== metric) {
      metric = message.metric;
      draw();
    }
    if (message.kind === 'trial' && numbers.includes(message.trial)) due ??= setTimeout(() => { due = null; read(); }, 2000);
  });
}

function tables(study, trials) {
  if (trials.length === 0) return [el('p', { class: 'aside' }, 'Name trials by their numbers.')];
  const names = [...new Set(trials.flatMap(({ record }) => Object.keys(record.candidate)))];
  const shown = (value) => (value === undefined ? '–' : typeof value === 'number' ? valueOf({ scale: 'range' }, value) : String(value));
  const differs = (name) => trials.some(({ record }) => record.candidate[name] !== trials[0].record.candidate[name]);
  const parameters = [...names.filter(differs), ...names.filter((name) => !differs(name))];
  const figures = [...new Set(trials.flatMap(({ network }) => Object.keys(network.figures)))];
  return [
    side(study, 'What they reached', trials, [
      ['outcome', ...trials.map(({ record }) => record.outcome)],
      ['epochs', ...trials.map(({ record }) => String(record.epochs.length))],
      ...figures.map((name) => [label(name), ...trials.map(({ network }) => figure(name, network.figures[name]))]),
    ], () => false),
    side(study, 'Their candidates', trials, parameters.map((name) => [name, ...trials.map(({ record }) => shown(record.candidate[name]))]), differs),
  ];
}

function side(study, title, trials, rows, marked) {
  return el('section', {}, el('h2', {}, title),
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title }, el('table', {},
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, ''), trials.map(({ record }) =>
        el('th', { scope: 'col' }, el('a', { class: 'link', href: view(study, 'trial', record.trial) }, `trial ${record.trial}`))))),
      el('tbody', {}, rows.map(([name, ...cells]) => el('tr', { class: marked(name) ? 'differs' : null },
        el('th', { scope: 'row' }, name), cells.map((cell) => el('td', {}, cell))))))));
}

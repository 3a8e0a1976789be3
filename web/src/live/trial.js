// One trial: its curves as they grow, its candidate, its network, what was noticed, its checkpoints and its log.
import { chart } from '../chart.js';
import { copier, el, put, table } from '../dom.js';
import { counted, figure, label, moment } from '../format.js';
import { make as network } from '../sections/network.js';
import { follow, get, mayAct, of, view } from './api.js';
import { button, curves, form, frame, notice, opener } from './parts.js';

/** What is drawn, where it was measured: a chart of each row. */
const DRAWN = [['val_accuracy', 'train_accuracy'], ['val_loss', 'train_loss']];

export async function trial(root, study, number) {
  const said = notice();
  const made = form(study, said);
  const head = el('header', { class: 'answer' });
  const [charts, rest] = [el('div', { class: 'charts pair' }), el('div', {})];
  frame(root, `trial ${number} of ${study}`, head, said.element, charts, rest, made.dialog);
  const drawings = new Map();
  const layers = network();
  let known = null;

  const draw = () => {
    const { record } = known;
    const measured = new Set(record.epochs.flatMap((epoch) => Object.keys(epoch.metrics).filter((name) => finite(epoch.metrics[name]) !== null)));
    const shown = DRAWN.map((row) => row.filter((name) => measured.has(name))).filter((row) => row.length > 0);
    for (const names of shown) {
      const title = titled(names);
      if (!drawings.has(title)) drawings.set(title, chart(title));
      const series = names.map((name) => ({ name: label(name), points: record.epochs.map((epoch) => [epoch.epoch, finite(epoch.metrics[name])]) }));
      drawings.get(title).draw(curves(series, names[0], { name: names[0].replace('val_', '') }));
    }
    const figures = shown.map((names) => drawings.get(titled(names)).figure);
    const none = record.epochs.length === 0 ? 'It has no epoch behind it, so there is no curve.' : 'No epoch has a number to be drawn.';
    if (figures.length === 0) put(charts, el('p', { class: 'aside' }, none));
    else if (figures.some((one, index) => charts.children[index] !== one)) put(charts, ...figures);
  };
  const show = () => {
    const { record, network: net, toml, checkpoints, log } = known;
    const over = !['running', 'paused'].includes(record.outcome);
    put(head,
      el('p', { class: 'kicker' }, el('a', { class: 'link', href: view(study) }, study), ` · ${record.origin}${record.seed === undefined ? '' : ` on fresh seed ${record.seed}`} · ${moment(record.began_at)}`),
      el('h1', { class: 'large' }, `Trial ${number}`),
      el('p', { class: 'standing' }, el('span', { class: `state ${record.outcome}` }, record.outcome), ` after ${counted(record.epochs.length, 'epoch')}${record.attempt > 1 ? `, ${record.attempt} attempts` : ''}${record.holder ? `, trained by ${record.holder}` : ''}.${record.cause ? ` ${record.cause[0].toUpperCase()}${record.cause.slice(1)}.` : ''}`),
      el('div', { class: 'controls' },
        !over && button('Stop', said, () => of(study, 'trials', number, 'stop')),
        over && button('Retry', said, () => of(study, 'trials', number, 'retry')),
        opener('Clone and edit', made, () => toml),
        el('a', { class: 'link', href: `${view(study, 'compare')}?trials=${number}` }, 'Compare with others')));
    draw();
    layers.show({ winner: net });
    put(rest,
      part('Network', layers.body),
      part('Candidate', el('div', { class: 'copyable' }, el('div', { class: 'copy-head' }, el('span', { class: 'aside' }, 'As a file for kiln enqueue'), copier(() => toml)), el('pre', { tabindex: 0 }, toml))),
      part('Figures', table(['figure', 'value'], Object.entries(net.figures).map(([name, value]) => [label(name), figure(name, value)]), 'Figures')),
      (record.warnings.length > 0 || record.faults.length > 0) && part('Warnings', el('ul', { class: 'warnings' },
        [...record.warnings, ...record.faults.map((fault) => `A worker died of it: ${fault}`)].map((text) => el('li', {}, text)))),
      part('Checkpoints', checkpoints.length > 0
        ? table(['epoch', 'directory'], checkpoints.map((one) => [String(one.epoch), one.name]), 'Checkpoints')
        : el('p', { class: 'aside' }, 'None is kept.')),
      part('Log', el('pre', { tabindex: 0 }, log.join('\n'))));
  };
  const read = async () => {
    try {
      known = (await get(of(study, 'trials', number))).value;
      show();
    } catch (error) {
      said.fail(error);
    }
  };
  await read();
  if (!mayAct()) said.say('Buttons act if you open the address that was printed when the server started.');

  let due = null;
  const readSoon = () => { due ??= setTimeout(() => { due = null; read(); }, 1000); };
  let first = true;
  follow(study, (message) => {
    if (message.kind === 'now') {
      if (!first) readSoon();
      first = false;
    }
    if (message.kind !== 'trial' || message.trial !== number || !known) return;
    const { record } = known;
    const remarks = record.warnings.length + record.faults.length;
    if (message.epoch && message.outcome === record.outcome && message.remarks === remarks && message.after === record.epochs.length) {
      record.epochs.push({ epoch: message.epochs, metrics: message.epoch });
      draw();
    } else {
      readSoon();
    }
  });
}

const titled = (names) => names.map(label).join(' and ');

const part = (title, ...children) => el('section', {}, el('h2', {}, title), children);

/** Of a figure that is no number the record has a word. */
const finite = (value) => (typeof value === 'number' ? value : null);

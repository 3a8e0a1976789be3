// Parts that several views have.
import { axis, symbol, tip, upright } from '../chart.js';
import { el, put } from '../dom.js';
import { figure, label, short } from '../format.js';
import { act, mayAct, of } from './api.js';

/** The name of the program, which leads to the list of studies. */
export const brand = () => el('a', { href: '/' }, 'Kiln');

/** A page without the sections of a report. */
export function frame(root, title, ...children) {
  document.title = `${title} · Kiln`;
  root.replaceChildren(
    el('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
    el('nav', { 'aria-label': 'Kiln' }, el('p', { class: 'brand' }, brand())),
    el('main', { id: 'main', tabindex: -1 }, children),
  );
}

/** A place where what was done is said, and `say` and `fail`, which write there. */
export function notice() {
  const element = el('div', { class: 'notice', role: 'status' });
  const write = (wrong, text) => {
    element.classList.toggle('wrong', wrong);
    put(element, el('pre', {}, text));
  };
  return { element, say: (text) => write(false, text), fail: (error) => write(true, error.message) };
}

/** A button that has something done and says what came of it. */
export function button(text, { say, fail }, address, name = text) {
  const element = el('button', {
    type: 'button', 'aria-label': name === text ? null : name, disabled: !mayAct(),
    title: mayAct() ? null : 'Open the address that was printed at the start: it has the token that lets you act',
    onclick: async () => {
      element.disabled = true;
      try {
        say(await act(address()));
      } catch (error) {
        fail(error);
      }
      element.disabled = false;
    },
  }, text);
  return element;
}

/** A dialog in which a candidate is written and enqueued; `open` takes its first lines. */
export function form(study, { say }) {
  const area = el('textarea', { rows: 14, spellcheck: 'false', 'aria-label': 'Values of the candidate', autocomplete: 'off' });
  const wrong = notice();
  const dialog = el('dialog', { 'aria-labelledby': 'enqueue-title' },
    el('h2', { id: 'enqueue-title' }, 'Enqueue a candidate'),
    el('p', { class: 'aside' }, 'A value a line, as in learning_rate = 0.01. What is left out is drawn.'),
    area, wrong.element,
    el('p', { class: 'controls' },
      el('button', { type: 'button', class: 'main', onclick: async () => {
        try {
          say(await act(of(study, 'enqueue'), area.value));
          dialog.close();
        } catch (error) {
          wrong.fail(error);
        }
      } }, 'Enqueue'),
      el('button', { type: 'button', onclick: () => dialog.close() }, 'Leave it')));
  return {
    dialog,
    open(lines) {
      area.value = lines;
      put(wrong.element);
      dialog.showModal();
    },
  };
}

/** A button that opens a form with what `lines` gives. */
export const opener = (text, made, lines) =>
  el('button', { type: 'button', disabled: !mayAct(), onclick: () => made.open(lines()) }, text);

/** The drawing of curves: each of `series` has a name and points; told apart by colour and by their names at the ends. */
export function curves(series, metric, { height = 280, name = label(metric) } = {}) {
  const last = Math.max(1, ...series.map((one) => one.points.at(-1)?.[0] ?? 0));
  return {
    description: series.map((one) => `${one.name}: ${figure(metric, one.points.at(-1)?.[1])} after epoch ${one.points.at(-1)?.[0] ?? 0}`).join('; '),
    height,
    headers: ['epoch', ...series.map((one) => one.name)],
    rows: () => {
      const epochs = [...new Set(series.flatMap((one) => one.points.map(([epoch]) => epoch)))].sort((one, other) => one - other);
      const at = series.map((one) => new Map(one.points));
      return epochs.map((epoch) => [String(epoch), ...at.map((known) => figure(metric, known.get(epoch)))]);
    },
    option: (colour) => ({
      animation: false,
      grid: { left: 8, right: 76, top: 28, bottom: 24, containLabel: true },
      xAxis: axis(colour, 'epoch', { type: 'value', min: last > 1 ? 1 : 0, max: Math.max(last, 2), minInterval: 1, splitLine: { show: false } }),
      yAxis: upright(colour, name, { type: 'value', axisLabel: { color: colour.muted, fontSize: 11, formatter: short } }),
      series: series.map((one, index) => {
        const own = ink(colour, index);
        return {
          type: 'line', name: one.name, data: one.points, ...symbol(one.points, 6),
          triggerLineEvent: true, lineStyle: { color: own, width: 2 }, itemStyle: { color: own },
          endLabel: { show: true, formatter: () => one.name, color: own, fontSize: 11 },
          labelLayout: { moveOverlap: 'shiftY' },
          tooltip: { formatter: () => tip(one.name, `${label(metric)} ${figure(metric, one.points.at(-1)?.[1])}`) },
        };
      }),
    }),
  };
}

/** The heads of columns, those of figures to the right; one without a name says what it is for to those who cannot see. */
export const heads = (columns) => columns.map(([name, isFigure]) =>
  el('th', { scope: 'col', class: isFigure ? 'number' : null }, name || el('span', { class: 'unseen' }, 'act')));

/** The colour of one of eight curves. */
const ink = (colour, index) =>
  [colour.blue, colour.fire, ...['timed-out', 'out-of-memory', 'running', 'crashed', 'paused', 'stopped'].map(colour.outcome)][index % 8];

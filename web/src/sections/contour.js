// The first objective over two parameters: smoothed over the trials, which are the dots.
import { axis, chart, tip, upright } from '../chart.js';
import { el, select } from '../dom.js';
import { figure, jitter, label, short, valueOf } from '../format.js';
import { shade } from '../theme.js';

export const id = 'contour';
export const title = 'Two parameters at once';

const BANDS = 8;

export function make() {
  const controls = el('div', { class: 'controls' });
  const legend = el('div', { class: 'legend' });
  const drawn = chart('The objective over two parameters');
  let [chosen, latest] = [0, null];
  const paint = () => drawn.draw(drawing(latest, latest.contours[chosen], legend));
  return {
    body: el('div', {}, controls, el('div', { class: 'charts' }, drawn.figure), legend),
    show(facts) {
      latest = facts;
      if (facts.contours.length === 0) return false;
      chosen = Math.min(chosen, facts.contours.length - 1);
      controls.replaceChildren(select('Parameters', facts.contours.map(({ x, y }) => `${x} and ${y}`), chosen, (index) => { chosen = index; paint(); }));
      paint();
      return true;
    },
  };
}

function drawing({ parameters, trials, objectives }, { x, y, size, cells }, legend) {
  const { metric, goal } = objectives[0];
  const [across, up] = [x, y].map((name) => parameters.findIndex((axis) => axis.name === name));
  const values = cells.map((cell) => cell[2]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const share = (value) => (high > low ? (value - low) / (high - low) : 1);
  // Bands of equal steps read as contours do.
  const good = (value) => (Math.min(BANDS - 1, Math.floor((goal === 'maximize' ? share(value) : 1 - share(value)) * BANDS)) + 0.5) / BANDS;
  const scaled = (index) => (number) => (parameters[index].scale === 'values' ? number : place(parameters[index], number, size[index === across ? 0 : 1]));
  const rows = trials.rows.filter((row) => row.outcome === 'complete' && row.values[across] !== null && row.values[up] !== null && row.figures[0] !== null);
  // Dots of one listed value do not hide each other.
  const beside = (index, row) => (parameters[index].scale === 'values' ? jitter(row.trial, index === up ? 2 : 1) : 0);
  const spot = (row) => [across, up].map((index) => scaled(index)(row.values[index]) + beside(index, row));
  const best = [...cells].sort((a, b) => good(b[2]) - good(a[2]) || (goal === 'maximize' ? b[2] - a[2] : a[2] - b[2]))[0];
  const name = (index, part) => (parameters[index].scale === 'values' ? parameters[index].values[part] : short(edge(parameters[index], part + 0.5, size[index === across ? 0 : 1])));
  legend.replaceChildren(el('span', {}, figure(metric, goal === 'maximize' ? low : high)), el('span', { class: 'ramp', 'aria-hidden': 'true' }), el('span', {}, `${figure(metric, goal === 'maximize' ? high : low)} ${label(metric)}, best`));
  return {
    note: 'Smoothed over the trials (dots); blank where none is near.',
    description: `Smoothed ${label(metric)} over ${x} and ${y}: best, about ${figure(metric, best[2])}, near ${x} ${name(across, best[0])} and ${y} ${name(up, best[1])}.`,
    height: 400,
    headers: [x, y, label(metric)],
    rows: () => cells.map(([column, row, value]) => [name(across, column), name(up, row), figure(metric, value)]),
    option: (colour) => ({
      xAxis: partAxis(axis, colour, parameters[across], size[0]),
      yAxis: partAxis(upright, colour, parameters[up], size[1]),
      series: [
        { type: 'custom', encode: { x: 0, y: 1 }, data: cells, z: 1, clip: true,
          tooltip: { formatter: ({ value }) => tip(`${label(metric)} about ${figure(metric, value[2])}`, `${x} ${name(across, value[0])}`, `${y} ${name(up, value[1])}`) },
          renderItem: (_, api) => {
            const [left, bottom] = api.coord([api.value(0) - 0.5, api.value(1) - 0.5]);
            const [right, top] = api.coord([api.value(0) + 0.5, api.value(1) + 0.5]);
            return { type: 'rect', shape: { x: left, y: top, width: right - left + 0.6, height: bottom - top + 0.6 }, style: { fill: shade(colour.scale, good(api.value(2))) } };
          } },
        { type: 'scatter', data: rows.map(spot), symbolSize: 6, z: 4, itemStyle: { color: colour.ink, borderColor: colour.paper, borderWidth: 1, opacity: 0.8 },
          tooltip: { formatter: ({ dataIndex }) => { const row = rows[dataIndex]; return tip(`trial ${row.trial}`, `${label(metric)} ${figure(metric, row.figures[0])}`, `${x} ${valueOf(parameters[across], row.values[across])}`, `${y} ${valueOf(parameters[up], row.values[up])}`); } } },
      ],
    }),
  };
}

/** Where a number stands, in parts of the axis, the middle of the first part at 0. */
function place({ low, high, log }, number, parts) {
  const on = (value) => (log ? Math.log(value) : value);
  return ((on(number) - on(low)) / (on(high) - on(low))) * parts - 0.5;
}

function edge({ low, high, log }, part, parts) {
  const share = part / parts;
  return log ? low ** (1 - share) * high ** share : low + (high - low) * share;
}

function partAxis(make, colour, parameter, parts) {
  const listed = parameter.scale === 'values';
  const text = (part) => (listed ? (Number.isInteger(part) ? parameter.values[part] ?? '' : '') : short(edge(parameter, part + 0.5, parts)));
  return make(colour, parameter.name, {
    type: 'value', min: -0.5, max: parts - 0.5, ...(listed ? { interval: 0.5 } : { interval: parts / 4 }), splitLine: { show: false }, scale: false,
    axisLabel: { color: colour.muted, fontSize: 11, formatter: text, hideOverlap: true },
  });
}

// The front of several objectives: a plane for each pair of them.
import { axis, chart, tip, upright } from '../chart.js';
import { el } from '../dom.js';
import { figure, isCount, label, short, whole } from '../format.js';
import { shade } from '../theme.js';

export const id = 'front';
export const title = 'The front';

export function make() {
  const lead = el('p', { class: 'aside' });
  const planes = el('div', { class: 'charts' });
  const charts = new Map();
  return {
    body: el('div', {}, lead, planes),
    show({ objectives, front, trials, winner }) {
      if (objectives.length < 2 || trials.rows.length === 0) return false;
      lead.textContent = front.size === 0
        ? 'No complete trial has a number for each objective.'
        : `${front.size === 1 ? 'One trial' : `${whole(front.size)} trials`} that no other beats in ${objectives.length === 2 ? 'both' : 'all'} objectives${front.size > 1 && objectives.length === 2 ? '; the line joins them.' : '.'}`;
      planes.hidden = front.size === 0;
      for (let first = 0; first < objectives.length; first += 1) {
        for (let second = first + 1; second < objectives.length; second += 1) {
          const name = `${label(objectives[first].metric)} against ${label(objectives[second].metric)}`;
          if (!charts.has(name)) {
            charts.set(name, chart(name, { small: objectives.length > 2 }));
            planes.append(charts.get(name).figure);
          }
          charts.get(name).draw(plane(objectives, front, trials, winner, first, second));
        }
      }
      return true;
    },
  };
}

function plane(objectives, front, trials, winner, first, second) {
  const [one, other] = [objectives[first].metric, objectives[second].metric];
  const spot = (row) => [row.figures[second], row.figures[first], row.trial];
  const complete = trials.rows.filter((row) => row.outcome === 'complete' && row.figures[first] !== null && row.figures[second] !== null);
  const density = objectives.length === 2 || (first === 0 && second === 1) ? front.density : null;
  const best = front.trials.map(([trial, values]) => [values[second], values[first], trial]);
  const line = objectives.length === 2 ? [...best].sort((a, b) => a[0] - b[0]) : [];
  const said = (metric, value) => `${label(metric)} ${figure(metric, value)}`;
  const told = ({ value }) => tip(`trial ${value[2]}`, said(one, value[1]), said(other, value[0]));
  const scaled = (metric) => (isCount(metric) ? { type: 'log' } : { type: 'value', scale: true });
  return {
    note: density ? `The deeper the blue, the more of the ${whole(trials.all)} trials; diamonds: the front.` : '',
    description: best.length === 0 ? 'No trial competes.' : `${best.length} trials on the front among ${complete.length}; from ${said(one, best[0][1])} with ${said(other, best[0][0])} to ${said(one, best.at(-1)[1])} with ${said(other, best.at(-1)[0])}.`,
    height: objectives.length > 2 ? 280 : 380,
    headers: ['trial', ...objectives.map(({ metric }) => label(metric))],
    rows: () => front.trials.map(([trial, values]) => [String(trial), ...values.map((value, index) => figure(objectives[index].metric, value))]),
    option: (colour) => ({
      xAxis: axis(colour, label(other), { ...scaled(other), axisLabel: { color: colour.muted, fontSize: 11, formatter: short, hideOverlap: true } }),
      yAxis: upright(colour, label(one), { ...scaled(one), axisLabel: { color: colour.muted, fontSize: 11, formatter: short } }),
      series: [
        ...(density ? [cells(density, [other, one].map(isCount), colour)] : []),
        { type: 'scatter', data: density ? [] : complete.filter((row) => !row.front).map(spot), symbolSize: 7, itemStyle: { color: colour.blue, opacity: complete.length > 500 ? 0.25 : 0.5 }, tooltip: { formatter: told } },
        { type: 'line', data: line, step: objectives[second].goal === 'minimize' ? 'end' : 'start', symbol: 'none', silent: true, lineStyle: { color: colour.fire, width: 1.5, opacity: 0.7 }, z: 4 },
        { type: 'scatter', data: best, symbol: 'diamond', symbolSize: 12, itemStyle: { color: colour.fire, borderColor: colour.paper, borderWidth: 1.5 }, z: 5, tooltip: { formatter: told },
          label: { show: true, formatter: ({ value }) => (value[2] === winner?.trial ? `trial ${value[2]}` : ''), position: 'top', color: colour.ink, fontSize: 12, fontWeight: 600 } },
      ],
    }),
  };
}

/** Rectangles, the darker the more trials. */
function cells({ x, y, cells: size, counts }, [across, up], colour) {
  const most = Math.log(1 + Math.max(...counts.map((cell) => cell[2])));
  const edge = ([low, high], log, index) => (log && low > 0 ? low * (high / low) ** (index / size) : low + ((high - low) * index) / size);
  return {
    type: 'custom', silent: true, z: 1, tooltip: { show: false }, encode: { x: [0, 1], y: [2, 3] },
    // The first objective stands upright.
    data: counts.map(([row, column, count]) => [edge(y, across, column), edge(y, across, column + 1), edge(x, up, row), edge(x, up, row + 1), count]),
    renderItem: (_, api) => {
      const [left, bottom] = api.coord([api.value(0), api.value(2)]);
      const [right, top] = api.coord([api.value(1), api.value(3)]);
      return { type: 'rect', shape: { x: left, y: top, width: right - left + 0.5, height: bottom - top + 0.5 },
        style: { fill: shade(colour.scale, Math.log(1 + api.value(4)) / most), opacity: 0.9 } };
    },
  };
}

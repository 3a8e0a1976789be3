// The best so far, and every trial beside it.
import { axis, band, chart, room, tip, upright } from '../chart.js';
import { el, put } from '../dom.js';
import { figure, isCount, label, short } from '../format.js';

export const id = 'history';
export const title = 'How the search went';

export function make() {
  const body = el('div', { class: 'charts' });
  const charts = new Map();
  return {
    body,
    show({ history, trials }) {
      put(body, history.map((one) => {
        const metric = label(one.objective.metric);
        if (one.best.length === 0) return el('p', { class: 'aside' }, `No complete trial has a number for ${metric}.`);
        const name = `The best ${metric} so far`;
        if (!charts.has(name)) charts.set(name, chart(name));
        return charts.get(name).figure;
      }));
      history.forEach((one, index) => charts.get(`The best ${label(one.objective.metric)} so far`)?.draw(drawing(one, trials, index)));
      return trials.rows.length > 0;
    },
  };
}

function drawing({ objective: { metric }, best, stretches }, trials, index) {
  const points = trials.rows.filter((row) => row.outcome === 'complete' && row.figures[index] !== null).map((row) => [row.trial, row.figures[index]]);
  const last = trials.all - 1;
  const line = [...best, [last, best.at(-1)?.[1]]];
  const log = isCount(metric);
  // An axis around a single value goes further than values can.
  const isFlat = points.every(([, value]) => value === points[0][1]);
  return {
    note: stretches.length > 0 ? `Dots: the best trials and a sample${log ? '' : '; bands: 80 % and 50 % of all'}.` : 'Dots: the complete trials.',
    description: `It is ${figure(metric, best.at(-1)?.[1])} at the end, reached at trial ${best.at(-1)?.[0]}, after ${best.length} improvements.`,
    headers: ['trial', label(metric)],
    rows: () => best.map(([trial, value]) => [String(trial), figure(metric, value)]),
    option: (colour) => ({
      xAxis: axis(colour, 'trial', { type: 'value', min: 0, max: Math.max(1, last), minInterval: 1, splitLine: { show: false } }),
      yAxis: upright(colour, label(metric), { type: log ? 'log' : 'value', ...(log || !isFlat ? {} : room(points.map(([, value]) => value))), axisLabel: { color: colour.muted, fontSize: 11, formatter: short, ...(isFlat ? { showMinLabel: false, showMaxLabel: false } : {}) } }),
      series: [
        ...(stretches.length > 0 && !log ? [
          ...band(stretches.map((one) => [(one.from + one.to) / 2, one.values.quantiles[0], one.values.quantiles[4]]), colour.blue, 0.14, 'wide'),
          ...band(stretches.map((one) => [(one.from + one.to) / 2, one.values.quantiles[1], one.values.quantiles[3]]), colour.blue, 0.2, 'narrow'),
        ] : []),
        { type: 'scatter', data: points, symbolSize: points.length > 500 ? 4 : 7, itemStyle: { color: colour.blue, opacity: points.length > 500 ? 0.35 : 0.55 },
          tooltip: { formatter: ({ value }) => tip(`trial ${value[0]}`, `${label(metric)} ${figure(metric, value[1])}`) } },
        { type: 'line', step: 'end', data: line, symbol: 'none', silent: true, lineStyle: { color: colour.fire, width: 2.5 }, z: 4 },
        { type: 'scatter', data: best, symbolSize: 9, itemStyle: { color: colour.fire, borderColor: colour.paper, borderWidth: 1.5 }, z: 5,
          tooltip: { formatter: ({ value }) => tip(`trial ${value[0]}, the best so far`, `${label(metric)} ${figure(metric, value[1])}`) } },
      ],
    }),
  };
}

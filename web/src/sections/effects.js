// Each parameter against an objective: single trials, and the mean with its interval where it has about one value.
import { axis, chart, room, tip, upright, whiskers } from '../chart.js';
import { el, select } from '../dom.js';
import { counted, figure, isCount, jitter, label, short, valueOf, whole } from '../format.js';

export const id = 'effects';
export const title = 'Effect of each parameter';

const FIRST = 12;

export function make() {
  const controls = el('div', { class: 'controls' });
  const grid = el('div', { class: 'charts grid' });
  const more = el('button', { type: 'button', class: 'more-button', onclick: () => { all = true; paint(); } });
  const charts = new Map();
  let [chosen, all, latest] = [0, false, null];

  const paint = () => {
    const { objectives, slices, parameters, trials, importance } = latest;
    const metric = objectives[chosen].metric;
    const order = importance.find((one) => one.objective?.metric === metric)?.parameters.map((one) => one.parameter) ?? [];
    const place = (slice) => (order.indexOf(slice.parameter) + 1 || Infinity);
    const known = slices.filter((slice) => slice.objective.metric === metric && slice.parts.length > 0);
    const sorted = order.length > 0 ? [...known].sort((one, other) => place(one) - place(other)) : known;
    const shown = all ? sorted : sorted.slice(0, FIRST);
    more.hidden = shown.length === sorted.length;
    more.textContent = `Show all ${sorted.length} parameters`;
    grid.replaceChildren(...shown.map((slice) => {
      if (!charts.has(slice.parameter)) charts.set(slice.parameter, chart(slice.parameter, { small: true }));
      return charts.get(slice.parameter).figure;
    }));
    for (const slice of shown) {
      const index = parameters.findIndex((axis) => axis.name === slice.parameter);
      charts.get(slice.parameter).draw(drawing(slice, parameters[index], index, trials, chosen));
    }
  };
  return {
    body: el('div', {},
      el('p', { class: 'aside' }, 'Dots: trials. Marks: the mean of the trials with about this value, and its 95 % interval. All else is as the trials had it, and a strategy tries what looks good more often: what differs here differs also by what came with it.'),
      controls, grid, more),
    show(facts) {
      latest = facts;
      if (!facts.slices.some((slice) => slice.parts.length > 0)) return false;
      controls.replaceChildren(...(facts.objectives.length > 1
        ? [select('Objective', facts.objectives.map(({ metric }) => label(metric)), chosen, (index) => { chosen = index; paint(); })] : []));
      paint();
      return true;
    },
  };
}

function drawing(slice, axisOf, index, trials, chosen) {
  const { metric } = slice.objective;
  const listed = axisOf.scale === 'values';
  const rows = trials.rows.filter((row) => row.outcome === 'complete' && row.values[index] !== null && row.figures[chosen] !== null);
  const points = rows.map((row) => [listed ? row.values[index] + jitter(row.trial) : row.values[index], row.figures[chosen], row.trial]);
  const middle = (part) => (listed ? part.from : axisOf.log ? Math.sqrt(part.from * part.to) : (part.from + part.to) / 2);
  const means = slice.parts.map((part) => [middle(part), part.values.mean, part]);
  const best = [...slice.parts].sort((a, b) => (slice.objective.goal === 'maximize' ? b.values.mean - a.values.mean : a.values.mean - b.values.mean))[0];
  const log = isCount(metric);
  // Of the trials: intervals of a few can be far wider.
  const extent = room([...points.map((point) => point[1]), ...slice.parts.map((part) => part.values.mean)]);
  return {
    note: slice.inactive ? `There in ${counted(slice.active, 'trial')}, absent in ${whole(slice.inactive.n)}.` : '',
    description: `The best mean ${label(metric)} is ${figure(metric, best.values.mean)}, of ${counted(best.values.n, 'trial')} with ${best.label}.`,
    height: 210,
    headers: ['value', 'trials', 'mean', 'from', 'to', 'median'],
    rows: () => slice.parts.map(({ label: name, values }) => [name, String(values.n), figure(metric, values.mean), figure(metric, values.interval?.[0]), figure(metric, values.interval?.[1]), figure(metric, values.quantiles[2])]),
    option: (colour) => ({
      grid: { left: 4, right: 12, top: 26, bottom: listed ? 24 : 6, containLabel: true },
      xAxis: axis(colour, '', {
        type: !listed && axisOf.log ? 'log' : 'value', splitLine: { show: false }, scale: true,
        ...(listed
          ? { min: -0.5, max: axisOf.values.length - 0.5, interval: 1, axisLabel: { show: false } }
          : { min: axisOf.low, max: axisOf.high, axisLabel: { color: colour.muted, fontSize: 11, formatter: short, hideOverlap: true } }),
      }),
      yAxis: upright(colour, label(metric), { type: log ? 'log' : 'value', splitNumber: 4, ...(log ? {} : extent), axisLabel: { color: colour.muted, fontSize: 11, formatter: short, showMinLabel: false, showMaxLabel: false } }),
      series: [
        { type: 'scatter', data: points, symbolSize: points.length > 500 ? 3.5 : 6, itemStyle: { color: colour.blue, opacity: points.length > 500 ? 0.25 : 0.45 },
          tooltip: { formatter: ({ value, dataIndex }) => tip(`trial ${value[2]}`, `${slice.parameter} ${valueOf(axisOf, rows[dataIndex].values[index])}`, `${label(metric)} ${figure(metric, value[1])}`) } },
        whiskers(means.filter(([, , part]) => part.values.interval).map(([x, , part]) => [x, log ? Math.max(part.values.interval[0], 1) : part.values.interval[0], part.values.interval[1]]), colour.fire),
        { type: 'scatter', data: means.map(([x, mean]) => [x, mean]), symbolSize: 9, itemStyle: { color: colour.fire, borderColor: colour.paper, borderWidth: 1.5 }, z: 5,
          tooltip: { formatter: ({ dataIndex }) => { const { label: name, values } = slice.parts[dataIndex]; return tip(`${slice.parameter} ${name}`, `mean ${figure(metric, values.mean)} of ${counted(values.n, 'trial')}`, values.interval && `95 %: ${figure(metric, values.interval[0])} to ${figure(metric, values.interval[1])}`); } } },
        ...(listed ? [names(axisOf, colour)] : []),
      ],
    }),
  };
}

/** The names of listed values below the axis, which a scale of numbers would not write. */
function names({ values }, colour) {
  return {
    type: 'custom', silent: true, tooltip: { show: false }, clip: false, encode: { x: 0 }, data: values.map((_, index) => [index]),
    renderItem: (parameters, api) => {
      const [x] = api.coord([api.value(0), 0]);
      const { y, height, width } = parameters.coordSys;
      const room = width / values.length;
      return { type: 'text', x, y: y + height + 7, style: { text: values[parameters.dataIndex], fill: colour.muted, fontSize: 11, fontFamily: colour.font, align: 'center', width: room - 2, overflow: 'truncate' } };
    },
  };
}

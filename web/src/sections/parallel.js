// Every trial as a line through its parameters to the objective. Ranges of an axis are brushed by dragging along it, or
// with the controls above, which keys reach.
import { chart } from '../chart.js';
import { el, select } from '../dom.js';
import { counted, figure, isCount, label, short } from '../format.js';
import { goodness, shade } from '../theme.js';

export const id = 'parallel';
export const title = 'All choices at once';

const MOST_AXES = 12;
const MOST_NARROW = 6;
const MOST_LINES = 600;

export function make() {
  const controls = el('form', { class: 'controls', onsubmit: (event) => event.preventDefault() });
  const told = el('p', { class: 'aside', role: 'status' });
  const drawn = chart('Parallel coordinates');
  let brushed = new Map();
  let latest = null;

  const count = () => {
    const { instance } = drawn;
    if (!instance || !latest) return;
    const inside = latest.lines.filter((line) => [...brushed].every(([index, ranges]) =>
      ranges.length === 0 || ranges.some(([low, high]) => line.places[index] !== null && line.places[index] >= low && line.places[index] <= high)));
    const active = [...brushed].some(([, ranges]) => ranges.length > 0);
    told.textContent = active ? `${counted(inside.length, 'trial')} within the chosen ranges${inside.length > 0 ? `; the best is trial ${inside[0].trial}` : ''}.` : `${counted(latest.lines.length, 'trial')}. Drag along an axis, or choose a range here, to see who is in it.`;
  };
  const listen = () => {
    const { instance } = drawn;
    if (!instance || instance.heard) return;
    instance.heard = true;
    instance.on('axisareaselected', () => {
      brushed = new Map(latest.axes.map((_, index) => [index, instance.getModel().getComponent('parallelAxis', index).activeIntervals.map((range) => [...range])]));
      count();
    });
  };
  const brush = (index, range) => {
    const { instance } = drawn;
    latest.axes.forEach((_, other) => brushed.set(other, other === index && range ? [range] : []));
    for (const [other, intervals] of brushed) instance?.dispatchAction({ type: 'axisAreaSelect', parallelAxisId: String(other), intervals });
    count();
  };
  return {
    body: el('div', {}, controls, told, el('div', { class: 'charts wide' }, drawn.figure)),
    show(facts) {
      latest = prepared(facts);
      if (latest.lines.length === 0 || latest.axes.length < 2) return false;
      brushed = new Map();
      drawn.draw(drawing(latest));
      listen();
      requestAnimationFrame(listen);
      controls.replaceChildren(...rangeControls(latest.axes, brush));
      count();
      return true;
    },
  };
}

/** The axes: the parameters that matter most, then the objectives; and the lines, best first. */
function prepared({ parameters, trials, objectives, importance }) {
  const order = importance.find((one) => one.parameters)?.parameters.map((one) => one.parameter) ?? [];
  const place = (axis) => (order.indexOf(axis.name) + 1 || Infinity);
  const complete = trials.rows.filter((row) => row.outcome === 'complete' && row.figures.slice(0, objectives.length).every((value) => value !== null));
  const most = matchMedia('(max-width: 37rem)').matches ? MOST_NARROW : MOST_AXES;
  const room = Math.max(2, most - objectives.length);
  const chosen = parameters.map((axis, index) => ({ axis, index }))
    .sort((one, other) => place(one.axis) - place(other.axis) || one.index - other.index).slice(0, room)
    .sort((one, other) => one.index - other.index);
  const stride = Math.ceil(complete.length / MOST_LINES);
  const shown = complete.filter((_, index) => index % Math.max(1, stride) === 0);
  const share = goodness(shown.map((row) => row.figures[0]), objectives[0].goal);
  const axes = [
    ...chosen.map(({ axis }) => ({ name: axis.name, values: axis.scale === 'values' ? axis.values : null, log: axis.log ?? false, low: axis.low, high: axis.high })),
    ...objectives.map(({ metric }, index) => {
      const known = shown.map((row) => row.figures[index]);
      return { name: label(metric), metric, values: null, log: isCount(metric), low: Math.min(...known), high: Math.max(...known) };
    }),
  ];
  // A line has no point where the parameter is not there, and is brushed away there.
  const lines = shown.map((row) => ({ trial: row.trial, share: share(row.figures[0]), places: [...chosen.map(({ index }) => row.values[index]), ...row.figures.slice(0, objectives.length)] }));
  return { axes, lines };
}

function rangeControls(axes, brush) {
  let index = 0;
  const ranges = el('span', { class: 'ranges' });
  const show = () => {
    const { values, low, high, log, metric } = axes[index];
    const steps = values ? values.length - 1 : 100;
    const number = (step) => (values ? step : log ? low ** (1 - step / steps) * high ** (step / steps) : low + ((high - low) * step) / steps);
    const text = (step) => (values ? values[step] : metric ? figure(metric, number(step)) : short(number(step)));
    const inputs = [0, steps].map((value, end) => el('input', { type: 'range', min: 0, max: steps, step: 1, value, 'aria-label': `${axes[index].name} ${end === 0 ? 'from' : 'to'}`, 'aria-valuetext': text(value), oninput: () => change() }));
    const output = el('output', {}, 'all');
    const change = () => {
      const [from, to] = inputs.map((input) => Number(input.value)).sort((one, other) => one - other);
      inputs.forEach((input) => input.setAttribute('aria-valuetext', text(Number(input.value))));
      const whole = from === 0 && to === steps;
      output.textContent = whole ? 'all' : `${text(from)} to ${text(to)}`;
      // Half a step of slack, so that listed values and ends are inside.
      const slack = values ? 0.4 : 0;
      brush(index, whole ? null : [number(from) - slack, number(to) + slack]);
    };
    ranges.replaceChildren(...inputs, output);
  };
  show();
  return [select('Range of', axes.map((axis) => axis.name), 0, (chosen) => { brush(chosen, null); index = chosen; show(); }), ranges];
}

function drawing({ axes, lines }) {
  return {
    note: 'The deeper the blue, the better; the best trial in the colour of fire.',
    description: `${lines.length} trials over ${axes.map((axis) => axis.name).join(', ')}.`,
    height: 380,
    headers: null,
    rows: () => [],
    option: (colour, width) => ({
      tooltip: { show: false },
      parallel: { left: 34, right: 76, top: 84, bottom: 26, axisExpandable: false },
      parallelAxis: axes.map(({ name, values, log, low, high, metric }, dim) => ({
        dim, id: String(dim), name, nameLocation: 'end', nameRotate: 24, nameGap: 10, nameTruncate: { maxWidth: 130 },
        nameTextStyle: { color: colour.ink, fontSize: width < 600 ? 10 : 12, align: 'left' },
        ...(values ? { type: 'category', data: values, boundaryGap: true } : { type: log ? 'log' : 'value', min: low, max: high > low ? high : low + 1, ...(log ? {} : { interval: (high > low ? high - low : 1) / 4 }) }),
        axisLine: { lineStyle: { color: colour.muted } }, axisTick: { show: false }, minorTick: { show: false }, splitLine: { show: false },
        axisLabel: values
          ? { color: colour.muted, fontSize: 10, interval: 0, width: Math.max(24, (width - 110) / axes.length - 12), overflow: 'truncate', textBorderColor: colour.paper, textBorderWidth: 3 }
          : { color: colour.muted, fontSize: 10, formatter: (value) => (metric && !isCount(metric) ? (+value).toFixed(2) : short(value)), hideOverlap: true, showMinLabel: true, showMaxLabel: true, textBorderColor: colour.paper, textBorderWidth: 3 },
        areaSelectStyle: { width: 16, borderColor: colour.fire, borderWidth: 1, color: colour.fire, opacity: 0.2 },
      })),
      series: [
        {
          type: 'parallel', smooth: 0.08, inactiveOpacity: 0.04, activeOpacity: 0.9, progressive: 0,
          data: [...lines].reverse().map((line, index, all) => {
            const best = index === all.length - 1;
            return { value: line.places.map((place) => place ?? NaN), lineStyle: { color: best ? colour.fire : shade(colour.scale, line.share), width: best ? 3 : 1.3, opacity: best ? 1 : 0.65 } };
          }),
        },
      ],
    }),
  };
}

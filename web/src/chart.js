// One chart: a figure with a caption, a canvas, and the same data as a table for whoever cannot see it.
import { BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, ParallelComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { el, table } from './dom.js';
import { colours, onColours } from './theme.js';

echarts.use([
  BarChart, CustomChart, HeatmapChart, LineChart, ParallelChart, ScatterChart,
  GridComponent, MarkLineComponent, ParallelComponent, TooltipComponent, LabelLayout, CanvasRenderer,
]);

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/**
 * A chart with a title. `draw(drawing)` shows { option(colours, width), description, headers, rows, height }; it may be
 * called again whenever the data change.
 */
export function chart(title, { small = false } = {}) {
  const canvas = el('div', { class: 'canvas', role: 'img' });
  const body = el('div', {});
  const details = el('details', { class: 'data' }, el('summary', {}, 'The same as a table'), body);
  const note = el('span', { class: 'note' });
  const figure = el('figure', { class: small ? 'chart small' : 'chart', 'data-chart': title },
    el('figcaption', {}, el('strong', {}, title), ' ', note), canvas, details);
  let drawing = null;
  let instance = null;

  const paint = () => {
    if (!drawing || !canvas.clientWidth) return;
    canvas.style.height = `${drawing.height ?? 320}px`;
    instance ??= start(canvas, figure);
    instance.resize();
    const colour = colours();
    instance.setOption({ ...basics(colour), ...drawing.option(colour, canvas.clientWidth) }, { notMerge: true });
  };
  const list = () => {
    if (details.open && drawing) body.replaceChildren(table(drawing.headers, drawing.rows(), title));
  };
  details.addEventListener('toggle', list);
  onColours(paint);
  new ResizeObserver(() => { if (instance === null || instance.getWidth() !== canvas.clientWidth) paint(); }).observe(canvas);

  return {
    figure,
    get instance() { return instance; },
    draw(next) {
      drawing = next;
      note.textContent = next.note ?? '';
      canvas.setAttribute('aria-label', `${title}. ${next.description}`);
      details.hidden = !next.headers;
      paint();
      list();
    },
  };
}

function start(canvas, figure) {
  const instance = echarts.init(canvas, null, { renderer: 'canvas' });
  // How many marks of data there are: what tests count.
  instance.on('finished', () => {
    let marks = 0;
    for (const view of instance._chartsViews) view.group.traverse((mark) => { marks += mark.isGroup || mark.ignore || isNothing(mark) ? 0 : 1; });
    figure.dataset.marks = marks;
  });
  return instance;
}

/** Whether a mark has no extent: the line of a series without data. */
function isNothing(mark) {
  const { width, height } = mark.getBoundingRect();
  return !(width > 0 || height > 0);
}

function basics(colour) {
  return {
    animation: !calm.matches,
    animationDuration: 400,
    textStyle: { fontFamily: colour.font, color: colour.ink },
    grid: { left: 8, right: 16, top: 28, bottom: 24, containLabel: true },
    tooltip: {
      confine: true, className: 'tip', backgroundColor: colour.paper, borderColor: colour.line, padding: [6, 10],
      textStyle: { color: colour.ink, fontSize: 13 }, extraCssText: 'box-shadow: 0 2px 10px rgba(0,0,0,.18)',
    },
  };
}

/** An axis with quiet lines; `more` is what is special. */
export function axis(colour, name, more = {}) {
  return {
    name, nameLocation: 'middle', nameGap: 30, nameTextStyle: { color: colour.muted, fontSize: 12 },
    axisLine: { show: true, onZero: false, lineStyle: { color: colour.line } }, axisTick: { show: false },
    axisLabel: { color: colour.muted, fontSize: 11, hideOverlap: true },
    splitLine: { lineStyle: { color: colour.line, width: 1, opacity: 0.6 } },
    ...more,
  };
}

/** A value axis across, whose name stands above it and not turned. */
export const upright = (colour, name, more = {}) =>
  axis(colour, name, { nameLocation: 'end', nameGap: 10, nameTextStyle: { color: colour.muted, fontSize: 12, align: 'left', padding: [0, 0, 0, -8] }, scale: true, ...more });

/** The least and the greatest of `values`, with room beside them, for an axis on which wider intervals are cut. */
export function room(values, share = 0.06) {
  const known = values.filter((value) => value !== null && Number.isFinite(value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const extra = (high - low || Math.abs(high) || 1) * share;
  return { min: low - extra, max: high + extra };
}

/** The content of a tooltip: lines of text. */
export const tip = (...lines) =>
  el('div', {}, lines.filter(Boolean).map((line, index) => el('div', { class: index === 0 ? 'first' : null }, line)));

/** Two series that fill what is between two lines. */
export function band(points, colour, opacity, name) {
  const line = { type: 'line', stack: name, stackStrategy: 'all', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, z: 1, tooltip: { show: false } };
  return [
    { ...line, data: points.map(([x, low]) => [x, low]) },
    { ...line, data: points.map(([x, low, high]) => [x, high - low]), areaStyle: { color: colour, opacity } },
  ];
}

/** Where a line of `points` has dots: at its only number, which would not be seen otherwise. */
export const symbol = (points, symbolSize) =>
  ({ symbol: points.filter(([, value]) => value !== null).length === 1 ? 'circle' : 'none', symbolSize });

/** A series of intervals: data are [x, low, high], or [low, high, y] lying. */
export function whiskers(data, colour, { lying = false, width = 2, z = 3 } = {}) {
  return {
    type: 'custom', data, z, silent: true, tooltip: { show: false }, clip: true,
    encode: lying ? { x: [0, 1], y: 2 } : { x: 0, y: [1, 2] },
    renderItem: (_, api) => {
      const [from, to] = lying
        ? [api.coord([api.value(0), api.value(2)]), api.coord([api.value(1), api.value(2)])]
        : [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])];
      const cap = lying ? [0, 4] : [4, 0];
      const stroke = (shape) => ({ type: 'line', shape, style: { stroke: colour, lineWidth: width } });
      const end = ([x, y]) => stroke({ x1: x - cap[0], y1: y - cap[1], x2: x + cap[0], y2: y + cap[1] });
      return { type: 'group', children: [stroke({ x1: from[0], y1: from[1], x2: to[0], y2: to[1] }), end(from), end(to)] };
    },
  };
}

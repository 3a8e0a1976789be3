// How much better networks are on the images that they were trained on, by choice.
import { axis, chart, room, tip, whiskers } from '../chart.js';
import { el } from '../dom.js';
import { counted } from '../format.js';

export const id = 'gap';
export const title = 'Generalization gap';

const points = (share) => `${share < 0 ? '−' : ''}${Math.abs(100 * share).toFixed(1)}`;

export function make() {
  const drawn = chart('Training less validation accuracy, by choice');
  return {
    body: el('div', {},
      el('p', { class: 'aside' }, 'In points of accuracy, at the last epoch of the complete trials: the mean with its 95 % interval, over the middle half of the trials. To the right of zero a choice fits its training images better than new ones. Mixup and dropout make training accuracy smaller than it is.'),
      el('div', { class: 'charts' }, drawn.figure)),
    show({ gaps }) {
      if (gaps.length === 0) return false;
      const rows = gaps.flatMap(({ parameter, choices }) => choices.map(({ value, gap }) => ({ name: `${parameter} = ${value}`, gap })));
      // Of the trials: intervals of a few can be far wider.
      const extent = room([0, ...rows.flatMap(({ gap }) => gap.quantiles)]);
      drawn.draw({
        description: rows.map(({ name, gap }) => `${name}: ${points(gap.mean)} points`).join('; '),
        height: 70 + 24 * rows.length,
        headers: ['choice', 'trials', 'mean', 'from', 'to'],
        rows: () => rows.map(({ name, gap }) => [name, String(gap.n), points(gap.mean), gap.interval ? points(gap.interval[0]) : null, gap.interval ? points(gap.interval[1]) : null]),
        option: (colour, width) => ({
          grid: { left: 8, right: 20, top: 8, bottom: 34, containLabel: true },
          xAxis: axis(colour, 'points of accuracy', { type: 'value', ...extent, axisLabel: { color: colour.muted, fontSize: 11, formatter: (share) => points(share), showMinLabel: false, showMaxLabel: false } }),
          yAxis: axis(colour, '', { type: 'category', inverse: true, data: rows.map(({ name }) => name), axisLabel: { color: colour.ink, fontSize: 12, interval: 0, width: width < 600 ? 150 : 260, overflow: 'truncate' }, axisLine: { show: false } }),
          series: [
            middles(rows, colour),
            whiskers(rows.map(({ gap }, index) => (gap.interval ? [...gap.interval, index] : null)).filter(Boolean), colour.fire, { lying: true }),
            { type: 'scatter', data: rows.map(({ gap }, index) => [gap.mean, index]), symbolSize: 9, z: 5, itemStyle: { color: colour.fire, borderColor: colour.paper, borderWidth: 1.5 },
              tooltip: { formatter: ({ dataIndex }) => { const { name, gap } = rows[dataIndex]; return tip(name, `mean ${points(gap.mean)} points, ${counted(gap.n, 'trial')}`, gap.interval && `95 %: ${gap.interval.map(points).join(' to ')}`); } } },
          ],
        }),
      });
      return true;
    },
  };
}

/** Bars over the middle half of the trials. */
function middles(rows, colour) {
  return {
    type: 'custom', silent: true, z: 2, tooltip: { show: false }, encode: { x: [0, 1], y: 2 }, clip: true,
    data: rows.map(({ gap }, index) => [gap.quantiles[1], gap.quantiles[3], index]),
    renderItem: (_, api) => {
      const [left, y] = api.coord([api.value(0), api.value(2)]);
      const [right] = api.coord([api.value(1), api.value(2)]);
      return { type: 'rect', shape: { x: left, y: y - 6, width: Math.max(1, right - left), height: 12, r: 3 }, style: { fill: colour.blue, opacity: 0.35 } };
    },
  };
}

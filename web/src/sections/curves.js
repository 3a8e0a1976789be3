// How trials learn: a line each, the winner on top, and where all of them lie.
import { axis, band, chart, symbol, tip, upright } from '../chart.js';
import { el } from '../dom.js';
import { counted, figure, label, short } from '../format.js';

export const id = 'curves';
export const title = 'Learning curves';

export function make() {
  const drawn = chart('How trials learn');
  const none = el('p', { class: 'aside' });
  return {
    body: el('div', { class: 'charts' }, none, drawn.figure),
    show({ curves, winner }) {
      if (!curves) return false;
      const known = curves.epochs.length > 0;
      drawn.figure.hidden = !known;
      none.hidden = known;
      none.textContent = `No epoch has a number for ${label(curves.metric)}.`;
      if (known) drawn.draw(drawing(curves, winner?.trial));
      return true;
    },
  };
}

function drawing({ metric, rungs, epochs, lines }, winner) {
  const at = (one) => one.values.quantiles;
  const last = Math.max(...lines.flatMap((line) => line.points.map(([epoch]) => epoch)), epochs.at(-1).epoch);
  return {
    note: `${counted(lines.length, 'trial')}${lines.some((line) => line.trial === winner) ? ', the winner in the colour of fire' : ''}; bands: 80 % and 50 % of all trials that came so far.${rungs.length > 1 ? ' Upright lines: rungs, where trials wait.' : ''}`,
    description: `${label(metric)} by epoch for ${counted(lines.length, 'trial')}. The median is ${figure(metric, at(epochs[0])[2])} at epoch ${epochs[0].epoch} and ${figure(metric, at(epochs.at(-1))[2])} at epoch ${last}.${rungs.length > 0 ? ` Rungs at epochs ${rungs.join(', ')}.` : ''}`,
    height: 360,
    headers: ['epoch', 'trials', '10 %', '25 %', 'median', '75 %', '90 %'],
    rows: () => epochs.map((one) => [String(one.epoch), String(one.values.n), ...at(one).map((value) => figure(metric, value))]),
    option: (colour) => ({
      xAxis: axis(colour, 'epoch', { type: 'value', min: last > 1 ? 1 : 0, max: Math.max(last, 2), minInterval: 1, splitLine: { show: false } }),
      yAxis: upright(colour, label(metric), { type: 'value', axisLabel: { color: colour.muted, fontSize: 11, formatter: short } }),
      series: [
        ...band(epochs.map((one) => [one.epoch, at(one)[0], at(one)[4]]), colour.blue, 0.12, 'wide'),
        ...band(epochs.map((one) => [one.epoch, at(one)[1], at(one)[3]]), colour.blue, 0.16, 'narrow'),
        ...lines.map((line) => {
          const best = line.trial === winner;
          return {
            type: 'line', data: line.points, ...symbol(line.points, 5), connectNulls: false, triggerLineEvent: true, z: best ? 6 : 3,
            lineStyle: { color: best ? colour.fire : colour.blue, width: best ? 3 : 1.2, opacity: best ? 1 : 0.45 },
            itemStyle: { color: best ? colour.fire : colour.blue },
            emphasis: { lineStyle: { width: 3, opacity: 1 } },
            tooltip: { formatter: () => tip(`trial ${line.trial}`, `${line.outcome}, ${counted(line.points.length, 'epoch')}`, `${label(metric)} ${figure(metric, line.points.at(-1)[1])}`) },
          };
        }),
        { type: 'line', data: [], markLine: {
          silent: true, symbol: 'none', label: { show: true, formatter: ({ value }) => `rung ${value}`, color: colour.muted, fontSize: 11, position: 'insideEndBottom' },
          lineStyle: { color: colour.muted, type: 'dashed', width: 1 },
          data: rungs.filter((rung) => rung < last).map((xAxis) => ({ xAxis })),
        } },
      ],
    }),
  };
}

// When trials were in hand: one under the other where there are few, else how many.
import { axis, chart, tip, upright } from '../chart.js';
import { el } from '../dom.js';
import { counted, duration, moment, short } from '../format.js';

export const id = 'timeline';
export const title = 'Timeline';

export function make() {
  const drawn = chart('Trials in hand');
  const legend = el('div', { class: 'legend' });
  return {
    body: el('div', { class: 'charts' }, drawn.figure, legend),
    show({ timeline, cost }) {
      if (timeline.seconds <= 0) return false;
      const outcomes = cost.outcomes.map((tally) => tally.outcome);
      legend.hidden = timeline.bars.length === 0;
      legend.replaceChildren(...outcomes.map((outcome) => el('span', {}, el('span', { class: `swatch outcome-${outcome}`, 'aria-hidden': 'true' }), outcome)));
      drawn.draw(timeline.bars.length > 0 ? bars(timeline) : load(timeline));
      return true;
    },
  };
}

const scale = (seconds) => (seconds > 7200 ? [3600, 'hours'] : seconds > 180 ? [60, 'minutes'] : [1, 'seconds']);

function bars({ bars: all, lanes, seconds, began_at: began }) {
  const [unit, word] = scale(seconds);
  return {
    note: `A lane for each trial at the same time, from ${moment(began)} on.`,
    description: `${counted(all.length, 'trial')} in ${counted(lanes, 'lane')} over ${duration(seconds)}.`,
    height: 80 + Math.max(2, lanes) * 22,
    headers: ['trial', 'lane', 'from', 'to', 'outcome'],
    rows: () => all.map((bar) => [String(bar.trial), String(bar.lane), duration(bar.from), duration(bar.to), bar.outcome]),
    option: (colour) => ({
      xAxis: axis(colour, `${word} since the first trial`, { type: 'value', min: 0, max: seconds / unit, axisLabel: { color: colour.muted, fontSize: 11, formatter: short, showMaxLabel: false } }),
      yAxis: axis(colour, '', { type: 'category', inverse: true, data: Array.from({ length: lanes }, (_, lane) => String(lane)), axisLabel: { show: false }, splitLine: { show: false } }),
      series: [{
        type: 'custom', clip: true, encode: { x: [0, 1], y: 2 },
        data: all.map((bar) => [bar.from / unit, bar.to / unit, bar.lane]),
        tooltip: { formatter: ({ dataIndex }) => { const bar = all[dataIndex]; return tip(`trial ${bar.trial}, ${bar.outcome}`, `${duration(bar.to - bar.from)}, from ${duration(bar.from)} on`); } },
        renderItem: ({ dataIndex }, api) => {
          const [left, y] = api.coord([api.value(0), api.value(2)]);
          const [right] = api.coord([api.value(1), api.value(2)]);
          return { type: 'rect', shape: { x: left + 0.5, y: y - 8, width: Math.max(1, right - left - 1), height: 16, r: 2 }, style: { fill: colour.outcome(all[dataIndex].outcome) } };
        },
      }],
    }),
  };
}

function load({ load: parts, seconds, began_at: began }) {
  const [unit, word] = scale(seconds);
  const at = (index) => ((index + 0.5) * seconds) / parts.length / unit;
  return {
    note: `How many were in hand on average, waiting ones included, from ${moment(began)} on.`,
    description: `Over ${duration(seconds)} at most ${short(Math.max(...parts.map((part) => part[0])))} trials were in hand.`,
    height: 260,
    headers: [word, 'in hand', 'ended'],
    rows: () => parts.map(([busy, ended], index) => [short(at(index)), short(busy), String(ended)]),
    option: (colour) => ({
      xAxis: axis(colour, `${word} since the first trial`, { type: 'value', min: 0, max: seconds / unit, axisLabel: { color: colour.muted, fontSize: 11, formatter: short, showMaxLabel: false } }),
      yAxis: upright(colour, 'trials in hand', { type: 'value', min: 0 }),
      series: [{
        type: 'line', step: 'middle', symbol: 'circle', symbolSize: 5, showSymbol: false, data: parts.map(([busy], index) => [at(index), busy]),
        lineStyle: { color: colour.blue, width: 1.5 }, itemStyle: { color: colour.blue }, areaStyle: { color: colour.blue, opacity: 0.2 },
      }],
      tooltip: { trigger: 'axis', confine: true, className: 'tip', backgroundColor: colour.paper, borderColor: colour.line, textStyle: { color: colour.ink, fontSize: 13 },
        formatter: ([{ dataIndex }]) => tip(`${short(at(dataIndex))} ${word}`, `${short(parts[dataIndex][0])} in hand`, `${parts[dataIndex][1]} ended`) },
    }),
  };
}

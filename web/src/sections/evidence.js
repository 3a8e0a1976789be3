// What was trained again on fresh seeds: the finalists, and each arm of a compared choice against the others.
import { axis, chart, tip, whiskers } from '../chart.js';
import { el, put, table } from '../dom.js';
import { counted, figure, label, whole } from '../format.js';

export const id = 'evidence';
export const title = 'The evidence';

const WORDS = { selected: 'selected', 'not-selected': 'not selected', 'not-enough-evidence': 'not enough evidence' };
const verdictOf = ({ verdict }) => (typeof verdict === 'string' ? verdict : Object.keys(verdict)[0]);

export function make() {
  const lead = el('ul', { class: 'verdicts' });
  const sources = el('div', {});
  const grid = el('div', { class: 'charts' });
  const charts = new Map();
  return {
    body: el('div', {}, sources, lead, grid),
    show({ evidence }) {
      if (!evidence) return false;
      const { metric, seeds, questions, interactions, costs } = evidence;
      put(lead, questions.flatMap((question) => question.arms.map((arm, index) => verdict(question, arm, index, metric))));
      lead.hidden = questions.length === 0;
      put(sources, worth(evidence));
      const drawings = [
        [`The networks on ${counted(seeds, 'fresh seed')}`, finalists(evidence)],
        ...questions.map((question) => [`What ${question.parameter} gains`, gains(question, metric)]),
      ];
      put(grid, drawings.map(([name, drawing]) => {
        if (!charts.has(name)) charts.set(name, chart(name));
        return charts.get(name).figure;
      }), interactions.map((one) => interaction(one, questions, metric)), costs.map(cost));
      drawings.forEach(([name, drawing]) => charts.get(name).draw(drawing));
      return true;
    },
  };
}

/** The verdict on one arm, and its gain over the strongest other. */
function verdict(question, arm, index, metric) {
  const word = verdictOf(arm);
  const turned = (one) => (one.arm === index ? one.gain : -one.gain);
  const contrast = question.contrasts.find((one) => [one.arm, one.against].includes(index) && [one.arm, one.against].includes(arm.rival));
  const gain = contrast && contrast.gain !== null ? turned(contrast) : null;
  const more = arm.verdict?.['not-enough-evidence'];
  return el('li', { class: `verdict ${word}` },
    el('strong', {}, WORDS[word]), ' ', `${question.parameter} = ${arm.value}`,
    gain === null ? '' : `: ${gain < 0 ? 'worse' : 'better'} than ${question.arms[arm.rival].value} by ${figure(metric, Math.abs(gain))}`,
    more ? `; about ${counted(more.seeds, 'more seed')} (${counted(more.trainings, 'training')}) would decide` : '');
}

/** What the search, fresh seeds and the test images say of the winner, side by side. */
function worth({ winner, metric, tests }) {
  if (!winner) return null;
  const { test } = winner;
  const right = metric.endsWith('accuracy') ? figure(metric, test?.accuracy) : metric.endsWith('loss') ? figure(metric, test?.loss) : null;
  const rows = [
    ['best of the search', figure(metric, winner.search_best), null, null, 'too good: it was chosen by it'],
    ['the winner in the search', figure(metric, winner.search), null, null, 'one training'],
    ['confirmed on fresh seeds', figure(metric, winner.score), figure(metric, winner.interval?.low), figure(metric, winner.interval?.high), winner.corrected ? 'corrected for choosing' : ''],
    test && ['test images', right, metric.endsWith('accuracy') ? figure(metric, test.interval.low) : null, metric.endsWith('accuracy') ? figure(metric, test.interval.high) : null, `${whole(test.correct)} of ${whole(test.images)} right${tests.length > 1 ? `; looked at ${tests.length} times` : ''}`],
  ].filter(Boolean);
  return table([`${label(metric)} of trial ${winner.trial}`, 'value', 'from', 'to', 'what it is'], rows, 'What the winner is worth');
}

/** What the search saw of each network, and what fresh seeds say. */
function finalists({ networks, metric, winner }) {
  const rows = networks.map((row) => ({ ...row, winner: winner !== null && row.trial === winner.trial })).filter((row) => row.mean !== null);
  const name = (row) => (row.swap ? `trial ${row.swap.of} with ${row.swap.parameter} ${row.swap.value}` : `trial ${row.trial}`);
  return {
    note: 'Dots with 95 % intervals: the mean on fresh seeds. Rings: what the search saw, which luck helped to choose.',
    description: rows.map((row) => `${name(row)}: ${figure(metric, row.mean)}`).join('; '),
    height: 70 + 26 * rows.length,
    headers: ['network', 'in the search', 'mean', 'from', 'to', 'trainings', 'failed'],
    rows: () => rows.map((row) => [name(row), figure(metric, row.search), figure(metric, row.mean), figure(metric, row.interval?.low), figure(metric, row.interval?.high), String(row.values), String(row.failed)]),
    option: (colour) => lying(colour, label(metric), rows.map(name), [
      whiskers(rows.map((row, index) => row.interval && [row.interval.low, row.interval.high, index]).filter(Boolean), colour.blue, { lying: true }),
      { type: 'scatter', data: rows.map((row, index) => [row.mean, index]), symbolSize: 10, z: 5, itemStyle: { color: ({ dataIndex }) => (rows[dataIndex].winner ? colour.fire : colour.blue), borderColor: colour.paper, borderWidth: 1.5 },
        tooltip: { formatter: ({ dataIndex }) => tip(name(rows[dataIndex]), `mean ${figure(metric, rows[dataIndex].mean)}`, `${rows[dataIndex].values} trainings`) } },
      { type: 'scatter', data: rows.map((row, index) => [row.search, index]).filter(([searchedValue]) => searchedValue !== null), symbolSize: 10, z: 4, itemStyle: { color: 'transparent', borderColor: colour.muted, borderWidth: 2 }, tooltip: { formatter: ({ value }) => tip(`${figure(metric, value[0])} in the search`) } },
    ]),
  };
}

/** Each arm against each later one. */
function gains({ arms, contrasts }, metric) {
  const rows = contrasts.filter((one) => one.gain !== null).map((one) => ({ ...one, name: `${arms[one.arm].value} over ${arms[one.against].value}` }));
  return {
    note: 'Paired on the same seeds; to the right of zero the first is better. Thick: the 95 % interval; thin: corrected for all comparisons.',
    description: `${rows.map((row) => `${row.name}: ${figure(metric, row.gain)}`).join('; ')}. ${arms.map((arm) => `${arm.value} is ${WORDS[verdictOf(arm)]}`).join(', ')}.`,
    height: 76 + 30 * Math.max(1, rows.length),
    headers: ['arms', 'pairs', 'gain', 'from', 'to', 'bootstrap from', 'to', 'better', 'worse', 'p, corrected', 'p of signs'],
    rows: () => rows.map((row) => [row.name, String(row.pairs), figure(metric, row.gain), figure(metric, row.interval?.low), figure(metric, row.interval?.high), figure(metric, row.bootstrap?.low), figure(metric, row.bootstrap?.high), String(row.better), String(row.worse), row.adjusted_p.toPrecision(2), row.sign_p.toPrecision(2)]),
    option: (colour) => lying(colour, `gain in ${label(metric)}`, rows.map((row) => row.name), [
      whiskers(rows.map((row, index) => row.joint && [row.joint.low, row.joint.high, index]).filter(Boolean), colour.muted, { lying: true, width: 1 }),
      whiskers(rows.map((row, index) => row.interval && [row.interval.low, row.interval.high, index]).filter(Boolean), colour.blue, { lying: true, width: 3 }),
      { type: 'scatter', data: rows.map((row, index) => [row.gain, index]), symbolSize: 10, z: 5, itemStyle: { color: colour.fire, borderColor: colour.paper, borderWidth: 1.5 },
        tooltip: { formatter: ({ dataIndex }) => { const row = rows[dataIndex]; return tip(row.name, `gain ${figure(metric, row.gain)}, ${counted(row.pairs, 'pair')}`, row.interval && `95 %: ${figure(metric, row.interval.low)} to ${figure(metric, row.interval.high)}`); } },
        markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colour.ink, width: 1, type: 'solid' }, data: [{ xAxis: 0 }] } },
    ]),
  };
}

function lying(colour, name, rows, series) {
  return {
    grid: { left: 8, right: 24, top: 8, bottom: 34, containLabel: true },
    xAxis: axis(colour, name, { type: 'value', scale: true, axisLabel: { color: colour.muted, fontSize: 11, hideOverlap: true } }),
    yAxis: axis(colour, '', { type: 'category', inverse: true, data: rows, axisLabel: { color: colour.ink, fontSize: 12, interval: 0 }, splitLine: { show: false }, axisLine: { show: false } }),
    series,
  };
}

/** What each value of a choice costs, in the same networks. */
function cost({ parameter, networks, arms }) {
  const names = Object.keys(arms[0].means);
  const rows = arms.map(({ value, means }) => [String(value), ...names.map((name) => figure(name, means[name]))]);
  const caption = `What ${parameter} costs: means over ${counted(networks, 'network')} with each value and else the same`;
  return el('details', { class: 'data' }, el('summary', {}, `What ${parameter} costs`), table([parameter, ...names.map(label)], rows, caption));
}

/** Whether a choice gains the same, whatever another is. */
function interaction({ parameter, by, rows }, questions, metric) {
  const known = questions.find((question) => question.parameter === parameter).arms;
  const arms = (one) => `${known[one.arm].value} over ${known[one.against].value}`;
  const cells = rows.flatMap(({ value, contrasts }) => contrasts.map((one) => [String(value), arms(one), String(one.pairs), figure(metric, one.gain), figure(metric, one.interval?.low), figure(metric, one.interval?.high)]));
  return el('details', { class: 'data' }, el('summary', {}, `What ${parameter} gains, by ${by}`), table([by, 'arms', 'pairs', 'gain', 'from', 'to'], cells, `What ${parameter} gains, by ${by}`));
}

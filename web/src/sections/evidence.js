// What was trained again on fresh seeds: the finalists, and each arm of a compared choice against the others.
import { axis, chart, tip, whiskers } from '../chart.js';
import { el, put, table } from '../dom.js';
import { counted, figure, label } from '../format.js';

export const id = 'evidence';
export const title = 'The evidence';

const WORDS = { selected: 'selected', 'not-selected': 'not selected', 'not-enough-evidence': 'not enough evidence' };
const verdictOf = ({ verdict }) => (typeof verdict === 'string' ? verdict : Object.keys(verdict)[0]);

export function make() {
  const lead = el('ul', { class: 'verdicts' });
  const grid = el('div', { class: 'charts' });
  const charts = new Map();
  return {
    body: el('div', {}, lead, grid),
    show({ evidence }) {
      if (!evidence) return false;
      const { answer, design, metric, sentences } = evidence;
      const arms = answer.questions.flatMap((question) => question.arms.map((arm) => verdictOf(arm)));
      put(lead, sentences.map((sentence, index) => {
        const verdict = arms[index - (sentences.length - arms.length)];
        return el('li', { class: verdict ? `verdict ${verdict}` : 'verdict' }, el('strong', {}, verdict ? WORDS[verdict] : 'winner'), ' ', sentence);
      }));
      const drawings = [
        [`The finalists on ${counted(design.seeds, 'fresh seed')}`, finalists(evidence)],
        ...answer.questions.map((question) => [`What ${question.parameter} gains`, gains(question, metric)]),
      ];
      put(grid, drawings.map(([name, drawing]) => {
        if (!charts.has(name)) charts.set(name, chart(name));
        return charts.get(name).figure;
      }), answer.interactions.map((one) => interaction(one, answer.questions, metric)));
      drawings.forEach(([name, drawing]) => charts.get(name).draw(drawing));
      return true;
    },
  };
}

/** What the search saw of each network, and what fresh seeds say. */
function finalists({ answer, design, metric, searched }) {
  const rows = design.networks.map((network, index) => ({ ...answer.networks[index], trial: network.trial, searched: searched[index], winner: answer.winner?.network === index }))
    .filter((row) => row.mean !== null);
  const name = (row) => (row.trial === null ? 'a swap' : `trial ${row.trial}`);
  return {
    note: 'Dots with 95 % intervals: the mean on fresh seeds. Rings: what the search saw, which luck helped to choose.',
    description: rows.map((row) => `${name(row)}: ${figure(metric, row.mean)}`).join('; '),
    height: 70 + 26 * rows.length,
    headers: ['network', 'in the search', 'mean', 'from', 'to', 'trainings', 'failed'],
    rows: () => rows.map((row) => [name(row), figure(metric, row.searched), figure(metric, row.mean), figure(metric, row.interval?.low), figure(metric, row.interval?.high), String(row.values), String(row.failed)]),
    option: (colour) => lying(colour, label(metric), rows.map(name), [
      whiskers(rows.map((row, index) => row.interval && [row.interval.low, row.interval.high, index]).filter(Boolean), colour.blue, { lying: true }),
      { type: 'scatter', data: rows.map((row, index) => [row.mean, index]), symbolSize: 10, z: 5, itemStyle: { color: ({ dataIndex }) => (rows[dataIndex].winner ? colour.fire : colour.blue), borderColor: colour.paper, borderWidth: 1.5 },
        tooltip: { formatter: ({ dataIndex }) => tip(name(rows[dataIndex]), `mean ${figure(metric, rows[dataIndex].mean)}`, `${rows[dataIndex].values} trainings`) } },
      { type: 'scatter', data: rows.map((row, index) => [row.searched, index]).filter(([searchedValue]) => searchedValue !== null), symbolSize: 10, z: 4, itemStyle: { color: 'transparent', borderColor: colour.muted, borderWidth: 2 }, tooltip: { formatter: ({ value }) => tip(`${figure(metric, value[0])} in the search`) } },
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

/** Whether a choice gains the same, whatever another is. */
function interaction({ parameter, by, rows }, questions, metric) {
  const known = questions.find((question) => question.parameter === parameter).arms;
  const arms = (one) => `${known[one.arm].value} over ${known[one.against].value}`;
  const cells = rows.flatMap(({ value, contrasts }) => contrasts.map((one) => [String(value), arms(one), String(one.pairs), figure(metric, one.gain), figure(metric, one.interval?.low), figure(metric, one.interval?.high)]));
  return el('details', { class: 'data' }, el('summary', {}, `What ${parameter} gains, by ${by}`), table([by, 'arms', 'pairs', 'gain', 'from', 'to'], cells, `What ${parameter} gains, by ${by}`));
}

// Which parameters matter: shares with their intervals, by two methods that answer two questions.
import { axis, chart, tip, whiskers } from '../chart.js';
import { el, select } from '../dom.js';
import { label, whole } from '../format.js';

export const id = 'importance';
export const title = 'What matters';

const SHOWN = 12;
const QUESTIONS = {
  fanova: 'What explains the differences between all trials (fANOVA)',
  'ped-anova': 'What sets the best tenth apart (PED-ANOVA)',
};

export function make() {
  const controls = el('div', { class: 'controls' });
  const unknown = el('p', { class: 'aside' });
  const charts = Object.fromEntries(Object.entries(QUESTIONS).map(([method, question]) => [method, chart(question)]));
  let chosen = 0;
  let latest = null;

  const paint = () => {
    const metric = latest.objectives[chosen].metric;
    const known = latest.importance.filter((one) => one.objective?.metric === metric);
    const missing = latest.importance.find((one) => one.metric === metric);
    unknown.textContent = missing ? `Nothing can be said of ${label(metric)}: ${missing.unknown}.` : '';
    unknown.hidden = !missing;
    for (const [method, drawn] of Object.entries(charts)) {
      const one = known.find((weights) => weights.method === method);
      drawn.figure.hidden = !one;
      if (one) drawn.draw(drawing(one, metric));
    }
  };
  return {
    body: el('div', {}, controls, unknown, el('div', { class: 'charts pair' }, Object.values(charts).map((one) => one.figure))),
    show(facts) {
      latest = facts;
      if (facts.importance.length === 0) return false;
      controls.replaceChildren(...(facts.objectives.length > 1
        ? [select('Objective', facts.objectives.map(({ metric }) => label(metric)), chosen, (index) => { chosen = index; paint(); })] : []));
      paint();
      return true;
    },
  };
}

function drawing({ parameters, trials, compared, explained }, metric) {
  const shown = parameters.slice(0, SHOWN);
  const names = shown.map((one) => one.parameter);
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const doubt = explained !== null && explained <= 0 ? ' The forest explains nothing of trials that it has not seen: the shares say nothing yet.' : explained !== null ? ` The forest explains ${(100 * explained).toFixed(0)} % of the variance of trials that it has not seen.` : '';
  return {
    note: `Shares with 95 % intervals, from ${whole(compared)} of ${whole(trials)} complete trials.${doubt}`,
    description: `For ${label(metric)}: ${shown.slice(0, 3).map((one) => `${one.parameter} ${percent(one.importance)}`).join(', ')}.`,
    height: 60 + 26 * shown.length,
    headers: ['parameter', 'share', 'from', 'to', 'trials'],
    rows: () => parameters.map((one) => [one.parameter, percent(one.importance), percent(one.low), percent(one.high), whole(one.active)]),
    option: (colour) => ({
      grid: { left: 8, right: 20, top: 8, bottom: 24, containLabel: true },
      xAxis: axis(colour, '', { type: 'value', min: 0, max: Math.min(1, Math.ceil(10 * Math.max(0.1, ...shown.map((one) => one.high))) / 10), axisLabel: { color: colour.muted, fontSize: 11, formatter: (share) => `${Math.round(100 * share)} %` } }),
      yAxis: axis(colour, '', { type: 'category', inverse: true, data: names, axisLabel: { color: colour.ink, fontSize: 12, interval: 0, width: 140, overflow: 'truncate' }, splitLine: { show: false } }),
      series: [
        { type: 'bar', data: shown.map((one) => one.importance), barMaxWidth: 14, itemStyle: { color: colour.blue, borderRadius: [0, 3, 3, 0] },
          tooltip: { formatter: ({ dataIndex }) => { const one = shown[dataIndex]; return tip(one.parameter, `${percent(one.importance)} (${percent(one.low)} to ${percent(one.high)})`, `active in ${whole(one.active)} trials`); } } },
        whiskers(shown.map((one, index) => [one.low, one.high, index]), colour.ink, { lying: true, width: 1.5 }),
      ],
    }),
  };
}

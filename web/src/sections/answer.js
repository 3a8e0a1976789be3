// The answer in a sentence, what is to be known with it, and the few numbers that size it up.
import { el, put } from '../dom.js';
import { counted, duration, figure, label, moment, whole } from '../format.js';

export function make() {
  const body = el('header', { class: 'answer' });
  return {
    body,
    show({ study, answer, winner, cost, objectives, evidence }) {
      put(body,
        el('p', { class: 'kicker' }, [study.data, `strategy ${study.strategy}`, moment(study.created_at)].filter(Boolean).join(' · ')),
        el('h1', {}, study.name),
        el('p', { class: 'sentence' }, answer.sentence),
        answer.remarks.length > 0 && el('ul', { class: 'remarks' }, answer.remarks.map((remark) => el('li', {}, remark))),
        el('dl', { class: 'tiles' }, tiles(winner, cost, objectives, evidence?.winner).map(([name, value, more]) =>
          el('div', {}, el('dt', {}, name), el('dd', {}, value, more && el('span', { class: 'more' }, more))))),
      );
    },
  };
}

function tiles(winner, cost, objectives, confirmed) {
  const best = winner ? objectives.map(({ metric }) => [label(metric), figure(metric, winner.figures[metric]), `trial ${winner.trial}`]) : [];
  // A confirmation is about the first objective.
  if (confirmed) best[0] = [best[0][0], figure(objectives[0].metric, confirmed.score), `trial ${winner.trial}, confirmed`];
  const complete = cost.outcomes.find((tally) => tally.outcome === 'complete')?.trials ?? 0;
  return [
    ...best,
    ['trials', whole(cost.trials), `${whole(complete)} complete`],
    ['epochs', whole(cost.epochs), cost.full_epochs > cost.epochs ? `of ${counted(cost.full_epochs, 'epoch')} in full` : null],
    ['wall time', duration(cost.wall_seconds), null],
  ];
}

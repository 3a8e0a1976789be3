// How trials ended, and what they cost.
import { el, put, svg, table } from '../dom.js';
import { counted, duration, whole } from '../format.js';

export const id = 'cost';
export const title = 'Outcomes and cost';

export function make() {
  const body = el('div', {});
  return {
    body,
    show({ cost }) {
      put(body,
        cost.trials > 0 && outcomes(cost),
        el('ul', { class: 'legend' }, cost.outcomes.map(({ outcome, trials }) =>
          el('li', {}, el('span', { class: `swatch outcome-${outcome}`, 'aria-hidden': 'true' }), `${whole(trials)} ${outcome}`))),
        cost.causes.length > 0 && table(['outcome', 'why', 'trials'], cost.causes.map((one) => [one.outcome, one.text, whole(one.trials)]), 'Why trials ended early'),
        table(['cost', 'amount'], amounts(cost), 'Cost'),
      );
      return true;
    },
  };
}

/** One bar for all trials. */
function outcomes({ outcomes: all, trials }) {
  let from = 0;
  const parts = all.map(({ outcome, trials: some }) => {
    const part = svg('rect', { class: `outcome-${outcome}`, x: from, y: 0, width: Math.max(0, (1000 * some) / trials - 2), height: 26 });
    from += (1000 * some) / trials;
    return part;
  });
  return svg('svg', { class: 'outcomes', viewBox: '0 0 1000 26', preserveAspectRatio: 'none', role: 'img', 'aria-label': all.map(({ outcome, trials: some }) => `${whole(some)} ${outcome}`).join(', ') }, parts);
}

function amounts({ wall_seconds: wall, trained_seconds: trained, epochs, full_epochs: full, seconds_a_trial: each, images_per_second: speed }) {
  return [
    ['wall time of all runs', duration(wall)],
    ['training, the epochs of all trials together', duration(trained)],
    ['epochs', full > epochs ? `${whole(epochs)} of ${whole(full)}, had each trial been trained to its end` : whole(epochs)],
    each && ['training of a trial', each.n === 1 ? duration(each.mean) : `${duration(each.quantiles[2])} (median; four in five between ${duration(each.quantiles[0])} and ${duration(each.quantiles[4])})`],
    speed && ['speed of training', `${whole(speed.quantiles[2])} images a second${speed.n === 1 ? '' : ' (median)'}`],
  ].filter(Boolean);
}

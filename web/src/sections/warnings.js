// What the trainer noticed, collected.
import { el, put } from '../dom.js';
import { whole } from '../format.js';

export const id = 'warnings';
export const title = 'Warnings';

export function make() {
  const body = el('ul', { class: 'warnings' });
  return {
    body,
    show({ warnings }) {
      put(body, ...warnings.map((warning) => el('li', {},
        el('strong', {}, warning.sentence),
        el('p', {}, `For example: ${warning.example}`),
        el('p', { class: 'aside' }, `Trials ${warning.first.join(', ')}${warning.trials > warning.first.length ? ` and ${whole(warning.trials - warning.first.length)} more` : ''}.`))));
      return warnings.length > 0;
    },
  };
}

// The best trials as a table.
import { el, put, table } from '../dom.js';
import { counted, figure, label, valueOf, whole } from '../format.js';

export const id = 'ranking';
export const title = 'The best trials';

const SHOWN = 12;
const COLUMNS = 5;

export function make() {
  const body = el('div', {});
  return {
    body,
    show({ trials, parameters, importance, objectives }) {
      if (trials.rows.length === 0) {
        put(body, el('p', { class: 'aside' }, 'There are no trials yet: ', el('code', {}, 'kiln run'), ' begins them.'));
        return true;
      }
      const shown = leading(parameters, importance);
      const front = objectives.length > 1;
      const ranked = trials.rows.some((row) => row.front);
      const known = importance.some((one) => one.parameters);
      const first = trials.rows.slice(0, SHOWN);
      const [epochs, outcome] = ['epochs', 'outcome'].map((key) => first.some((row) => row[key] !== first[0][key]));
      const headers = ['trial', front && 'front', ...trials.figures.map(label), epochs && 'epochs', outcome && 'outcome', ...shown.map((index) => parameters[index].name)];
      const cells = (row) => [
        String(row.trial), front && (row.front ? '★' : ''), ...row.figures.map((value, index) => figure(trials.figures[index], value)),
        epochs && String(row.epochs), outcome && row.outcome, ...shown.map((index) => (row.values[index] === null ? '' : valueOf(parameters[index], row.values[index]))),
      ];
      const rows = first.map((row) => cells(row).filter((cell) => cell !== false));
      put(body,
        el('p', { class: 'aside' }, `${rows.length} of ${counted(trials.all, 'trial')}, ${ranked ? 'best first' : 'none of which can be ranked yet'}${outcome ? '' : `, all ${first[0].outcome}`}${epochs ? '' : ` after ${counted(first[0].epochs, 'epoch')}`}${shown.length < parameters.length ? `, with the ${known ? `${shown.length} parameters that matter most` : `first ${shown.length} parameters`}` : ''}.${front && ranked ? ' A star: no other trial beats it in all objectives.' : ''}`),
        table(headers.filter((header) => header !== false), rows, 'The best trials'));
      return true;
    },
  };
}

/** The indices of the parameters that matter most, in the order of the file. */
function leading(parameters, importance) {
  const order = importance.find((one) => one.parameters)?.parameters.map((one) => one.parameter) ?? [];
  const place = (index) => order.indexOf(parameters[index].name) + 1 || Infinity;
  return parameters.map((_, index) => index).sort((one, other) => place(one) - place(other) || one - other).slice(0, COLUMNS).sort((one, other) => one - other);
}

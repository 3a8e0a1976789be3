// The list of studies, asked for again every few seconds.
import { el, put } from '../dom.js';
import { whole } from '../format.js';
import { get, view } from './api.js';
import { frame, heads, notice } from './parts.js';

export async function studies(root) {
  const body = el('div', {});
  const said = notice();
  frame(root, 'Studies', el('h1', { class: 'large' }, 'Studies'), said.element, body);
  for (;;) {
    if (!document.hidden) {
      try {
        show(body, (await get('/api/studies')).value);
        put(said.element);
      } catch (error) {
        said.fail(error);
      }
    }
    await new Promise((done) => setTimeout(done, 3000));
  }
}

function show(body, rows) {
  if (rows.length === 0) {
    put(body, el('p', { class: 'aside' }, 'There are no studies here yet: ', el('code', {}, 'kiln run'), ' creates one.'));
    return;
  }
  const cell = (text) => el('td', {}, text);
  const number = (value) => el('td', { class: 'number' }, value === null ? '' : whole(value));
  put(body, el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Studies' }, el('table', {},
    el('thead', {}, el('tr', {}, heads([['study'], ['state'], ['trials', true], ['complete', true], ['strategy'], ['best']]))),
    el('tbody', {}, rows.map((row) => el('tr', {},
      el('td', {}, el('a', { class: 'link', href: view(row.study) }, row.study)),
      el('td', {}, el('span', { class: `state ${row.state.split(/[ ,]/)[0]}` }, row.state)),
      number(row.trials), number(row.complete), cell(row.strategy), cell(row.best)))))));
}

// What makes the study again, and a paragraph about it for a paper.
import { copier, el, put, table } from '../dom.js';
import { moment } from '../format.js';

export const id = 'methods';
export const title = 'Methods, and how to make it again';

export function make() {
  const body = el('div', {});
  return {
    body,
    show({ study, methods }) {
      const facts = [
        ['strategy', study.reason ? `${study.strategy}, because ${study.reason}` : study.strategy],
        ['scheduler', study.scheduler],
        ['epochs of a trial', study.epochs],
        ['seed', study.seed],
        ['space', study.space],
        ['data', study.data && `${study.data}, ${Math.round(100 * study.validation)} % held back for validation`],
        ['data, SHA-256', study.data_digest],
        ['device', study.device],
        ['Kiln', study.told_by === study.kiln_version ? study.kiln_version : `${study.kiln_version}; this page by ${study.told_by}`],
        ['begun', moment(study.created_at)],
        ...study.revisions.slice(1).map((one) => [`revision ${one.number} of the file`, `from trial ${one.first} on, ${moment(one.began_at)}, strategy ${one.strategy}`]),
      ].filter(([, value]) => value !== null && value !== undefined && value !== '');
      put(body,
        copyable('A paragraph for a paper', el('blockquote', {}, methods.paragraph), methods.paragraph),
        table(['what', 'is'], facts.map(([name, value]) => [name, String(value)]), 'What the study is'),
        copyable('Commands', code(methods.commands.join('\n'), 'Commands'), methods.commands.join('\n')),
        copyable('The file of the study', code(study.file.trim(), 'The file of the study'), study.file),
      );
      return true;
    },
  };
}

const code = (text, name) => el('pre', { tabindex: 0, role: 'region', 'aria-label': name }, el('code', {}, text));

const copyable = (title, element, text) =>
  el('div', { class: 'copyable' }, el('div', { class: 'copy-head' }, el('h3', {}, title), copier(() => text)), element);

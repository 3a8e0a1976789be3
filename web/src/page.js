// The page: sections one after the other, and a list of them beside it. `show` may be called again with newer facts.
import { el } from './dom.js';
import * as answer from './sections/answer.js';
import * as contour from './sections/contour.js';
import * as cost from './sections/cost.js';
import * as curves from './sections/curves.js';
import * as effects from './sections/effects.js';
import * as evidence from './sections/evidence.js';
import * as front from './sections/front.js';
import * as gap from './sections/gap.js';
import * as history from './sections/history.js';
import * as importance from './sections/importance.js';
import * as methods from './sections/methods.js';
import * as network from './sections/network.js';
import * as parallel from './sections/parallel.js';
import * as ranking from './sections/ranking.js';
import * as timeline from './sections/timeline.js';
import * as warnings from './sections/warnings.js';

const SECTIONS = [
  evidence, network, ranking, history, curves, front, importance, effects, contour, parallel, gap, warnings, timeline, cost, methods,
];

/**
 * A page inside of `root`; `brand` leads home, `top` comes first, and `more` sections after the ranking, where there are
 * such. A `gradual` one leaves time between sections for whatever else happens in it.
 */
export function page(root, { brand = 'Kiln', top = [], more = [], gradual = false } = {}) {
  const head = answer.make();
  const list = el('ol', {});
  const place = SECTIONS.indexOf(ranking) + 1;
  const parts = [...SECTIONS.slice(0, place), ...more, ...SECTIONS.slice(place)].map((section) => {
    const made = section.make();
    const heading = el('h2', { id: `${section.id}-title` }, section.title);
    const element = el('section', { id: section.id, 'aria-labelledby': heading.id }, heading, made.body);
    const entry = el('li', {}, el('a', { href: `#${section.id}` }, section.title));
    element.hidden = entry.hidden = true;
    list.append(entry);
    return { made, element, entry };
  });
  const main = el('main', { id: 'main', tabindex: -1 }, top, head.body, parts.map((part) => part.element));
  root.replaceChildren(
    el('a', { class: 'skip', href: '#main' }, 'Skip to the answer'),
    el('nav', { 'aria-label': 'Sections' }, el('p', { class: 'brand', 'aria-hidden': brand === 'Kiln' ? 'true' : null }, brand), list),
    main,
  );
  follow(parts);
  let latest = 0;
  return {
    async show(facts) {
      const own = (latest += 1);
      head.show(facts);
      for (const { made, element, entry } of parts) {
        if (gradual) await new Promise((done) => setTimeout(done));
        if (own !== latest) return;
        // A section says whether it has anything to say.
        const says = made.show(facts);
        element.hidden = entry.hidden = !says;
      }
    },
  };
}

/** Marks in the list the section that is read. */
function follow(parts) {
  const observer = new IntersectionObserver((changes) => {
    for (const change of changes) {
      const link = parts.find((part) => part.element === change.target).entry.firstChild;
      if (change.isIntersecting) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }, { rootMargin: '-30% 0px -60% 0px' });
  parts.forEach((part) => observer.observe(part.element));
}

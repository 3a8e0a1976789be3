// What must hold of every page, and what was found wrong.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wrong = [];

export const expect = (holds, what) => { if (!holds) wrong.push(what); };

/** Says what is wrong with `what`, and fails if anything is. */
export function conclude(what) {
  for (const one of wrong) console.error(one);
  console.log(wrong.length === 0 ? `${what} is sound` : `${wrong.length} things are wrong`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

/** Axe finds no serious fault in the page as it is `where`, and it is no wider than the window. */
export async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, impact, help, nodes } of violations) {
    const found = nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join('; ');
    expect(!['serious', 'critical'].includes(impact), `${where}: axe finds ${id} (${impact}): ${help}: ${found}`);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: it is wider than the window`);
}

/** What is not the page's own does not run, and nothing else is asked. */
export async function policy(page) {
  // What is refused is said and counted, too.
  page.removeAllListeners('console');
  page.removeAllListeners('request');
  const refused = await page.evaluate(async () => {
    const violations = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'document.body.dataset.broken = 1';
    const style = document.createElement('style');
    style.textContent = 'body { color: red }';
    const image = document.createElement('img');
    image.src = 'http://127.0.0.1:9/x.png';
    document.body.append(script, style, image);
    await fetch('http://127.0.0.1:9/').catch(() => null);
    await new Promise((done) => setTimeout(done, 200));
    [script, style, image].forEach((element) => element.remove());
    return { violations, broken: document.body.dataset.broken };
  });
  expect(refused.broken === undefined, 'a script that is not the page\'s own runs');
  for (const directive of ['script-src-elem', 'style-src-elem', 'img-src', 'connect-src']) {
    expect(refused.violations.includes(directive), `${directive} is not refused`);
  }
}

/** A picture of the top of the page. */
export async function picture(page, path) {
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  await page.screenshot({ path });
}

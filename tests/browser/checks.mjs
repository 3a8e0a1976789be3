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

/** The answer of a study is `sentence`. */
export async function said(page, where, sentence) {
  await page.locator('.sentence').waitFor();
  const found = await page.locator('.sentence').textContent();
  expect(found === sentence, `${where}: it says "${found}", not "${sentence}"`);
}

/** All is drawn: every figure that is shown has marks, every section something in it, and no text is that of a program. */
export async function settled(page, where) {
  const isDrawn = () => [...document.querySelectorAll('figure')].every((figure) => !figure.checkVisibility() || Number(figure.dataset.marks) > 0);
  await page.waitForFunction(isDrawn, null, { timeout: 10_000 }).catch(() => {});
  const wrong = await page.evaluate(() => {
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    const blank = (canvas) => new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size < 4;
    shown('details').forEach((details) => { details.open = true; });
    // What was written down is as it was written: files, logs.
    const written = shown('pre').map((element) => element.innerText);
    const text = written.reduce((rest, own) => rest.replace(own, ''), document.body.innerText);
    const labels = shown('[aria-label]').map((element) => element.getAttribute('aria-label'));
    const words = [text, ...labels].flatMap((part) => part.match(/.{0,40}(NaN|undefined|Infinity|\bnull\b|\[object).{0,40}/g) ?? []);
    return [
      ...shown('figure').filter((figure) => !(Number(figure.dataset.marks) > 0)).map((figure) => `${figure.dataset.chart} has no marks`),
      ...shown('figure canvas').filter(blank).map((canvas) => `${canvas.closest('figure').dataset.chart} is blank`),
      ...shown('section').filter((section) => !section.querySelector('svg, table, figure, p, pre, li')).map((section) => `${section.id} is empty`),
      ...words.map((word) => `it says ${word.trim()}`),
    ];
  });
  wrong.forEach((what) => expect(false, `${where}: ${what}`));
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

/** A picture of the top of the page, or of all of it. */
export async function picture(page, path, fullPage = false) {
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  await page.screenshot({ path, fullPage });
}

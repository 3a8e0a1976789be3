// What a person meets who follows a run: `node live.mjs URL [PICTURES]`. Says what is wrong, and fails if anything is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch } from './browser.mjs';

const [url, pictures] = process.argv.slice(2);
const { origin } = new URL(url);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const wrong = [];
const expect = (holds, what) => { if (!holds) wrong.push(what); };

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
const page = await context.newPage();
let refusal = false;
page.on('console', (message) => expect(refusal || !['error', 'warning'].includes(message.type()), `the console says: ${message.text()}`));
page.on('pageerror', (error) => expect(false, `${error.stack}`));
page.on('request', (request) => expect(request.url().startsWith(origin) || request.url().startsWith('data:'), `it asks for ${request.url()}`));

try {
  await steps();
} catch (error) {
  expect(false, error.stack);
}
await browser.close();
for (const what of wrong) console.error(what);
console.log(wrong.length === 0 ? 'the live view is sound' : `${wrong.length} things are wrong`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function steps() {
  await page.goto(url);
  expect(!page.url().includes('token'), `the token stays in the address: ${page.url()}`);

  // A study: an epoch arrives by itself, and is drawn.
  const epochs = page.locator('tr[data-trial="0"] td').nth(1);
  await epochs.waitFor();
  const before = Number(await epochs.textContent());
  await page.waitForFunction((before) => Number(document.querySelector('tr[data-trial="0"] td:nth-child(2)').textContent) > before, before);
  await page.waitForFunction(() => Number(document.querySelector('[data-chart="Trials in training"]').dataset.marks) > 0);
  await page.locator('#methods h2').waitFor();
  await accessible('a study');
  if (pictures) await picture('live');

  // A button acts, and what comes of it arrives.
  await page.getByRole('button', { name: 'Stop trial 0' }).click();
  await page.locator('.events li', { hasText: 'trial 0 stopped' }).waitFor();
  await page.locator('tr[data-trial="1"]').waitFor();
  await page.locator('#trials a', { hasText: 'trial 0' }).waitFor();

  // A trial: its curves grow.
  await page.locator('tr[data-trial="1"] a').click();
  await page.locator('.network svg rect.n-block').first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('figure')].length === 2 && [...document.querySelectorAll('figure')].every((figure) => Number(figure.dataset.marks) > 0));
  await accessible('a trial');
  if (pictures) await picture('live-trial');

  // A candidate is cloned, edited, refused, and enqueued.
  await page.getByRole('button', { name: 'Clone and edit' }).click();
  const area = page.locator('dialog textarea');
  const cloned = await area.inputValue();
  expect(cloned.includes('optimizer = '), `the clone is: ${cloned}`);
  refusal = true;
  await area.fill('channels = 3\n');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.locator('dialog .notice', { hasText: '`channels` cannot be 3' }).waitFor();
  refusal = false;
  await accessible('a dialog');
  await area.fill('channels = 8\ndropout = 0.125\n');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.locator('main > .notice', { hasText: 'of the queue' }).waitFor();

  // Trials are compared.
  await page.goto(`${origin}/study/tiny/compare?trials=0,1`);
  await page.locator('tr.differs').first().waitFor();
  await page.waitForFunction(() => Number(document.querySelector('[data-chart="Learning curves"]').dataset.marks) > 1);
  await accessible('a comparison');
  if (pictures) await picture('live-compare');

  await page.goto(origin);
  await page.locator('a', { hasText: 'tiny' }).waitFor();
  await accessible('the list');
  await policy();
}

async function accessible(where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, impact, help, nodes } of violations) {
    const found = nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join('; ');
    expect(!['serious', 'critical'].includes(impact), `${where}: axe finds ${id} (${impact}): ${help}: ${found}`);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: it is wider than the window`);
}

/** What is not the page's own does not run, and nothing else is asked. */
async function policy() {
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
    document.body.append(script, style);
    await fetch('http://127.0.0.1:9/').catch(() => null);
    await new Promise((done) => setTimeout(done, 200));
    return { violations, broken: document.body.dataset.broken };
  });
  expect(refused.broken === undefined, 'a script that is not the page\'s own runs');
  for (const directive of ['script-src-elem', 'style-src-elem', 'connect-src']) {
    expect(refused.violations.includes(directive), `${directive} is not refused`);
  }
}

async function picture(name) {
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  await page.screenshot({ path: `${pictures}/${name}.png` });
}

// What a person meets who follows a run: `node live.mjs URL [PICTURES]`. Says what is wrong, and fails if anything is.
import { launch } from './browser.mjs';
import { accessible, conclude, expect, picture, policy } from './checks.mjs';

const [url, pictures] = process.argv.slice(2);
const { origin } = new URL(url);

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
conclude('the live view');

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
  await accessible(page, 'a study');
  if (pictures) await picture(page, `${pictures}/live.png`);

  // A button acts, and what comes of it arrives.
  await page.getByRole('button', { name: 'Stop trial 0' }).click();
  await page.locator('.events li', { hasText: 'trial 0 stopped' }).waitFor();
  await page.locator('tr[data-trial="1"]').waitFor();
  await page.locator('#trials a', { hasText: 'trial 0' }).waitFor();

  // A trial: its curves grow.
  await page.locator('tr[data-trial="1"] a').click();
  await page.locator('.network svg rect.n-block').first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('figure')].length === 2 && [...document.querySelectorAll('figure')].every((figure) => Number(figure.dataset.marks) > 0));
  await accessible(page, 'a trial');
  if (pictures) await picture(page, `${pictures}/live-trial.png`);

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
  await accessible(page, 'a dialog');
  await area.fill('channels = 8\ndropout = 0.125\n');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.locator('main > .notice', { hasText: 'of the queue' }).waitFor();

  // Trials are compared.
  await page.goto(`${origin}/study/tiny/compare?trials=0,1`);
  await page.locator('tr.differs').first().waitFor();
  await page.waitForFunction(() => Number(document.querySelector('[data-chart="Learning curves"]').dataset.marks) > 1);
  await accessible(page, 'a comparison');
  if (pictures) await picture(page, `${pictures}/live-compare.png`);

  await page.goto(origin);
  await page.locator('a', { hasText: 'tiny' }).waitFor();
  await accessible(page, 'the list');
  await policy(page);
}

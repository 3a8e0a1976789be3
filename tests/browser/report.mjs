// What a person meets who opens a report: `node report.mjs REPORT [PICTURES]`. Says what is wrong, and fails if anything is.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.mjs';
import { accessible, conclude, expect, picture, policy } from './checks.mjs';

const [file, pictures] = process.argv.slice(2);
const url = pathToFileURL(resolve(file)).href;
const VIEWS = [
  { name: 'light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 375, height: 812 }, colorScheme: 'light', hasTouch: true },
];

const browser = await launch();
for (const { name, ...settings } of VIEWS) {
  const context = await browser.newContext({ ...settings, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('console', (message) => expect(!['error', 'warning'].includes(message.type()), `${name}: the console says: ${message.text()}`));
  page.on('pageerror', (error) => expect(false, `${name}: ${error.stack}`));
  page.on('request', (request) => expect(request.url() === url, `${name}: it asks for ${request.url()}`));
  await page.goto(url);
  await drawn(page, name);
  await accessible(page, name);
  if (name === 'light') {
    await keys(page);
    await policy(page);
  }
  if (pictures) await picture(page, `${pictures}/report-${name}.png`);
  await context.close();
}
await browser.close();
conclude('the report');

/** Every chart that is shown has at least a mark for each thing that it is about. */
async function drawn(page, name) {
  await page.waitForFunction(() => [...document.querySelectorAll('figure')].every((figure) => !figure.checkVisibility() || figure.dataset.marks), null, { timeout: 20_000 });
  const charts = await page.evaluate(() => [...document.querySelectorAll('figure')].filter((figure) => figure.checkVisibility())
    .map((figure) => [figure.dataset.chart, Number(figure.dataset.marks)]));
  const facts = await page.evaluate(() => JSON.parse(document.getElementById('facts').textContent));
  const complete = facts.trials.rows.filter((row) => row.outcome === 'complete').length;
  const least = {
    'How trials learn': facts.curves.lines.length,
    'Trials in hand': facts.timeline.bars.length || 1,
    'Parallel coordinates': Math.min(complete, 600),
    [`The best ${facts.objectives[0].metric.replaceAll('_', ' ')} so far`]: complete,
  };
  expect(charts.length >= 8, `${name}: there are only ${charts.length} charts`);
  for (const [chart, marks] of charts) expect(marks >= (least[chart] ?? 2), `${name}: ${chart} has ${marks} marks, not ${least[chart] ?? 2}`);
  const blank = await page.evaluate(() => [...document.querySelectorAll('figure canvas')].filter((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size < 4;
  }).length);
  expect(blank === 0, `${name}: ${blank} canvases are blank`);
  expect(await page.locator('.network svg rect.n-block').count() === await page.evaluate((layers) => {
    const count = (all) => all.reduce((sum, layer) => sum + (layer.kind === 'skip' ? count(layer.body) : 1), 0);
    return count(layers);
  }, facts.winner.layers), `${name}: the diagram has not a block for each layer`);
}

/** The tab key comes to everything that can be used, and keys use it. */
async function keys(page) {
  await page.evaluate(() => document.activeElement.blur());
  const all = await page.evaluate(() => [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')]
    .filter((element) => element.checkVisibility()).map((element, index) => { element.dataset.stop = index; return element.outerHTML.slice(0, 90); }));
  const reached = new Set();
  for (let step = 0; step < all.length + 5; step += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => document.activeElement.dataset.stop);
    if (stop !== undefined) reached.add(Number(stop));
  }
  all.forEach((element, index) => expect(reached.has(index), `the tab key does not come to ${element}`));

  const summary = page.locator('figure summary').first();
  await summary.focus();
  await page.keyboard.press('Enter');
  const listed = page.locator('figure details[open] tbody tr').first().waitFor({ timeout: 5_000 });
  await listed.catch(() => expect(false, 'a chart has no table behind it'));
  await page.keyboard.press('Enter');

  await page.locator('#parallel select').focus();
  await page.keyboard.press('End');
  const range = page.locator('#parallel input[type="range"]').first();
  await range.focus();
  for (let step = 0; step < 60; step += 1) await page.keyboard.press('ArrowRight');
  const said = await page.locator('#parallel [role="status"]').textContent();
  expect(/^\d+ trials? within/.test(said), `a range that keys choose is not told: ${said}`);
}

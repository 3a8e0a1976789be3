// What a person meets who opens studies of every kind: `node kinds.mjs URL STUDIES [PICTURES]`, the directory of the studies
// with a report in each. Says what is wrong, and fails if anything is.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './browser.mjs';
import { accessible, conclude, expect, picture, said, settled } from './checks.mjs';

const [url, folder, pictures] = process.argv.slice(2);
const { origin } = new URL(url);
const studies = readdirSync(folder).sort();

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
const page = await context.newPage();
let where = '';
page.on('console', (message) => expect(!['error', 'warning'].includes(message.type()), `${where}: the console says: ${message.text()}`));
page.on('pageerror', (error) => expect(false, `${where}: ${error.stack}`));

for (const study of studies) {
  const { answer, trials } = await visit(`report of ${study}`, pathToFileURL(join(folder, study, 'report.html')).href, async () => {
    const facts = await page.evaluate(() => JSON.parse(document.getElementById('facts').textContent));
    await said(page, where, facts.answer.sentence);
    return facts;
  });
  await visit(study, `${origin}/study/${study}`, async () => {
    await said(page, where, answer.sentence);
    // What comes last is there once all is.
    await page.locator('#methods h2').waitFor();
  });
  for (const { trial } of trials.rows.slice(0, 2).concat(trials.rows.slice(2).slice(-1))) {
    await visit(`trial ${trial} of ${study}`, `${origin}/study/${study}/trial/${trial}`, () => page.locator('h1', { hasText: `Trial ${trial}` }).waitFor());
  }
  const some = trials.rows.slice(0, 3).map((row) => row.trial);
  await visit(`comparison in ${study}`, `${origin}/study/${study}/compare?trials=${some}`, () => page.locator(some.length > 0 ? 'tr.differs, td' : '.aside:not([hidden])').first().waitFor());
}
await visit('list', origin, async () => {
  for (const study of studies) await page.locator('td a', { hasText: study }).waitFor();
});
await browser.close();
conclude('every kind of study');

/** Opens an address, and looks at what is there once `ready` is done, whose result it gives. */
async function visit(name, address, ready) {
  where = name;
  await page.goto(address);
  try {
    const result = await ready();
    await settled(page, where);
    await accessible(page, where);
    return result;
  } catch (error) {
    expect(false, `${where}: ${error.stack}`);
    return { answer: {}, trials: { rows: [] } };
  } finally {
    if (pictures) await picture(page, join(pictures, `${where.replaceAll(' ', '-')}.png`), true);
  }
}

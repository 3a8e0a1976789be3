// Builds the page of reports into src/report/assets: one module, one style sheet, and the licences of what is in them.
// `npm ci && npm run build`; what it writes is committed, and the same sources give the same bytes.
import { build } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const assets = new URL('../src/report/assets/', import.meta.url);
const common = { bundle: true, minify: true, legalComments: 'none', charset: 'utf8', logLevel: 'warning', write: false };

const text = async (options) => (await build({ ...common, ...options })).outputFiles[0].text;
const script = await text({ entryPoints: ['src/report.js'], format: 'esm', target: 'es2022' });
const style = await text({ entryPoints: ['src/style.css'], target: ['chrome110', 'firefox110', 'safari16'] });

// A page holds both inside of elements that these would end.
const inline = (code) => code.replaceAll('</script', '<\\/script').replaceAll('</style', '<\\/style').trimEnd();
writeFileSync(new URL('report.js', assets), inline(script));
writeFileSync(new URL('report.css', assets), inline(style));

const inner = readdirSync('node_modules/echarts/licenses').sort().map((name) => `echarts/licenses/${name}`);
const licences = ['echarts/LICENSE', 'echarts/NOTICE', ...inner, 'zrender/LICENSE', 'tslib/LICENSE.txt'];
const notes = licences.map((path) => {
  const version = JSON.parse(readFileSync(`node_modules/${path.split('/')[0]}/package.json`)).version;
  return `${'='.repeat(78)}\n${path} (version ${version})\n${'='.repeat(78)}\n\n${readFileSync(`node_modules/${path}`, 'utf8').trim()}\n`;
});
const preface = 'report.js holds parts of these packages, built by web/build.mjs; the rest of it is part of Kiln.\n\n';
writeFileSync(new URL('LICENSES.txt', assets), preface + notes.join('\n'));

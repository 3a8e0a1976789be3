// One study: what happens now, from the feed; then the sections of a report, drawn again from newer facts.
import { page } from '../page.js';
import { follow, get, of } from './api.js';
import { make } from './now.js';
import { brand } from './parts.js';
import { section } from './trials.js';

/** Between two drawings of the sections passes at least this, in milliseconds, and ten times what the last one took. */
const PAUSE = 2000;
const REST = 10;

export function study(root, name) {
  document.title = `${name} · Kiln`;
  const now = make(name);
  const report = page(root, { brand: brand(), top: now.body, more: [section(name)], gradual: true });
  const refresh = refreshing(async (known) => {
    const { value, revision } = await get(of(name, 'facts'));
    if (revision !== known) await report.show(value);
    return revision;
  });
  follow(name, (message) => {
    now.take(message);
    // An epoch changes little in the sections; a trial that begins or ends does.
    if (message.kind === 'now' || (message.kind === 'trial' && (message.outcome !== 'running' || message.epochs === 0))) refresh();
  }, now.connected);
}

/** Calls `draw` with the revision that was drawn last, not too often; once more where nothing new was there yet. */
function refreshing(draw) {
  let [revision, wanted, busy] = [null, 0, false];
  const run = async () => {
    if (busy || document.hidden) return;
    busy = true;
    const began = performance.now();
    let drawn = revision;
    try {
      drawn = await draw(revision);
    } catch {
      // The feed says that there is no connection, and when there is one again.
    }
    wanted = drawn === revision ? wanted - 1 : Math.min(wanted, 3) - 1;
    revision = drawn;
    setTimeout(() => {
      busy = false;
      if (wanted > 0) run();
    }, Math.max(PAUSE, REST * (performance.now() - began)));
  };
  document.addEventListener('visibilitychange', () => { if (wanted > 0) run(); });
  return () => {
    wanted = 3;
    run();
  };
}

// The live view: which page an address means.
import { takeToken } from './api.js';
import { compare } from './compare.js';
import { studies } from './studies.js';
import { study } from './study.js';
import { trial } from './trial.js';

/** Draws the view of the page's address inside of `root`. */
export function live(root) {
  takeToken();
  const [, kind, name, part, number] = location.pathname.split('/').map(decodeURIComponent);
  if (kind !== 'study' || !name) return studies(root);
  if (part === 'trial') return trial(root, name, Number(number));
  if (part === 'compare') return compare(root, name);
  return study(root, name);
}

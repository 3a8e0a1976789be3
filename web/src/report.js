// The file report, whose facts stand in the page; without them, the live view.
import { live } from './live/app.js';
import { page } from './page.js';

const root = document.getElementById('report');
const facts = document.getElementById('facts');
if (facts) page(root).show(JSON.parse(facts.textContent));
else live(root);

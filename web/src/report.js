// The file report: the facts stand in the page.
import { page } from './page.js';

const facts = JSON.parse(document.getElementById('facts').textContent);
page(document.getElementById('report')).show(facts);

// What the page asks the server. To act takes the token, which came behind the # of the first address.
const KEY = 'kiln-token';

/** Keeps the token of the address, and takes it out of there. */
export function takeToken() {
  const found = /token=([0-9a-f]+)/.exec(location.hash);
  if (!found) return;
  localStorage.setItem(KEY, found[1]);
  history.replaceState(null, '', location.pathname + location.search);
}

/** Whether buttons can act. */
export const mayAct = () => localStorage.getItem(KEY) !== null;

/** The address of what is known of a study. */
export const of = (study, ...parts) => `/api/studies/${[study, ...parts].map(encodeURIComponent).join('/')}`;

/** The address of the view of a study, or of something in it. */
export const view = (study, ...parts) => `/study/${[study, ...parts].map(encodeURIComponent).join('/')}`;

/** The answer as JSON; `revision` is set where the server tells one. Fails with the server's message. */
export async function get(address) {
  const response = await fetch(address);
  const value = await response.json();
  if (!response.ok) throw new Error(value.message);
  return { value, revision: response.headers.get('etag') };
}

/** Has something done; gives the server's sentence, or fails with its message. */
export async function act(address, body = '') {
  const headers = { 'x-kiln-token': localStorage.getItem(KEY) ?? '', 'content-type': 'text/plain' };
  const response = await fetch(address, { method: 'POST', headers, body });
  const value = await response.json();
  if (!response.ok) throw new Error(value.message);
  return value.sentence;
}

/** Calls `take` with each message about a study, and `state` with whether there is a connection. */
export function follow(study, take, state = () => {}) {
  const source = new EventSource(of(study, 'feed'));
  source.addEventListener('open', () => state(true));
  source.addEventListener('message', (event) => take(JSON.parse(event.data)));
  source.addEventListener('error', () => {
    state(false);
    // One that the server has refused does not try again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(study, take, state), 3000);
  });
}

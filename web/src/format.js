// Numbers and times as the program's own tables write them.

const COUNTS = ['parameters', 'macs', 'weight_bytes', 'activation_bytes', 'memory_bytes', 'predicted_memory_bytes'];

/** Whether a metric counts something, so that orders of magnitude tell more than differences. */
export const isCount = (metric) => COUNTS.includes(metric);

export const whole = (number) => Math.round(number).toLocaleString('en-US');

/** The value of a metric. */
export function figure(metric, value) {
  if (value === null || value === undefined) return '–';
  if (isCount(metric)) return whole(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return value.toFixed(4);
  return value.toExponential(3);
}

/** A number of an axis, short. */
export function short(value) {
  if (value === null || value === undefined || value === '') return '';
  const size = Math.abs(value);
  if (size >= 1e9) return `${+(value / 1e9).toPrecision(3)}G`;
  if (size >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${+(value / 1e3).toPrecision(3)}k`;
  if (size !== 0 && size < 1e-3) return (+value).toExponential(0).replace('e-', 'e−');
  return `${+(+value).toPrecision(3)}`;
}

/** Seconds with their two largest units. */
export function duration(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
  return `${whole(Math.floor(seconds / 3600))} h ${String(Math.floor((seconds / 60) % 60)).padStart(2, '0')} min`;
}

export const counted = (count, word) => `${whole(count)} ${word}${count === 1 ? '' : 's'}`;

/** The value of a parameter at a number of its axis. */
export function valueOf(axis, number) {
  if (number === null || number === undefined) return 'not there';
  return axis.scale === 'values' ? axis.values[number] : `${+(+number).toPrecision(4)}`;
}

/** A day and time, in words that do not depend on the reader's settings. */
export const moment = (milliseconds) => `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** val_accuracy as the label of an axis. */
export const label = (metric) => metric.replaceAll('_', ' ');

/** An offset between -0.25 and 0.25, the same for the same trial, so that dots of one value do not hide each other. */
export function jitter(trial, salt = 1) {
  let bits = Math.imul(trial + salt * 7919, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  return ((bits ^ (bits >>> 12)) >>> 0) / 2 ** 33 - 0.25;
}

/** HTML printed as archival PDF: a pool of browser pages, and the thread that finishes what they print. */
export { findBrowser, findBrowsers } from './browser/find-browser';
export { endLeftoverBrowsers } from './browser/leftovers';
export { BrowserUnavailable } from './browser/program';
export type { FinishedPdf } from './finishing/finish-pdf';
export { Finisher } from './finishing/finisher';
export { type Log, SILENT } from './log';
export { FINISHING_MEMORY, MAX_HTML, MAX_WAITING, TIME_LIMIT } from './printing/limits';
export { PrintPool } from './printing/print-pool';
export { RenderError, type RenderFailure } from './printing/render-error';
export { Turns } from './printing/turns';

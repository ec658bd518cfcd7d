// An install downloads nothing: the browser comes from the machine, from @sparticuz/chromium, or from
// `npx puppeteer browsers install chrome-headless-shell`, where it is asked for.
module.exports = { skipDownload: true };
